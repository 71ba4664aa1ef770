from django.db import migrations

# What waits for an answer is news to whoever has not opened it since.
FILL = """
    UPDATE conversations_conversation SET heard_at = waiting_since
    WHERE status = 'open' AND waiting_since IS NOT NULL AND heard_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_read_marks")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
