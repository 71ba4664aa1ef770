"""What goes out, and how that may end."""

from dataclasses import dataclass
from datetime import timedelta

from ninelives.channels.protocol.inbound import Participant


@dataclass(frozen=True, slots=True)
class OutboundFile:
    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """A message that the provider approved beforehand, with what stands in its places."""

    name: str
    language: str
    values: tuple[str, ...] = ()
    # The names of the places, one for each value: "1", "2", … where they have none.
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the provider approved. `text` has {{1}}, {{2}}, … where values go."""

    name: str
    language: str
    text: str
    category: str = ""
    is_approved: bool = True


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to send, complete in itself: whoever sends it need not look anything up but the files."""

    to: Participant
    text: str
    external_id: str
    from_name: str = ""
    # Of an account that takes all and has no address of its own: the address the customer wrote to.
    from_address: str = ""
    reply_token: str = ""
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    cc: tuple[Participant, ...] = ()
    files: tuple[OutboundFile, ...] = ()
    automatic: bool = False
    language: str = ""
    template: TemplateUse | None = None
    # Said in public, answered to the customer alone.
    in_private: bool = False


class SendProblem(Exception):
    """`reason` is what the provider said, fit to be shown to an agent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(SendProblem):
    """It will never be taken: tell the agent."""


class TryLater(SendProblem):
    """It was surely not taken; the same call may go well later, `after` so long if that was told."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Uncertain(SendProblem):
    """It may have arrived. Only a `repeatable` channel may simply send it again."""


class NotConfigured(SendProblem):
    """There is no way out yet. It is kept and shown, and waits until somebody asks again."""
