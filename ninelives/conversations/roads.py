"""How conversations are found by what was typed: each way gives its own newest.

Read as one query, a search costs as much as there are matches, and a common word has a hundred thousand. So each way
chooses between two roads. What is rare is looked up in an index and sorted. What is common is met soon by walking
through the conversations from the newest on. No way is left to the planner's guess of how common something is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from ninelives.conversations.wording import Meant
from ninelives.customers import naming
from ninelives.foundation.asking import Asked

if TYPE_CHECKING:
    from ninelives.accounts.models import Actor

# Conversations walked through before any index is asked; and further, where they held one of so many that fill a page,
# or more.
NEAR, FURTHER = 100, 2000
HOPE = 12
SHORT = 500
# More customers than this are not looked up one by one.
FEW_CUSTOMERS = 1000
# Up to so many messages or files are cheaper read and sorted than met on the walk; and more where there are many
# conversations: both costs are equal where the matches are about the root of eighty times those.
FEW_MESSAGES = 300
FEW_FILES = 400
# Of what was typed one piece must have as many, or every file has it in its name.
FEWEST_LETTERS = 3

Moment = tuple[datetime, UUID]
_END = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Part:
    """So many of the newest that are older than this one; newer than another, where a page is full without the rest."""

    most: int
    before: Moment = _END
    since: Moment | None = None


Road = Callable[[Part], list[Moment]]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Conditions beside what was typed."""

    status: str | None = None
    snoozed: bool | None = None
    customers: tuple[UUID, ...] | None = None
    accounts: tuple[UUID, ...] | None = None
    tag: str | None = None

    def given(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "status": self.status,
            "snoozed": self.snoozed,
            "only": self.customers,
            "accounts": self.accounts,
        }
        told["tag"] = self.tag
        return {name: list(one) if isinstance(one, tuple) else one for name, one in told.items() if one is not None}


class Roads:
    def __init__(self, actor: "Actor", asked: Asked, narrowed: Narrowed) -> None:
        self.asked = asked
        self.given: dict[str, Any] = {
            "brands": list(actor.brand_ids),
            "bases": list(actor.base_ids),
            "number": asked.reference,
            "case": asked.case,
            **narrowed.given(),
            **naming.given(asked),
        }
        self.theirs = " AND ".join([_THEIRS, *(_NARROWED[name] for name in narrowed.given())])

    def exactly(self, meant: Sequence[Meant]) -> list[Road]:
        numbered = [self._of_number] if self.asked.reference is not None else []
        numbered += [self._of_case] if self.asked.case is not None else []
        filed = [self._of_files] if any(len(one.letters) >= FEWEST_LETTERS for one in self.asked.pieces) else []
        said = self._of_messages(meant)
        # Where the page is full by then, only what is newer need be looked at: what costs most comes last.
        return [*numbered, self._of_customers, *said, *filed] if filed else [*numbered, *said, self._of_customers]

    def nearly(self, meant: Sequence[Meant]) -> list[Road]:
        return [self._of_customers_nearly, *self._of_messages(meant)]

    def _of_number(self, part: Part) -> list[Moment]:
        return self._rows(_NUMBERED, part)

    def _of_case(self, part: Part) -> list[Moment]:
        return self._rows(_OF_CASE, part)

    def _of_customers(self, part: Part) -> list[Moment]:
        conditions = {"NAMED": naming.named(self.asked), "REACHED": naming.reached(self.asked)}
        if self._is_short(part):
            return self._rows(_WALK, part, {"MATCH": _IS_NAMED, **conditions})
        ids = [id_ for (id_,) in self._rows(_CUSTOMERS, part, conditions, few=FEW_CUSTOMERS)]
        if len(ids) >= FEW_CUSTOMERS:
            return self._rows(_WALK, part, {"MATCH": _IS_NAMED, **conditions})
        return self._of_these(ids, part)

    def _of_customers_nearly(self, part: Part) -> list[Moment]:
        return self._of_these(naming.nearly(self.asked, self.given["bases"]), part)

    def _of_these(self, customers: list[UUID], part: Part) -> list[Moment]:
        return self._rows(_OF_THESE, part, customers=customers) if customers else []

    def _of_files(self, part: Part) -> list[Moment]:
        conditions = {"WANTED": _FILES, "MATCH": _HAS_FILE, "IN_NAME": in_file_name(self.asked)}
        if self._is_short(part):
            return self._rows(_WALK, part, conditions)
        return self._looked_up(part, conditions, least=FEW_FILES, each=0)

    def _of_messages(self, meant: Sequence[Meant]) -> list[Road]:
        if not meant:
            return []
        given, conditions = given_of(meant), {"WANTED": _MESSAGES, "MATCH": _SAYS, "SAID": said_in(meant)}
        # A number is rarely said twice: no use in walking.
        is_rare = any(one.joined for one in meant)
        return [lambda part: self._saying(part, conditions, given, is_rare)]

    def _saying(self, part: Part, conditions: dict[str, str], given: dict[str, Any], is_rare: bool) -> list[Moment]:
        met: list[Moment] = []
        passed = 0
        for bound, enough in () if is_rare else ((NEAR, part.most / HOPE), (FURTHER, part.most)):
            met += self._rows(_WALK_NEAR, part, conditions, **given, near=bound - passed, passed=passed)
            if len(met) >= part.most:
                return met
            if len(met) < enough:
                break
            passed = bound
        return self._looked_up(part, conditions, **given, least=FEW_MESSAGES, each=80)

    def _is_short(self, part: Part) -> bool:
        """So few conversations are left to look at that walking through them is quickest, whatever is asked."""
        return part.since is not None and self._rows(_HOW_MANY, part, near=SHORT)[0][0] < SHORT

    def _looked_up(self, part: Part, conditions: dict[str, str], **given: Any) -> list[Moment]:
        self._rows(_BY_INDEX, part)
        looked_up = self._rows(_LOOK_UP, part, conditions, **given)
        is_common = looked_up[0][0]
        if is_common:
            return self._rows(_WALK, part, conditions, **given)
        return [(at, id_) for _common, at, id_ in looked_up if id_]

    def _rows(self, sql: str, part: Part, conditions: dict[str, str] | None = None, **more: Any) -> list[Any]:
        theirs = f"{self.theirs} AND {_SINCE}" if part.since else self.theirs
        for name, condition in {**(conditions or {}), "THEIRS": theirs}.items():
            sql = sql.replace(name, condition)
        (at, id_), (since, since_id) = part.before, part.since or part.before
        between: dict[str, Any] = {"at": at, "id": id_, "since": since, "since_id": since_id, "most": part.most}
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.given, **between, **more})
            return list(cursor.fetchall())


