"""The addresses that the article publishes."""

from django.urls import path

from .views import FaceMatchView, FaceRecView

urlpatterns = [
    path("face_match", FaceMatchView.as_view(), name="face_match"),
    path("face_rec", FaceRecView.as_view(), name="face_rec"),
]
