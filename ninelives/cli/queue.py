"""`ninelives queue list | verify`: the queues there are, and whether decisions can be taken again."""

import argparse

from ninelives.cli.asking import organisation, show
from ninelives.cli.errors import CannotDo


def arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    listing = deeds.add_parser("list", help="list the queues, in the order in which they take")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(deed=_list)
    verify = deeds.add_parser("verify", help="take the last decisions again, from what each read")
    verify.add_argument("--last", type=int, default=1000, metavar="N", help="so many (1000)")
    verify.set_defaults(deed=_verify)


def run(options: argparse.Namespace) -> int:
    with organisation():
        options.deed(options)
    return 0


def _list(options: argparse.Namespace) -> None:
    from ninelives.routing.models import Queue

    show(
        [
            {
                "id": str(queue.pk),
                "brand": queue.brand.name,
                "name": queue.name,
                "active": queue.is_active,
                "within": queue.within,
                "floor": queue.floor,
                "hours": queue.hours,
                "experts": queue.experts.name if queue.experts else None,
                "lets_choose": queue.lets_choose,
            }
            for queue in Queue.objects.select_related("brand", "experts").order_by(
                "brand__name", "position", "created_at"
            )
        ],
        as_json=options.json,
    )


def _verify(options: argparse.Namespace) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from ninelives.routing.live.again import others
    from ninelives.routing.models import Decision

    found = list(Decision.objects.exclude(plan="").order_by("-at")[: max(0, options.last)])
    wrong = list(others(found))
    if wrong:
        named = ", ".join(str(decision.pk) for decision in wrong[:10])
        raise CannotDo(
            _("%(wrong)d of %(all)d decisions come out otherwise: %(named)s")
            % {"wrong": len(wrong), "all": len(found), "named": named}
        )
    count = len(found)
    print(
        ngettext("%d decision comes out the same, to the bit", "%d decisions come out the same, to the bit", count)
        % count
    )
