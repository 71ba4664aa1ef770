"""Which conversations are in which case."""

from django.db import models

from ninelives.accounts.models import ActedBy, Person, Token
from ninelives.conversations.models.case import Case
from ninelives.conversations.models.conversation import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id


class CaseMembership(ActedBy):
    """A conversation is in a case, from when until when. `Conversation.case` repeats the running one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="memberships")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="memberships")
    at = models.DateTimeField(default=now)
    # The one whose place it took, where the conversation was moved: undoing this brings that back.
    instead_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(ended_at=None), name="in_one_case_at_a_time"
            )
        ]

    @property
    def ended_by_name(self) -> str:
        return str(self.ended_by or self.ended_by_token or "")
