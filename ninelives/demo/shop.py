"""What the demo's shop knows of its shoppers, and how it signs who they are, as any shop's server would."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from ninelives.channels.models import ChannelAccount
from ninelives.demo.cast import WEBCHAT
from ninelives.demo.customers import DORA


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody with an account at the shop; `number` is the shop's own."""

    number: str
    name: str
    email: str

    @property
    def first(self) -> str:
        return self.name.split()[0]


SHOPPERS = {"dora": Shopper("48120377", "Dora de Vries", DORA)}


def chat() -> ChannelAccount | None:
    """The account whose tag stands on the shop's page."""
    accounts = ChannelAccount.objects.filter(kind=WEBCHAT.kind, brand__name=WEBCHAT.brand, is_active=True)
    return accounts.prefetch_related("settings").order_by("pk").first()


def attributes(account: ChannelAccount, shopper: Shopper | None) -> dict[str, str]:
    """Of the widget's tag."""
    told = account.view().settings
    who = dict(_signed(shopper, told["secret"])) if shopper else {}
    return {"data-key": told["key"], **who}


def _signed(shopper: Shopper, secret: str) -> Iterator[tuple[str, str]]:
    yield "data-id", shopper.number
    yield "data-signature", sign(secret, shopper.number)
    yield "data-email", shopper.email
    yield "data-email-signature", sign(secret, shopper.email.lower())
    yield "data-name", shopper.name


def sign(secret: str, words: str) -> str:
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()
