"""What became of an import, for a person and for a program."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ninelives.reception.importing import Outcome

# So many names are printed; all are in the ledger.
NAMED = 20


def told(outcome: "Outcome") -> None:
    from django.utils.translation import gettext as _

    print(_("taken in: %(number)d") % {"number": outcome.taken_in})
    print(_("duplicates: %(number)d") % {"number": outcome.duplicates})
    print(_("quarantined: %(number)d") % {"number": len(outcome.quarantined)})
    name([f"{which}: {_in_words(reason, detail)}" for which, reason, detail in outcome.quarantined])


def name(lines: list[str]) -> None:
    from django.utils.translation import gettext as _

    for line in lines[:NAMED]:
        print(f"  {line}")
    if len(lines) > NAMED:
        print("  " + _("and %(number)d more; the ledger shows all") % {"number": len(lines) - NAMED})


def figures(outcome: "Outcome") -> dict[str, object]:
    return {
        "taken_in": outcome.taken_in,
        "duplicates": outcome.duplicates,
        "quarantined": len(outcome.quarantined),
        "reasons": dict(outcome.reasons),
    }


def _in_words(reason: str, detail: str) -> str:
    from ninelives.channels.remarks import worded

    words = worded(reason)
    return f"{words} ({detail.splitlines()[0][:200]})" if detail else words
