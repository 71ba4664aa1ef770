from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from ninelives.foundation.text import Folded


class Migration(migrations.Migration):
    # The indexes over messages and files are built beside those who write.
    atomic = False

    dependencies = [("conversations", "0010_words_said_before")]

    operations = [
        migrations.AddIndex(
            model_name="word",
            index=GinIndex(OpClass("folded", "gin_trgm_ops"), name="word_parts", fastupdate=False),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(condition=models.Q(("dutch__isnull", False)), fields=["dutch"], name="word_dutch"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(condition=models.Q(("english__isnull", False)), fields=["english"], name="word_english"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(condition=models.Q(("outline__isnull", False)), fields=["outline"], name="word_outline"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(
                OpClass("folded", "text_pattern_ops"),
                condition=models.Q(("word", models.F("folded")), _negated=True),
                name="word_accented",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=GinIndex(
                models.Func("subject", "text", function="foundation_numbers"), name="message_numbers", fastupdate=False
            ),
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="attachment_name_parts"),
        ),
    ]
