"""Telling open screens that a customer changed."""

from uuid import UUID

from ninelives.accounts.models import Brand
from ninelives.foundation.live import signal


def tell_screens(base_id: UUID, *records: UUID) -> None:
    for brand in Brand.objects.filter(base=base_id).values_list("pk", flat=True):
        for record in records:
            signal(f"customer:{record}", str(brand))
