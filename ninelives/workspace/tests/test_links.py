from uuid import UUID

from django.urls import reverse

from ninelives.foundation.ids import new_id
from ninelives.workspace.links import link


def test_a_link_is_what_the_addresses_of_the_desk_say() -> None:
    one, other, nothing = new_id(), new_id(), UUID(int=0)
    for ids in (one, other), (other, one), (nothing, one), (one, one):
        for view in "all", "mine":
            expected = reverse("workspace:merge", args=[view, *ids])
            assert link("merge", view, *ids) == expected
    assert link("earlier", one) == reverse("workspace:earlier", args=[one])
    assert link("ledger") == reverse("workspace:ledger")
