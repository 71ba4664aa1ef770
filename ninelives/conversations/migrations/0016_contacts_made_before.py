from django.db import migrations

# By which message a customer reopened a conversation, where nobody wrote that down yet.
REOPENED = """
    UPDATE conversations_closure AS closure SET reopened_by_message_id = (
        SELECT said.id FROM conversations_message AS said
        WHERE said.conversation_id = closure.conversation_id AND said.direction = 'inbound' AND said.machine = ''
            AND NOT said.is_import AND said.received_at > closure.at AND said.received_at <= closure.reopened_at
        ORDER BY said.received_at, said.id LIMIT 1
    )
    WHERE closure.reopened_at IS NOT NULL AND closure.reopened_by_id IS NULL AND closure.reopened_by_token_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0015_cases")]

    operations = [migrations.RunSQL(REOPENED, migrations.RunSQL.noop)]
