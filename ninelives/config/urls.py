"""All addresses of the product, by door."""

from django.urls import include, path

urlpatterns = [
    path("", include("ninelives.workspace.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("ninelives.api.urls")),
    path("in/", include("ninelives.reception.urls")),
    path("ui/", include("ninelives.ui.urls")),
]
