"""Who asks: a token in the header `Authorization: Bearer`, and what it may do."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from ninelives.accounts.actions import token_for
from ninelives.accounts.models import Token
from ninelives.accounts.permissions import Permission
from ninelives.api.problems import FORBIDDEN, Problem


class TokenRequest(HttpRequest):
    """A request that came through `Bearer`."""

    auth: Token


class Bearer(HttpBearer):
    """A living token that may do this. Without one: 401; with one that may not: 403."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        known = token_for(token.strip())
        if known is None or known.may(self.permission):
            return known
        challenge = f'Bearer error="insufficient_scope", scope="{self.permission}"'
        raise Problem(FORBIDDEN, headers={"WWW-Authenticate": challenge})


MAY_READ = Bearer(Permission.READ_CONVERSATIONS)
MAY_ANSWER = Bearer(Permission.ANSWER)
MAY_READ_LEDGER = Bearer(Permission.READ_LEDGER)
MAY_REPLAY = Bearer(Permission.REPLAY)
MAY_WATCH = Bearer(Permission.WATCH)
MAY_MANAGE_WEBHOOKS = Bearer(Permission.MANAGE_WEBHOOKS)
