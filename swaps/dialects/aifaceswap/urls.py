"""The addresses that aifaceswap publishes."""

from django.urls import path

from . import views

ROOT = "api/aifaceswap/v1"
urlpatterns = [
    path(f"{ROOT}/faceswap", views.FaceswapView.as_view(), name="aifaceswap_faceswap"),
    path(f"{ROOT}/extract_face", views.ExtractFaceView.as_view(), name="aifaceswap_extract_face"),
    path(f"{ROOT}/multi_faceswap", views.MultiFaceswapView.as_view(), name="aifaceswap_multi_faceswap"),
]
