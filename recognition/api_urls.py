"""Addresses of the native API of recognition."""

from django.urls import path

from . import api, api_people

urlpatterns = [
    path("api/v1/compare", api.CompareView.as_view(), name="compare"),
    path("api/v1/recognise", api.RecogniseView.as_view(), name="recognise"),
    path("api/v1/people", api_people.PeopleView.as_view(), name="people"),
    path("api/v1/people/<str:person_id>", api_people.PersonView.as_view(), name="person"),
    path("api/v1/people/<str:person_id>/photos", api_people.PhotosView.as_view(), name="person_photos"),
    path("api/v1/people/<str:person_id>/photos/<str:photo_id>", api_people.PhotoView.as_view(), name="person_photo"),
]
