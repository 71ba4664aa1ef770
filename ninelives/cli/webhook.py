"""`ninelives webhook add | list | remove`: other systems that are told what happens."""

import argparse
import json
from uuid import UUID

from ninelives.cli.asking import brand_named, organisation, show
from ninelives.cli.errors import WrongInput


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    add = deeds.add_parser("add", help="make a webhook and print its id and secret, which is shown this once")
    add.add_argument("--url", required=True, help="the address to call")
    add.add_argument("--event", action="append", default=[], help="what it is told (default: *), repeatable")
    add.add_argument("--brand", default="", help="the one brand it hears of (default: all)")
    add.set_defaults(deed=_add)
    listing = deeds.add_parser("list", help="list the webhooks")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)
    remove = deeds.add_parser("remove", help="end a webhook and erase what it was told")
    remove.add_argument("id")
    remove.set_defaults(deed=_remove)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _add(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.foundation.outgoing import NotCalled
    from ninelives.webhooks import actions
    from ninelives.webhooks.catalogue import EVENTS, EVERYTHING
    from ninelives.webhooks.remarks import worded

    brand = brand_named(options.brand) if options.brand else None
    try:
        made, secret = actions.promise(options.url, options.event or [EVERYTHING], actor=None, brand=brand)
    except NotCalled as told:
        raise WrongInput(worded(told.code)) from None
    except actions.UnknownEventsError as told:
        known = ", ".join([EVERYTHING, *EVENTS])
        words = _("no such event: %(wrong)s (there is: %(known)s)")
        raise WrongInput(words % {"wrong": ", ".join(told.names), "known": known}) from None
    print(json.dumps({"id": str(made.pk), "secret": secret}))


def _list(options: argparse.Namespace) -> None:
    from ninelives.webhooks.models import Webhook

    show(
        [
            {
                "id": str(webhook.pk),
                "url": webhook.url,
                "events": webhook.events,
                "brand": webhook.brand.name if webhook.brand else "",
                "active": webhook.is_active,
                "reason": webhook.reason,
                "failing": f"{webhook.failing_since:%Y-%m-%d %H:%M}" if webhook.failing_since else "",
            }
            for webhook in Webhook.objects.select_related("brand").order_by("created_at")
        ],
        as_json=options.json,
    )


def _remove(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _

    from ninelives.webhooks import actions
    from ninelives.webhooks.models import Webhook

    wanted = _id(options.id)
    webhook = Webhook.objects.filter(pk=wanted).first() if wanted else None
    if webhook is None:
        raise WrongInput(_("there is no webhook %(id)s; `ninelives webhook list` shows them") % {"id": options.id})
    actions.forget(webhook)
    print(_("webhook %(url)s is ended") % {"url": webhook.url})


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
