"""People, roles, tokens and the log of who looked."""

import pytest
from django.test import Client

from ninelives.accounts import actions
from ninelives.accounts.models import Person, Token, Viewing, initials
from ninelives.accounts.permissions import GRANTED, Permission, Role
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_kept_as_a_hash() -> None:
    token, secret = actions.give_token("a machine")
    assert secret not in Token.objects.values_list("digest", flat=True)
    assert actions.token_for(secret) == token
    assert actions.token_for(secret + "x") is None


def test_a_revoked_token_opens_nothing() -> None:
    token, secret = actions.give_token("a machine")
    assert actions.revoke(token)
    assert actions.token_for(secret) is None
    assert not actions.revoke(token)


def test_scopes_and_brands_bound_a_token() -> None:
    cast = make_cast()
    token, _ = actions.give_token("reader", scopes=[Permission.READ_CONVERSATIONS], brand=cast.brand)
    assert token.may(Permission.READ_CONVERSATIONS)
    assert not token.may(Permission.ANSWER)
    assert token.brand_ids == {cast.brand.pk}


def test_every_role_is_told_what_it_may() -> None:
    assert set(GRANTED) == set(Role)
    assert Permission.ANSWER not in GRANTED[Role.PLANNER]


def test_administrators_work_for_every_brand_and_others_for_their_own() -> None:
    cast = make_cast()
    assert cast.admin.brand_ids == {cast.brand.pk, cast.other_brand.pk}
    assert cast.alice.brand_ids == {cast.brand.pk}


def test_who_left_may_nothing() -> None:
    alice = make_cast().alice
    alice.is_active = False
    assert not alice.may(Permission.ANSWER)


def test_looking_for_a_while_is_one_look_for_each_who_looks() -> None:
    cast, token = make_cast(), actions.give_token("a machine")[0]
    customer, conversation = new_id(), new_id()
    for actor in 3 * [cast.alice, cast.bob, token]:
        actions.note_viewing(actor, customer=customer, subject="conversation", subject_id=conversation)
        # As another process would, that knows nothing of these looks.
        actions.forget_looks()
    looks = Viewing.objects.order_by("id").values_list("person", "token", "customer", "subject", "subject_id")
    who = [(cast.alice.pk, None), (cast.bob.pk, None), (None, token.pk)]
    assert list(looks) == [(*one, customer, "conversation", conversation) for one in who]


def test_looking_again_later_is_another_look() -> None:
    alice, conversation = make_cast().alice, new_id()
    actions.note_viewing(alice, customer=None, subject="conversation", subject_id=conversation)
    Viewing.objects.update(at=now() - actions.LOOK_AGAIN)
    actions.forget_looks()
    actions.note_viewing(alice, customer=None, subject="conversation", subject_id=conversation)
    assert Viewing.objects.count() == 2


def test_sign_in_by_address_in_any_case_and_out_again() -> None:
    make_cast(password=PASSWORD)
    client = Client()
    answer = client.post("/accounts/login/", {"login": "ALICE@zonnestroom.example", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/desk/unassigned/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/unassigned/").status_code == 302


def test_a_wrong_password_and_somebody_who_left_stay_outside() -> None:
    make_cast(password=PASSWORD)
    Person.objects.filter(name="Bob").update(is_active=False)
    for login, password in (("alice@zonnestroom.example", "wrong"), ("bob@zonnestroom.example", PASSWORD)):
        client = Client()
        client.post("/accounts/login/", {"login": login, "password": password})
        assert "_auth_user_id" not in client.session


def test_nobody_signs_themselves_up() -> None:
    make_cast()
    client = Client()
    client.post("/accounts/signup/", {"email": "m@x.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not Person.objects.filter(email="m@x.example").exists()


@pytest.mark.parametrize(
    ("name", "short"), [("Dora de Vries", "DV"), ("dora@example.org", "DE"), ("Élodie", "É"), ("", "?"), ("🙂", "?")]
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short
