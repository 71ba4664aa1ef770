"""The number of a conversation, before anything was said in it."""

from django.db import connection


def promise_number() -> int:
    """One that no conversation has or will have, unless a message opens it under this number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('conversation_number')")
        (number,) = cursor.fetchone()
    return int(number)