def said_in(meant: Sequence[Meant]) -> str:
    """Of a message `m`: every piece is said in it."""
    words = [f"(to_tsquery('simple', %(typed{n})s) || %(like{n})s::tsquery)" for n in range(len(meant))]
    plain = [words[n] for n, one in enumerate(meant) if not one.joined]
    together = [f"m.words @@ ({' && '.join(plain)})"] if plain else []
    numbers = [
        f"(m.words @@ {words[n]} OR foundation_numbers(m.subject, m.text) && %(joined{n})s::text[])"
        for n, one in enumerate(meant)
        if one.joined
    ]
    return " AND ".join([*numbers, *together])


def given_of(meant: Sequence[Meant]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for n, one in enumerate(meant):
        given |= {f"typed{n}": one.typed, f"like{n}": one.like, f"joined{n}": list(one.joined)}
    return given


def in_file_name(asked: Asked) -> str:
    """Of an attachment `a`: every piece stands in its name."""
    return " AND ".join(f"foundation_folded(a.name) LIKE %(part{n})s" for n in range(len(asked.pieces)))


# How common something is must not decide: with a guess that is wrong, reading all messages would look cheap.
_BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true)"
# What was merged is found as that as which it is read.
_THEIRS = "c.brand_id = ANY(%(brands)s::uuid[]) AND c.status <> 'merged' AND (c.last_at, c.id) < (%(at)s, %(id)s)"
_SINCE = "(c.last_at, c.id) > (%(since)s, %(since_id)s)"
_NARROWED = {
    "status": "c.status = %(status)s",
    "snoozed": "(c.snoozed_until IS NOT NULL) = %(snoozed)s",
    "only": "c.customer_id = ANY(%(only)s::uuid[])",
    "accounts": "c.account_id = ANY(%(accounts)s::uuid[])",
    "tag": """EXISTS (
        SELECT FROM conversations_tagging tagging JOIN conversations_tag tag ON tag.id = tagging.tag_id
        WHERE tagging.conversation_id = c.id AND tagging.ended_at IS NULL AND tag.key = %(tag)s
    )""",
}
_NEWEST = "ORDER BY c.last_at DESC, c.id DESC"
_HOW_MANY = "SELECT count(*) FROM (SELECT FROM conversations_conversation c WHERE THEIRS LIMIT %(near)s) AS newer"
_NUMBERED = """
    SELECT c.last_at, c.id FROM conversations_conversation c
    WHERE c.id = (SELECT coalesce(root_id, id) FROM conversations_conversation WHERE number = %(number)s) AND THEIRS
"""
_OF_CASE = """
    SELECT c.last_at, c.id FROM conversations_conversation c
    WHERE c.case_id = (SELECT id FROM conversations_case WHERE number = %(case)s) AND THEIRS
"""

