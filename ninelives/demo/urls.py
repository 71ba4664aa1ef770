"""The demo's own site, which is not Ninelives: a shop with the chat on it."""

from django.urls import path

from ninelives.demo import views

app_name = "demo"
urlpatterns = [
    path("shop/", views.shop, name="shop"),
    path("shop/visit/", views.visit, name="visit"),
]
