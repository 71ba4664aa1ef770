"""The providers' door over HTTP."""

from django.urls import path

from ninelives.reception import views

app_name = "reception"
urlpatterns = [path("<slug:kind>/<uuid:account_id>", views.take, name="take")]