_CUSTOMERS = """
    WITH named AS (
        (SELECT id FROM customers_customer WHERE base_id = ANY(%(bases)s::uuid[]) AND NAMED LIMIT %(few)s)
        UNION
        (SELECT customer_id FROM customers_customeraddress
         WHERE base_id = ANY(%(bases)s::uuid[]) AND REACHED LIMIT %(few)s)
    )
    SELECT id FROM named
"""
# And whoever is one with them.
_OF_THESE = f"""
    WITH theirs AS (
        SELECT unnest(%(customers)s::uuid[]) AS id
        UNION
        SELECT other.id FROM customers_customer one JOIN customers_customer other ON other.root_id = one.root_id
        WHERE one.root_id IS NOT NULL AND one.id = ANY(%(customers)s::uuid[])
    )
    SELECT c.last_at, c.id FROM conversations_conversation c
    WHERE c.customer_id IN (SELECT id FROM theirs) AND THEIRS {_NEWEST} LIMIT %(most)s
"""  # noqa: S608 - all of these are put together from constants

# A lateral join with a limit of its own is asked for one conversation at a time, in the order of the walk.
_WALK_NEAR = f"""
    SELECT c.last_at, c.id
    FROM (SELECT c.* FROM conversations_conversation c WHERE THEIRS {_NEWEST} LIMIT %(near)s OFFSET %(passed)s) AS c
    CROSS JOIN LATERAL (MATCH LIMIT 1) AS found
    {_NEWEST} LIMIT %(most)s
"""  # noqa: S608
_WALK = _WALK_NEAR.replace("LIMIT %(near)s OFFSET %(passed)s", "")
_IS_NAMED = """
    SELECT 1 FROM (
        SELECT own.id, own.name FROM customers_customer own WHERE own.id = c.customer_id
        UNION ALL
        SELECT other.id, other.name FROM customers_customer own
        JOIN customers_customer other ON other.root_id = own.root_id WHERE own.id = c.customer_id
    ) AS u
    WHERE NAMED OR EXISTS (SELECT FROM customers_customeraddress a WHERE a.customer_id = u.id AND REACHED)
"""
# Hidden from the index over all words, which would be asked anew for each conversation.
_SAYS = """
    SELECT 1 FROM conversations_message m WHERE m.conversation_id = c.id AND coalesce(SAID, false)
    UNION ALL
    SELECT 1 FROM conversations_conversation o JOIN conversations_message m ON m.conversation_id = o.id
    WHERE c.root_id = c.id AND o.root_id = c.id AND o.id <> c.id AND coalesce(SAID, false)
"""
_HAS_FILE = """
    SELECT 1 FROM conversations_message m JOIN conversations_attachment a ON a.message_id = m.id
    WHERE m.conversation_id = c.id AND m.has_files AND coalesce(IN_NAME, false)
    UNION ALL
    SELECT 1 FROM conversations_conversation o JOIN conversations_message m ON m.conversation_id = o.id
    JOIN conversations_attachment a ON a.message_id = m.id
    WHERE c.root_id = c.id AND o.root_id = c.id AND o.id <> c.id AND m.has_files AND coalesce(IN_NAME, false)
"""
_MESSAGES = "SELECT m.conversation_id FROM conversations_message m WHERE SAID LIMIT (SELECT most FROM bound)"
_FILES = """
    SELECT m.conversation_id
    FROM (SELECT a.message_id FROM conversations_attachment a WHERE IN_NAME LIMIT (SELECT most FROM bound)) AS named
    JOIN conversations_message m ON m.id = named.message_id
"""
_LOOK_UP = f"""
    WITH bound AS (
        SELECT greatest(%(least)s, sqrt(%(each)s * greatest(reltuples, 0)))::bigint AS most
        FROM pg_class WHERE oid = 'conversations_conversation'::regclass
    ), wanted AS MATERIALIZED (WANTED), theirs AS (
        SELECT c.last_at, c.id FROM conversations_conversation c
        WHERE c.id IN (SELECT coalesce(h.root_id, h.id) FROM wanted
                       JOIN conversations_conversation h ON h.id = wanted.conversation_id)
            AND THEIRS {_NEWEST} LIMIT %(most)s
    )
    SELECT (SELECT count(*) FROM wanted) >= (SELECT most FROM bound), theirs.last_at, theirs.id
    FROM (SELECT) AS always LEFT JOIN theirs ON true
"""  # noqa: S608
