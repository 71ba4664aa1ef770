from django.db import migrations

SAID = """
SELECT conversations_learn((SELECT array_agg(word) FROM ts_stat('SELECT words FROM conversations_message')), false);
SELECT conversations_learn((
    SELECT array_agg(DISTINCT one) FROM conversations_message, unnest(foundation_numbers(subject, text)) AS one
), true)
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0009_words")]

    operations = [migrations.RunSQL(SAID, migrations.RunSQL.noop)]
