"""The page for programmers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def developers(request: HttpRequest) -> HttpResponse:
    return render(request, "developers.html")
