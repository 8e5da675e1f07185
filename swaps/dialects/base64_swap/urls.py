"""The address that the tutorial publishes."""

from django.urls import path

from .views import FaceSwapView

urlpatterns = [path("api/face_swap", FaceSwapView.as_view(), name="base64_swap")]
