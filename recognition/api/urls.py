"""Addresses of the native API of recognition."""

from django.urls import path

from . import people, views

urlpatterns = [
    path("api/v1/compare", views.CompareView.as_view(), name="compare"),
    path("api/v1/recognise", views.RecogniseView.as_view(), name="recognise"),
    path("api/v1/people", people.PeopleView.as_view(), name="people"),
    path("api/v1/people/<str:person_id>", people.PersonView.as_view(), name="person"),
    path("api/v1/people/<str:person_id>/photos", people.PhotosView.as_view(), name="person_photos"),
    path("api/v1/people/<str:person_id>/photos/<str:photo_id>", people.PhotoView.as_view(), name="person_photo"),
]
