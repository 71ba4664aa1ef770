"""`Outbound` as a versioned document, as it stands in a delivery's row."""

from dataclasses import asdict
from typing import Any

from ninelives.channels.protocol import Outbound, OutboundFile, Participant, TemplateUse
from ninelives.foundation.address import Address

VERSION = 1


class UnknownDocumentError(Exception):
    """A delivery was written by a newer Ninelives."""


def write(outbound: Outbound) -> dict[str, Any]:
    return {"version": VERSION, **asdict(outbound)}


def read(document: dict[str, Any]) -> Outbound:
    given = dict(document)
    if given.pop("version") != VERSION:
        raise UnknownDocumentError(str(document["version"]))
    return Outbound(
        **given
        | {
            "to": _participant(given["to"]),
            "cc": tuple(_participant(one) for one in given["cc"]),
            "references": tuple(given["references"]),
            "files": tuple(OutboundFile(**one) for one in given["files"]),
            "template": _template(given.get("template")),
        }
    )


def _template(given: dict[str, Any] | None) -> TemplateUse | None:
    if not given:
        return None
    return TemplateUse(**given | {"values": tuple(given["values"]), "places": tuple(given["places"])})


def _participant(given: dict[str, Any]) -> Participant:
    return Participant(Address(**given["address"]), given["name"])
