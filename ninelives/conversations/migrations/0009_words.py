"""The table of words, filled by the database itself whoever writes a message, and by what has been said before."""

from django.db import migrations, models

# The stem of a Dutch word, and with it what stands at the end of a syllable: brieven is brief, huizen is huis.
STEM = r"""
CREATE FUNCTION conversations_dutch_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(stem, -1) || translate(right(stem, 1), 'vz', 'fs')
    FROM regexp_replace((ts_lexize('dutch_stem', word))[1], '([b-df-hj-np-tv-z])\1$', '\1') AS stem
$$
"""
LEARN = r"""
CREATE FUNCTION conversations_learn(said text[], joined boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conversations_word (word, folded, dutch, english, outline, is_joined)
    SELECT new.word, new.folded,
        CASE WHEN is_plain THEN conversations_dutch_stem(new.folded) END,
        CASE WHEN is_plain THEN (ts_lexize('english_stem', new.folded))[1] END,
        CASE WHEN is_plain AND length(new.folded) > 3 THEN foundation_outline(new.folded) END,
        joined
    FROM (
        SELECT one AS word, foundation_folded(one) AS folded, foundation_folded(one) ~ '^[a-z]{3,40}$' AS is_plain
        FROM unnest(said) AS one
        WHERE length(one) BETWEEN 3 AND 64 AND (one ~ '[[:alpha:]]' OR one ~ '\d{4}')
            AND NOT EXISTS (
                SELECT FROM conversations_word known WHERE known.word = one AND known.is_joined = joined
            )
    ) AS new;
END
$$
"""
LISTEN = """
CREATE FUNCTION conversations_learn_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    numbers text[] := (SELECT array_agg(DISTINCT one) FROM said, unnest(foundation_numbers(subject, text)) AS one);
BEGIN
    PERFORM conversations_learn(
        (SELECT array_agg(DISTINCT one) FROM said, unnest(tsvector_to_array(words)) AS one), false);
    IF numbers IS NOT NULL THEN
        PERFORM conversations_learn(numbers, true);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER words_are_learnt AFTER INSERT ON conversations_message
    REFERENCING NEW TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION conversations_learn_said()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0008_pages_of_messages"),
        ("foundation", "0003_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.TextField()),
                ("folded", models.TextField()),
                ("dutch", models.TextField(null=True)),
                ("english", models.TextField(null=True)),
                ("outline", models.TextField(null=True)),
                ("is_joined", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddIndex(model_name="word", index=models.Index(fields=["word"], name="word_itself")),
        migrations.RunSQL(STEM, "DROP FUNCTION conversations_dutch_stem(text)"),
        migrations.RunSQL(LEARN, "DROP FUNCTION conversations_learn(text[], boolean)"),
        migrations.RunSQL(
            LISTEN,
            "DROP TRIGGER words_are_learnt ON conversations_message; DROP FUNCTION conversations_learn_said()",
        ),
    ]
