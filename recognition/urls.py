"""Addresses of the recognition pages."""

from django.urls import path

from recognition.views import answers, choose, people

app_name = "recognition"
urlpatterns = [
    path("recognise/", answers.recognise, name="recognise"),
    path("compare/", answers.compare, name="compare"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="add"),
    path("people/<uuid:uuid>/", people.person, name="person"),
    path("people/<uuid:uuid>/photos", people.add_photos, name="add_photos"),
    path("people/<uuid:uuid>/choose", choose.choose, name="choose"),
    path("people/new/choose", choose.choose_first, name="choose_first"),
    path("people/choose/<uuid:found>", choose.photo_to_choose_from, name="photo_to_choose_from"),
    path("people/<uuid:uuid>/rename", people.rename, name="rename"),
    path("people/<uuid:uuid>/reserve", people.reserve, name="reserve"),
    path("people/<uuid:uuid>/delete", people.delete, name="delete"),
    path("people/<uuid:uuid>/photos/<int:number>", people.picture, name="picture"),
    path("people/<uuid:uuid>/photos/<int:number>/delete", people.forget, name="forget"),
]
