"""Django's card of this room."""

from django.apps import AppConfig


class Foundation(AppConfig):
    name = "ninelives.foundation"
    default_auto_field = "django.db.models.BigAutoField"
