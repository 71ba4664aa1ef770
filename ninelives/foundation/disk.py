"""What a commit waits for."""

from django.db import connection


def wait_for_no_disk() -> None:
    """The commit of the transaction that is open waits for no disk: for what is done again when a power cut takes it.
    Whatever follows from it and must not be lost is committed later, and waits until the disk has all that came
    before, this too."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
