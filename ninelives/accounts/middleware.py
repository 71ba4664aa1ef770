"""Each page in the language of whoever reads it and in the organisation's time."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from ninelives.accounts.models import Person
from ninelives.accounts.queries import organisation


def in_their_language(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        person = get_user(request)
        if isinstance(person, Person):
            # Themselves rather than Django's stand-in, which costs something each time a page asks it anything.
            request.user = person
            translation.activate(person.language)
            timezone.activate(ZoneInfo(organisation().time_zone))
        return get_response(request)

    return middleware
