"""Which words are said at all: by its stems, its parts and how it sounds, a word leads to those that were said."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

# The database makes these rows itself when a message comes in: see migration 0009.


class Word(models.Model):
    """A word of the index over all messages, or a number that somebody wrote in groups. Perhaps there more than once:
    two that come in at one moment do not wait for each other."""

    id = models.BigAutoField(primary_key=True)
    # As it stands in the index of messages.
    word = models.TextField()
    folded = models.TextField()
    # Of words of letters alone.
    dutch = models.TextField(null=True)  # noqa: DJ001 - none is no stem at all
    english = models.TextField(null=True)  # noqa: DJ001
    outline = models.TextField(null=True)  # noqa: DJ001
    # Groups of digits that were put together: not in the index of words, but in that of numbers.
    is_joined = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="word_itself"),
            GinIndex(OpClass("folded", "gin_trgm_ops"), name="word_parts", fastupdate=False),
            models.Index(fields=["dutch"], condition=models.Q(dutch__isnull=False), name="word_dutch"),
            models.Index(fields=["english"], condition=models.Q(english__isnull=False), name="word_english"),
            models.Index(fields=["outline"], condition=models.Q(outline__isnull=False), name="word_outline"),
            models.Index(
                OpClass("folded", "text_pattern_ops"),
                condition=~models.Q(word=models.F("folded")),
                name="word_accented",
            ),
        ]
