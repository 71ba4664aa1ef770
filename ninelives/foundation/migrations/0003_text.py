"""What text is compared by when it is looked for: functions that indexes stand on, and that hang on no setting."""

from django.db import migrations

# As in `ninelives.foundation.text`: a test holds them together.
ACCENTED = "áàâäãåāąçéèêëēęíìîïīñńóòôöõøōúùûüūýÿšśžźżğşıćčłÁÀÂÄÃÅĀĄÇÉÈÊËĒĘÍÌÎÏĪÑŃÓÒÔÖÕØŌÚÙÛÜŪÝŸŠŚŽŹŻĞŞİĆČŁ"
PLAIN = "aaaaaaaaceeeeeeiiiiinnooooooouuuuuyysszzzgsiccl" * 2

_FOLDED = f"translate(lower(%s), '{ACCENTED}', '{PLAIN}')"
# The first letter and the other consonants, each once and in the order of the alphabet: a vowel that is wrong, a letter
# that is doubled or two that are swapped leave it as it is.
_OUTLINE = f"""(
    SELECT left(heard, 1) || coalesce((
        SELECT string_agg(DISTINCT letter, '' ORDER BY letter)
        FROM regexp_split_to_table(translate(substr(heard, 2), 'aeiouyjh', ''), '') AS letter
        WHERE letter <> left(heard, 1)
    ), '')
    FROM translate(replace(replace({_FOLDED % "word"}, 'ph', 'f'), 'x', 'ks'), 'cqzvy', 'kksfi') AS heard
)"""  # noqa: S608 - put together from constants
# None of them asks another: while an index is built, PostgreSQL finds no function but its own.
FOLDED = f"""
CREATE FUNCTION foundation_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT {_FOLDED % "said"}
$$
"""  # noqa: S608
OUTLINE = f"""
CREATE FUNCTION foundation_outline(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT {_OUTLINE}
$$
"""  # noqa: S608
OUTLINES = f"""
CREATE FUNCTION foundation_outlines(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg({_OUTLINE})
    FROM regexp_split_to_table(left(name, 200), '[^[:alpha:]]+') AS word WHERE length(word) > 3
$$
"""  # noqa: S608
# Numbers that are written in groups, put together: an IBAN; parts joined by dots, dashes, slashes; digits with spaces.
NUMBERS = r"""
CREATE FUNCTION foundation_numbers(subject text, said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT joined) FROM (
        SELECT run[1] AS written, regexp_replace(run[1], '[^a-z0-9]', '', 'g') AS joined
        FROM regexp_matches(lower(left(subject, 1000) || E'\n' || left(said, 60000)), '('
            || '\m[a-z]{2}\d{2}(?:[ \u00a0.-]?[a-z0-9]{4}){2,7}(?:[ \u00a0.-]?[a-z0-9]{1,3})?\M'
            || '|\m[a-z0-9]{1,12}(?:[-./_][a-z0-9]{1,12}){1,6}\M'
            || '|\d(?:[ \u00a0().\-/]{0,3}\d){4,31}'
            || ')', 'g') AS run
    ) AS runs
    WHERE joined <> written AND length(regexp_replace(joined, '\D', '', 'g')) >= 5
$$
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_bookmark")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION foundation_folded(text)"),
        migrations.RunSQL(OUTLINE, "DROP FUNCTION foundation_outline(text)"),
        migrations.RunSQL(OUTLINES, "DROP FUNCTION foundation_outlines(text)"),
        migrations.RunSQL(NUMBERS, "DROP FUNCTION foundation_numbers(text, text)"),
    ]
