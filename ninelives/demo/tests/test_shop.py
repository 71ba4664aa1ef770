"""The demo's shop is there in the demo only, and its server signs who is signed in."""

import hashlib
import hmac
import re

import pytest
from django.test import Client

from ninelives.accounts import actions as accounts
from ninelives.accounts.models import Brand
from ninelives.accounts.queries import forget_organisation
from ninelives.channels.models import ChannelAccount
from ninelives.demo import founding
from ninelives.demo.cast import BOXES, BRANDS, WINDKRACHT, ZONNESTROOM
from ninelives.demo.customers import DORA

pytestmark = pytest.mark.django_db
PAGE, VISIT = "/demo/shop/", "/demo/shop/visit/"


def found(*, is_demo: bool = True) -> None:
    """As a version without the chat founded it, and without its past."""
    forget_organisation()
    accounts.found("Zonnestroom", is_demo=is_demo)
    for name in BRANDS:
        accounts.open_brand(name)


def the_tag(client: Client, language: str = "nl") -> dict[str, str]:
    page = client.get(PAGE, {"language": language}).content.decode()
    (tag,) = re.findall(r'<script src="/widget.js"([^>]*)>', page)
    return dict(re.findall(r'data-([\w-]+)="([^"]*)"', tag))


def secret() -> str:
    return ChannelAccount.objects.get(kind="webchat", brand__name=ZONNESTROOM).view().settings["secret"]


def signature(words: str) -> str:
    return hmac.new(secret().encode(), words.encode(), hashlib.sha256).hexdigest()


def test_what_an_older_demo_lacks_is_added_and_the_rest_is_kept() -> None:
    found()
    founding.complete()
    made = set(ChannelAccount.objects.values_list("kind", "brand__name", "name"))
    assert made == {(box.kind, box.brand, box.name) for box in BOXES}
    key = ChannelAccount.objects.get(kind="webchat", brand__name=ZONNESTROOM).view().settings["key"]

    ChannelAccount.objects.filter(name="Service").update(name="Renamed")
    founding.complete()
    assert ChannelAccount.objects.count() == len(BOXES)
    assert ChannelAccount.objects.get(kind="webchat", brand__name=ZONNESTROOM).view().settings["key"] == key


def test_a_brand_that_is_gone_gets_nothing() -> None:
    found()
    Brand.objects.filter(name=WINDKRACHT).update(name="Breeze")
    founding.complete()
    assert not ChannelAccount.objects.filter(brand__name="Breeze").exists()


def test_elsewhere_there_is_no_shop(client: Client) -> None:
    found(is_demo=False)
    assert client.get(PAGE).status_code == client.post(VISIT, {"who": "dora"}).status_code == 404


def test_a_visitor_is_nobody(client: Client) -> None:
    found()
    founding.complete()
    assert list(the_tag(client)) == ["key"]


def test_the_shops_server_signs_who_is_signed_in(client: Client) -> None:
    found()
    founding.complete()
    client.post(VISIT, {"who": "dora"})
    tag = the_tag(client)
    assert (tag["email"], tag["name"]) == (DORA, "Dora de Vries")
    assert tag["signature"] == signature(tag["id"])
    assert tag["email-signature"] == signature(DORA)
    assert secret() not in client.get(PAGE).content.decode()

    client.post(VISIT, {"who": ""})
    assert list(the_tag(client)) == ["key"]


def test_nobody_else_can_be_signed_in(client: Client) -> None:
    found()
    founding.complete()
    client.post(VISIT, {"who": "alice"})
    assert list(the_tag(client)) == ["key"]


def test_the_shop_speaks_dutch_until_asked_otherwise(client: Client) -> None:
    found()
    assert "Stroom van je eigen dak" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Power from your own roof" in client.get(PAGE, {"language": "en"}).content.decode()
    assert "Power from your own roof" in client.get(PAGE).content.decode(), "it remembers"


def test_its_policy_is_as_strict_as_a_careful_shops(client: Client) -> None:
    found()
    policy = client.get(PAGE)["Content-Security-Policy"]
    assert "style-src-attr 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe-inline" not in policy
