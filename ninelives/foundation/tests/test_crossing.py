"""Two who each hold what the other wants: both are done in the end."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from ninelives.foundation.crossing import again_if_crossed
from ninelives.foundation.models import File

ONE, OTHER = "1" * 64, "2" * 64


@pytest.mark.django_db(transaction=True)
def test_whoever_is_ended_goes_again() -> None:
    File.objects.bulk_create([File(sha256=ONE, size=0), File(sha256=OTHER, size=0)])
    both_hold_one, tries = Barrier(2), []

    @again_if_crossed
    @transaction.atomic
    def grow(first: str, second: str) -> None:
        tries.append(first)
        for sha256 in (first, second):
            file = File.objects.select_for_update().get(pk=sha256)
            file.size += 1
            file.save()
            if sha256 == first and tries.count(first) == 1:
                both_hold_one.wait(10)

    def race(*order: str) -> None:
        grow(*order)
        connection.close()

    racers = [Thread(target=race, args=order) for order in ((ONE, OTHER), (OTHER, ONE))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    # Whoever is ended may be back before the other has what they let go, and meets it once more.
    assert len(tries) >= 3
    assert set(File.objects.values_list("size", flat=True)) == {2}
