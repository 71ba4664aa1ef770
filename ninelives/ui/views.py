"""The components page: every part of the look, in every state, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components.html")
