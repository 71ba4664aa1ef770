"""Answers that were written in one conversation and left in another."""

from django.db import models

from ninelives.conversations.models.case import Case
from ninelives.conversations.models.conversation import Conversation
from ninelives.conversations.models.message import Message
from ninelives.foundation.ids import new_id


class AnswerElsewhere(models.Model):
    """Who wrote it and when, its message says; both conversations are of one customer and one brand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.OneToOneField(Message, models.CASCADE, related_name="elsewhere")
    written_in = models.ForeignKey(Conversation, models.CASCADE, related_name="answers_elsewhere")
    # What was begun for it, and goes again when sending is undone.
    began_conversation = models.BooleanField(default=False)
    began_case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+", db_index=False)
