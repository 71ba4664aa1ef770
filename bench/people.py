"""People of a file with known truth, as a customer centre meets them: contact by contact, on channel after channel.

The rates were written down before anything was measured, and stand in docs/performance.md; nothing in the product
knows them. Whatever is wrong in the file itself comes on top.
"""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What a column is called, by what it holds; whatever else a file has is left alone.
COLUMNS = {
    "given": ("given_name", "first_name", "firstname", "forename", "voornaam"),
    "family": ("surname", "last_name", "lastname", "family_name", "achternaam"),
    "name": ("name", "full_name", "naam"),
    "birth_date": ("date_of_birth", "dob", "birth_date", "birthdate", "geboortedatum"),
    "street": ("address_1", "street", "street_name", "address", "straat"),
    "house_number": ("street_number", "house_number", "huisnummer"),
    "postcode": ("postcode", "postal_code", "zip", "zip_code", "zipcode"),
    "city": ("suburb", "city", "town", "plaats", "woonplaats"),
    "number": ("soc_sec_id", "customer_number", "national_id", "ssn", "klantnummer"),
    "mail": ("email", "e_mail", "mail", "email_address"),
    "phone": ("phone", "phone_number", "telephone", "mobile", "telefoon"),
}
POSTAL = ("street", "house_number", "postcode", "city")

HAS_ACCOUNT = 0.75  # of all people, at the organisation's own site
ACCOUNT_KNOWS_PHONE = 0.8  # and has proven it, as it has the mail address
CONTACTS = 2  # of each row of the file
FAITHFUL = 0.4  # of all contacts: on the channel that is somebody's own habit
SECOND_MAIL, USES_SECOND = 0.25, 0.2
CHANGED_MAIL, CHANGED_PHONE = 0.08, 0.06
SHARES_PHONE = 0.10  # of all people, with one other, of the same family name where there is one
MAIL_IS_PROVEN = 0.92
BY_USER_ID, USER_ID_WITH_NUMBER = 0.3, 0.7  # of what comes over a messenger
SLIP, SLIP_IN_NAME, NAME_CROSSED, DAY_FOR_MONTH = 0.04, 0.03, 0.015, 0.02
MOVED = 0.03  # gives a postal address that is not the one of the file
PART_OF_POSTAL = 0.95


@dataclass(frozen=True, slots=True)
class Habit:
    """Of a channel: its share of all contacts, how often names are given how, and what else comes to be known."""

    share: float
    full: float
    initial: float
    given: float
    birth_date: float
    postal: float
    number: float
    mail: float
    phone: float


HABITS = {
    "account": Habit(0.00, 1.00, 0.00, 0.00, 0.80, 0.90, 0.90, 0.00, 0.00),
    "mail": Habit(0.40, 0.85, 0.10, 0.00, 0.50, 0.60, 0.50, 0.00, 0.40),
    "messenger": Habit(0.24, 0.65, 0.00, 0.25, 0.55, 0.60, 0.40, 0.35, 0.00),
    "sms": Habit(0.06, 0.40, 0.00, 0.00, 0.30, 0.30, 0.40, 0.10, 0.00),
    "signed_in": Habit(0.20, 1.00, 0.00, 0.00, 0.40, 0.40, 0.90, 0.00, 0.00),
    "guest": Habit(0.04, 0.80, 0.00, 0.20, 0.30, 0.40, 0.40, 0.90, 0.40),
    "letter": Habit(0.04, 0.60, 0.40, 0.00, 0.40, 1.00, 0.70, 0.35, 0.40),
    "counter": Habit(0.02, 1.00, 0.00, 0.00, 0.90, 0.80, 0.60, 0.30, 0.50),
}

Row = dict[str, str]


class UnfitError(Exception):
    """The file cannot be measured with; says why."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How one person is known after one contact. Addresses are pairs of kind and value."""

    person: str
    channel: str
    address: tuple[str, str]
    is_proven: bool
    name: str
    also: tuple[tuple[str, str], ...] = ()
    claimed: tuple[tuple[str, str], ...] = ()
    details: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Person:
    mails: list[str]  # the first until it changed
    second_mail: str
    phones: list[str]
    account: str
    account_knows_phone: bool
    user_id: str
    favourite: str


def person_of(value: str) -> str:
    """Whose record it is: rec-223-org, rec-223-dup-0 and rec-223 are rec-223's; any other value is a person's own."""
    value = value.strip()
    found = re.fullmatch(r"(.+?)-(?:org|dup(?:-\d+)?)", value)
    return found[1] if found else value


