"""At start-up, the table of reactions is registered."""

from django.apps import AppConfig


class Assembly(AppConfig):
    name = "ninelives.config"
    label = "assembly"

    def ready(self) -> None:
        from ninelives.foundation.announcing import register
        from ninelives.reactions import REACTIONS

        register(REACTIONS)
