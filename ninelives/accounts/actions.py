"""Taking people on, handing out tokens, and noting who looked."""

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from ninelives.accounts.hours import END_OF_DAY, Span
from ninelives.accounts.models import (
    Brand,
    CustomerBase,
    OpeningHours,
    Organisation,
    Person,
    Token,
    by,
    digest,
)
from ninelives.accounts.permissions import Permission, Role
from ninelives.foundation.clock import now

TOKEN_PREFIX = "nl_"  # noqa: S105 - a recognisable start, so that leaked tokens can be searched for
LOOK_AGAIN = timedelta(minutes=15)
_LOOK_AGAIN_SECONDS = LOOK_AGAIN.total_seconds() / 2
# Looks this process knows to be logged, so that a page that follows a conversation need not ask each time.
_MOST_LOOKS = 10_000
_looks: dict[tuple[UUID, UUID], float] = {}


@transaction.atomic
def found(name: str, *, language: str = "nl", is_demo: bool = False) -> Organisation:
    """Found the organisation of this database."""
    return Organisation.objects.create(name=name, language=language, is_demo=is_demo)


@transaction.atomic
def open_brand(name: str, *, shares_customers_with: Brand | None = None, language: str = "nl") -> Brand:
    base = shares_customers_with.base if shares_customers_with else CustomerBase.objects.create(name=name)
    return Brand.objects.create(name=name, base=base, language=language, holidays=_usual_holidays())


def _usual_holidays() -> str:
    """Of an organisation that speaks Dutch, those of the Netherlands."""
    return "NL" if Organisation.objects.filter(language="nl").exists() else ""


def follow_holidays(brand: Brand, country: str) -> None:
    """Closed on a country's public holidays from now on; "": on none."""
    Brand.objects.filter(pk=brand.pk).update(holidays=country)
    brand.holidays = country


@transaction.atomic
def open_on_weekdays(brand: Brand, weekly: Mapping[int, Sequence[Span]]) -> None:
    """The hours of each week, instead of those there were; without any the brand is always open."""
    OpeningHours.objects.filter(brand=brand, date=None).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(brand=brand, weekday=day, opens=span.opens, closes=span.closes)
        for day, spans in weekly.items()
        for span in spans
    )


@transaction.atomic
def open_on_date(brand: Brand, day: date, spans: Sequence[Span] | None) -> None:
    """Other hours on one date; none of them: closed. None: as on any such day after all."""
    OpeningHours.objects.filter(brand=brand, date=day).delete()
    if spans is not None:
        told: list[tuple[int | None, int | None]] = [(span.opens, min(span.closes, END_OF_DAY)) for span in spans] or [
            (None, None)
        ]
        OpeningHours.objects.bulk_create(
            OpeningHours(brand=brand, date=day, opens=opens, closes=closes) for opens, closes in told
        )


@transaction.atomic
def take_on(
    email: str, name: str, role: Role, *, brands: Iterable[Brand] = (), language: str = "nl", password: str | None
) -> Person:
    """Let somebody work here. Without a password they cannot sign in with one."""
    person = Person.objects.create_person(email, name, password, role=role, language=language)
    person.brands.set(brands)
    return person


def give_password(password: str, *people: Person) -> None:
    """Another password; whoever is signed in with the old one no longer is. For several it is hashed once: that is
    slow on purpose."""
    Person.objects.filter(pk__in=[person.pk for person in people]).update(password=make_password(password))


def give_token(
    name: str, *, scopes: Iterable[Permission] = (), brand: Brand | None = None, given_by: Person | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which can never be read again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        name=name, digest=digest(secret), scopes=list(scopes), brand=brand, created_by=given_by
    )
    return token, secret


def revoke(token: Token) -> bool:
    return bool(Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()))


def token_for(secret: str) -> Token | None:
    """The living token with this secret."""
    token = Token.objects.filter(digest=digest(secret), revoked_at=None).first()
    if token and (token.last_used_at is None or now() - token.last_used_at > timedelta(minutes=1)):
        Token.objects.filter(pk=token.pk).update(last_used_at=now())
    return token


def forget_looks() -> None:
    """For whoever empties the log itself."""
    _looks.clear()


def note_viewing(actor: Person | Token, *, customer: UUID | None, subject: str, subject_id: UUID) -> None:
    """Log that somebody looked at a customer's data; looking on for a while is one look."""
    look = (actor.pk, subject_id)
    if time.monotonic() - _looks.get(look, -_LOOK_AGAIN_SECONDS) < _LOOK_AGAIN_SECONDS:
        return
    if len(_looks) > _MOST_LOOKS:
        _looks.clear()
    who = {name.removeprefix("by_"): value and value.pk for name, value in by(actor).items()}
    told = {**who, "customer": customer, "subject": subject, "subject_id": subject_id, "at": now()}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE + (_PERSONS if told["person"] else _TOKENS), told | {"since": told["at"] - LOOK_AGAIN})
    _looks[look] = time.monotonic()


# One statement, as most pages do this.
_NOTE = """
    INSERT INTO accounts_viewing (person_id, token_id, customer, subject, subject_id, at)
    SELECT %(person)s, %(token)s, %(customer)s, %(subject)s, %(subject_id)s, %(at)s
    WHERE NOT EXISTS (SELECT 1 FROM accounts_viewing WHERE subject_id = %(subject_id)s AND at > %(since)s AND
"""
# Each as the one index over the log can answer it.
_PERSONS = "person_id = %(person)s)"
_TOKENS = "person_id IS NULL AND token_id = %(token)s)"
