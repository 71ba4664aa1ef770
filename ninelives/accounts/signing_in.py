"""Nobody signs themselves up: people are taken on."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class OnlyPeopleTakenOn(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
