"""API v1."""

urlpatterns: list[object] = []
