"""Nobody signs themselves up: people are taken on."""

from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from ninelives.accounts.models import Person
from ninelives.foundation.compiling import compiled


class OnlyPeopleTakenOn(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class PeopleWhoWorkHere(AuthenticationBackend):  # type: ignore[misc]
    """As allauth's. Who is signed in is asked for by every page, and so put into SQL once."""

    def get_user(self, user_id: UUID) -> Person | None:
        return next(iter(_working(user_id)), None)


@compiled
def _working(person: UUID) -> QuerySet[Person]:
    return Person.objects.filter(pk=person, is_active=True)
