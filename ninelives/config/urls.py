"""All addresses of the product, by door."""

from django.urls import include, path

urlpatterns = [
    path("", include("ninelives.workspace.urls")),
    path("", include("ninelives.reception.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("demo/", include("ninelives.demo.urls")),
    path("api/v1/", include("ninelives.api.urls")),
    path("ui/", include("ninelives.ui.urls")),
]
