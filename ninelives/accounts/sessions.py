"""Sessions in the database, as Django keeps them. Every page reads one, so that this read is put into SQL once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from ninelives.accounts.models import Person
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _living(self.session_key or "", now())
        if not found:
            # As Django does: a key that opens nothing is never taken for a new session.
            self._session_key = None
        return found[0] if found else None


def people_of(keys: Collection[str]) -> dict[str, Person]:
    """Who is signed in under each of these keys, with their brands: as a page finds out about one, of many at once."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [list(keys), now()])
        told = {key: _told(data) for key, data in cursor}
    people = Person.objects.raw(_WORKING, [[one.person for one in told.values()]])
    found = {str(person.pk): person for person in people}
    _give_brands(found.values())
    return {key: found[one.person] for key, one in told.items() if one.person in found and one.fits(found[one.person])}


_LIVING = "SELECT session_key, session_data FROM django_session WHERE session_key = ANY(%s) AND expire_date > %s"
_WORKING = "SELECT * FROM accounts_person WHERE is_active AND id::text = ANY(%s)"


@dataclass(frozen=True, slots=True)
class _Told:
    """By the session: "" where nobody is signed in."""

    person: str
    password: str

    def fits(self, person: Person) -> bool:
        """Whoever changes their password is signed out everywhere else."""
        return constant_time_compare(self.password, person.get_session_auth_hash())


@lru_cache(maxsize=2000)
def _told(data: str) -> _Told:
    session = SessionStore().decode(data)
    return _Told(session.get(SESSION_KEY, ""), session.get(HASH_SESSION_KEY, ""))


def _give_brands(people: Iterable[Person]) -> None:
    """As `Person.brand_names` would read them one by one."""
    by_id = {person.pk: person for person in people}
    for person in by_id.values():
        person.__dict__["brand_names"] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BRANDS, [list(by_id)])
        for person_id, brand_id, name in cursor:
            by_id[person_id].__dict__["brand_names"][brand_id] = name


_BRANDS = """
    SELECT p.id, b.id, b.name FROM accounts_person p CROSS JOIN accounts_brand b
    WHERE p.id = ANY(%s::uuid[]) AND (p.role = 'administrator' OR EXISTS (
        SELECT 1 FROM accounts_person_brands works WHERE works.person_id = p.id AND works.brand_id = b.id))
"""


@compiled
def _living(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
