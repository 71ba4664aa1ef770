"""Sessions in the database, as Django keeps them. Every page reads one, so that this read is put into SQL once."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _living(self.session_key or "", now())
        if not found:
            # As Django does: a key that opens nothing is never taken for a new session.
            self._session_key = None
        return found[0] if found else None


@compiled
def _living(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
