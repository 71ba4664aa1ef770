"""The components page."""

from django.urls import path

from ninelives.ui import views

app_name = "ui"
urlpatterns = [path("", views.components, name="components")]
