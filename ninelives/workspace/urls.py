"""The desk."""

urlpatterns: list[object] = []
