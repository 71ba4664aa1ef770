"""What each role may do. Brands say *where*; this says *what*. A test holds `docs/reference/permissions.md` to it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Permission(StrEnum):
    READ_CONVERSATIONS = "read_conversations"
    ANSWER = "answer"
    READ_LEDGER = "read_ledger"
    REPLAY = "replay"
    EDIT_KNOWLEDGE = "edit_knowledge"
    MAKE_TAGS = "make_tags"
    MANAGE_QUEUES = "manage_queues"
    WATCH = "watch"
    MANAGE_WEBHOOKS = "manage_webhooks"


class Role(StrEnum):
    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    EDITOR = "editor"
    PLANNER = "planner"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.AGENT: pgettext_lazy("role", "agent"),
    Role.TEAM_LEAD: _("team lead"),
    Role.EDITOR: _("editor"),
    Role.PLANNER: _("planner"),
    Role.MANAGER: _("CX manager"),
    Role.ADMINISTRATOR: _("administrator"),
}

# What is told to other systems leaves the house: for that an administrator answers.
_LEAD = frozenset(Permission) - {Permission.MANAGE_WEBHOOKS}

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({Permission.READ_CONVERSATIONS, Permission.ANSWER}),
    Role.TEAM_LEAD: _LEAD,
    Role.EDITOR: frozenset({Permission.READ_CONVERSATIONS, Permission.EDIT_KNOWLEDGE}),
    # A planner works with numbers and needs nobody's letters.
    Role.PLANNER: frozenset({Permission.MANAGE_QUEUES, Permission.WATCH}),
    Role.MANAGER: frozenset({Permission.READ_CONVERSATIONS, Permission.READ_LEDGER, Permission.WATCH}),
    Role.ADMINISTRATOR: frozenset(Permission),
}


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, granted in GRANTED.items() if permission in granted]
