"""The address that AceData publishes."""

from django.urls import path

from .views import FaceSwapView

urlpatterns = [path("face/swap", FaceSwapView.as_view(), name="acedata_face_swap")]