def read(path: Path, truth: str) -> list[tuple[str, Row]]:
    """Each row with whose it is. Raises UnfitError."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file, skipinitialspace=True))
    except (OSError, UnicodeDecodeError, csv.Error) as reason:
        raise UnfitError(f"{path} cannot be read: {reason}") from reason
    header = [name.strip() for name in rows[0]] if rows else []
    if truth not in header:
        raise UnfitError(f"{path} has no column {truth!r}; it has: {', '.join(header) or 'no header'}")
    found = [dict(zip(header, map(str.strip, row), strict=False)) for row in rows[1:] if any(row)]
    people = [(person_of(row.get(truth, "")), _fields(row, truth)) for row in found]
    people = [(person, fields) for person, fields in people if person]
    if not any(fields for _, fields in people):
        raise UnfitError(f"{path} has no row with a column that is known: {', '.join(sum(COLUMNS.values(), ()))}")
    return people


def _fields(row: Row, truth: str) -> Row:
    plain = {re.sub(r"\W+", "_", name.lower()): value for name, value in row.items() if name != truth}
    found = {what: next((plain[name] for name in names if plain.get(name)), "") for what, names in COLUMNS.items()}
    if not found["given"] and not found["family"]:
        found["given"], _, found["family"] = found["name"].partition(" ")
    return {what: value for what, value in found.items() if value and what != "name"}


def contacts(rows: Sequence[tuple[str, Row]], seed: int) -> list[Contact]:
    """In the order in which they happen."""
    return list(_Meeting(rows, random.Random(seed)).contacts())


class _Meeting:
    def __init__(self, rows: Sequence[tuple[str, Row]], draw: random.Random) -> None:
        self.rows, self.draw = rows, draw
        first = {person: fields for person, fields in reversed(rows)}
        self.people = {person: self._person(number, first[person]) for number, person in enumerate(sorted(first))}
        self._share_phones(first)
        self.guests = 0

    def contacts(self) -> Iterator[Contact]:
        meetings = [(person, fields, "account") for person, fields in self._accounts()]
        for person, fields in self.rows:
            meetings += [(person, fields, self._channel_of(self.people[person])) for _ in range(CONTACTS)]
        self.draw.shuffle(meetings)
        for at, (person, fields, channel) in enumerate(meetings):
            yield self._contact(person, fields, channel, at / len(meetings))

    def _accounts(self) -> Iterator[tuple[str, Row]]:
        told = set[str]()
        for person, fields in self.rows:
            if self.people[person].account and person not in told:
                told.add(person)
                yield person, fields

    def _person(self, number: int, fields: Row) -> _Person:
        chance = self.draw.random
        words = [re.sub(r"\W", "", fields.get(part, "").lower()) for part in ("given", "family")]
        local = ".".join(word for word in words if word) or "klant"

        def mail(domains: Sequence[str]) -> str:
            return f"{local}{self.draw.randrange(1000)}.{number}@{self.draw.choice(domains)}"

        account = f"{number:07}" if chance() < HAS_ACCOUNT else ""
        return _Person(
            mails=[mail(HOMES) for _ in range(2 if chance() < CHANGED_MAIL else 1)],
            second_mail=mail(WORKS) if chance() < SECOND_MAIL else "",
            phones=[self._phone() for _ in range(2 if chance() < CHANGED_PHONE else 1)],
            account=account,
            account_knows_phone=chance() < ACCOUNT_KNOWS_PHONE,
            user_id=f"NL.{self.draw.randrange(10**17)}",
            favourite=self._channel(has_account=bool(account)),
        )

    def _phone(self) -> str:
        return f"+316{self.draw.randrange(10_000_000, 99_999_999)}"

    def _share_phones(self, first: dict[str, Row]) -> None:
        """Two of one family name have one number, as far as there are two; else any two."""
        sharing = sorted(self.draw.sample(sorted(first), int(len(first) * SHARES_PHONE / 2)))
        of_name: dict[str, list[str]] = {}
        for person in sorted(first):
            of_name.setdefault(first[person].get("family", ""), []).append(person)
        for person in sharing:
            family = [one for one in of_name[first[person].get("family", "")] if one != person]
            other = self.draw.choice(family or [one for one in sorted(first) if one != person] or [person])
            self.people[other].phones = self.people[person].phones

    def _channel(self, *, has_account: bool) -> str:
        shares = {channel: habit.share for channel, habit in HABITS.items() if has_account or channel != "signed_in"}
        return self.draw.choices(list(shares), list(shares.values()))[0]

    def _channel_of(self, person: _Person) -> str:
        return person.favourite if self.draw.random() < FAITHFUL else self._channel(has_account=bool(person.account))

    def _contact(self, person: str, fields: Row, channel: str, at: float) -> Contact:
        who, habit, chance = self.people[person], HABITS[channel], self.draw.random
        mail = who.mails[0 if at < 0.5 else -1]
        phone = who.phones[0 if at < 0.5 else -1]
        if who.second_mail and chance() < USES_SECOND and channel == "mail":
            mail = who.second_mail
        address, is_proven, also = self._reached(channel, who, mail, phone)
        claimed = []
        if chance() < habit.mail:
            claimed.append(("mail", self._typed(fields.get("mail") or mail, SLIP)))
        if chance() < habit.phone:
            claimed.append(("phone", self._typed(fields.get("phone") or phone, SLIP, "0123456789")))
        name = self._name(fields, habit)
        return Contact(person, channel, address, is_proven, name, also, tuple(claimed), self._details(fields, habit))

    def _reached(
        self, channel: str, who: _Person, mail: str, phone: str
    ) -> tuple[tuple[str, str], bool, tuple[tuple[str, str], ...]]:
        if channel in ("account", "signed_in"):
            known = [("mail", who.mails[0]), *([("phone", who.phones[0])] if who.account_knows_phone else [])]
            return ("webchat", f"{SITE}:{who.account}"), True, tuple(known)
        if channel == "mail":
            return ("mail", mail), self.draw.random() < MAIL_IS_PROVEN, ()
        if channel == "messenger" and self.draw.random() < BY_USER_ID:
            told = self.draw.random() < USER_ID_WITH_NUMBER
            return ("messenger", who.user_id), True, (("phone", phone),) if told else ()
        if channel in ("messenger", "sms"):
            return ("phone", phone), True, ()
        self.guests += 1
        return (channel, f"{channel}-{self.guests}"), False, ()

    def _name(self, fields: Row, habit: Habit) -> str:
        given, family = (self._typed(fields.get(part, ""), SLIP_IN_NAME) for part in ("given", "family"))
        if self.draw.random() < NAME_CROSSED:
            given, family = family, given
        way = self.draw.random()
        if way < habit.full:
            return f"{given} {family}".strip()
        if way < habit.full + habit.initial:
            return f"{given[:1].upper()}. {family}".strip(". ")
        return given if way < habit.full + habit.initial + habit.given else ""

    def _details(self, fields: Row, habit: Habit) -> dict[str, str]:
        chance, told = self.draw.random, dict[str, str]()
        if chance() < habit.birth_date:
            told["birth_date"] = self._date(fields.get("birth_date", ""))
        if chance() < habit.number:
            told["number"] = self._typed(fields.get("number", ""), SLIP)
        if chance() < habit.postal:
            lives = self.draw.choice(self.rows)[1] if chance() < MOVED else fields
            told |= {part: self._typed(lives.get(part, ""), SLIP) for part in POSTAL if chance() < PART_OF_POSTAL}
        return {what: value for what, value in told.items() if value}

    def _date(self, date: str) -> str:
        digits = re.sub(r"\D", "", date)
        if len(digits) == 8 and self.draw.random() < DAY_FOR_MONTH:
            return digits[:4] + digits[6:] + digits[4:6]
        return self._typed(date, SLIP, "0123456789")

    def _typed(self, value: str, rate: float, letters: str = "abcdefghijklmnopqrstuvwxyz") -> str:
        """Now and then with one slip: a letter left out, put in, changed, or swapped with the next."""
        if not value or self.draw.random() >= rate:
            return value
        at = self.draw.randrange(len(value))
        before, letter, after = value[:at], value[at], value[at + 1 :]
        new = self.draw.choice(letters)
        return self.draw.choice(
            [
                before + after,
                before + new + letter + after,
                before + new + after,
                before + after[:1] + letter + after[1:],
            ]
        )


HOMES = ("gmail.example", "outlook.example", "ziggo.example", "kpn.example", "icloud.example")
WORKS = tuple(f"firma{number}.example" for number in range(60))
SITE = "0198c0de-0000-7000-8000-000000000001"
