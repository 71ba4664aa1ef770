"""What customers of an energy retailer write about. The words stand in the modules `texts_*`.

Braces are slots that `customers.slots` fills: a street, a reading, an amount.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Talk:
    """A question and our answer; perhaps what the customer says then, and what we say to that."""

    question: str
    answer: str
    reply: str = ""
    closing: str = ""
    # What comes with the question: `meter`, a photo; `bill`, a document; `table`, readings in HTML.
    file: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    subjects: tuple[str, ...]
    talks: tuple[Talk, ...]
    notes: tuple[str, ...] = ()
    # Who only wants to say something begins and ends without asking for an answer.
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Tongue:
    """How people begin and end their mails in one language, and how their programs quote."""

    greetings: tuple[str, ...]
    leads: tuple[str, ...]
    tails: tuple[str, ...]
    partings: tuple[str, ...]
    marks: tuple[str, ...]
    quoted: str
    our_greeting: str
    our_parting: str
    topics: tuple[Topic, ...]
    days: tuple[str, ...]
    months: tuple[str, ...]
    table: tuple[str, str, str]
