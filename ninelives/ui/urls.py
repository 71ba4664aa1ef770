"""The components page."""

urlpatterns: list[object] = []
