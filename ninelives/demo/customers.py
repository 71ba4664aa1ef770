"""The customers of the demo, and what their letters say about them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ninelives.demo.topics import Tongue

FIRST = (
    "Anna", "Pieter", "Sanne", "Willem", "Fatima", "Joost", "Lotte", "Mehmet", "Marieke", "Kees", "Yasmin",
    "Thijs", "Ingrid", "Ruben", "Naima", "Henk", "Floor", "Dirk", "Esther", "Jeroen", "Roos", "Hamza",
    "Tineke", "Bram", "Carla", "Sven", "Noor", "Gerrit", "Layla", "Maarten", "Wilma", "Stijn", "Femmie",
    "Ali", "Janneke", "Otto", "Mieke", "Daan", "Aylin", "Wouter",
)  # fmt: skip
LAST = (
    "Jansen", "de Jong", "Bakker", "van Dijk", "Yilmaz", "Visser", "Smit", "Meijer", "van der Berg",
    "El Amrani", "Mulder", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit",
    "Dijkstra", "Kok", "van der Meer", "Özdemir", "Jacobs", "de Haan", "Vermeulen", "van den Heuvel",
    "Postma", "Hoekstra", "Willems",
)  # fmt: skip
ENGLISH_SPEAKERS = (
    "Priya Raman", "James Whitfield", "Olena Kovalenko", "Tomás Herrera", "Grace Okafor", "Hiroshi Tanaka",
    "Emily Carter", "Lukas Novak",
)  # fmt: skip
COMPANIES = (
    "Bakkerij Van Dam", "Metaalbewerking Hoorn BV", "Garage Kuipers", "Kwekerij De Linde",
    "Drukkerij Olivier", "Zwembad De Waterlelie", "Koelhuis Noord BV", "Hotel Het Anker",
)  # fmt: skip
STREETS = (
    "Lindelaan", "Kerkstraat", "Molenweg", "Stationsplein", "Beukenhof", "Zonnedauw", "Havenkade",
    "Dorpsstraat", "Prinsengracht", "Vogelenzang", "Akkerwinde", "Jan Steenstraat",
)  # fmt: skip
CITIES = ("Utrecht", "Zwolle", "Amersfoort", "Leiden", "Groningen", "Breda", "Arnhem", "Alkmaar", "Deventer", "Delft")
# Reserved for examples (RFC 2606): no letter can ever reach anybody.
DOMAINS = ("example.org", "example.net", "example.com", "post.example", "thuis.example")
PLAIN = str.maketrans("áéíóúäëïöüÖ", "aeiouaeiouO")
DORA = "dora.devries@example.org"


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    email: str
    language: str
    street: str
    postcode: str
    city: str
    phone: str
    number: str
    company: str = ""

    @property
    def first(self) -> str:
        return self.name.split()[0]


def households(rng: Random, count: int) -> list[Customer]:
    """Dora first, then `count` others; one in eight writes English."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    dutch = rng.sample(names, count - len(ENGLISH_SPEAKERS))
    others = [(name, "nl") for name in dutch] + [(name, "en") for name in ENGLISH_SPEAKERS]
    emails = [_email(name, rng.choice(DOMAINS)) for name, _language in others]
    dora = _customer(rng, "Dora de Vries", DORA, "nl")
    return [dora, *(_customer(rng, name, email, lang) for (name, lang), email in zip(others, emails, strict=True))]


def companies(rng: Random) -> list[Customer]:
    """Somebody of each company writes."""
    found = []
    for company in COMPANIES:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        domain = "".join(c for c in company.lower().removesuffix(" bv") if c.isalpha()) + ".example"
        found.append(_customer(rng, name, f"{name.split()[0].lower()}@{domain}", "nl", company))
    return found


def slots(customer: Customer, tongue: Tongue, at: datetime, rng: Random) -> dict[str, str]:
    """What fills the braces in one conversation that began `at`."""
    day = at + timedelta(days=rng.randint(9, 40))
    before = at - timedelta(days=rng.randint(2, 9))
    reading = rng.randint(8_000, 32_000)
    return {
        "name": customer.name,
        "first": customer.first,
        "company": customer.company,
        "street": customer.street,
        "postcode": customer.postcode,
        "city": customer.city,
        "phone": customer.phone,
        "number": customer.number,
        "street2": f"{rng.choice(STREETS)} {rng.randint(1, 180)}",
        "city2": rng.choice([city for city in CITIES if city != customer.city]),
        "reading": str(reading),
        "reading2": str(reading + rng.randint(200, 4_000)),
        "gas": str(rng.randint(2_000, 9_000)),
        "amount": str(rng.randint(180, 940)),
        "amount2": str(rng.randint(85, 160)),
        "amount3": str(rng.randint(165, 199)),
        "kwh": str(rng.randint(900, 3_400)),
        "panels": str(rng.randint(6, 18)),
        "iban": f"{rng.randint(1000, 9999)}",
        "date": f"{day.day} {tongue.months[day.month - 1]}",
        "date0": f"{before.day} {tongue.months[before.month - 1]}",
        "month": tongue.months[(at.month - 2) % 12],
        "month1": tongue.months[at.month - 1],
        "month2": tongue.months[(at.month + 1) % 12],
    }


def _customer(rng: Random, name: str, email: str, language: str, company: str = "") -> Customer:
    return Customer(
        name=name,
        email=email,
        language=language,
        street=f"{rng.choice(STREETS)} {rng.randint(1, 180)}",
        postcode=f"{rng.randint(1100, 9700)} {rng.choice('ABCDEGHJKLM')}{rng.choice('ABCDEGHJKLM')}",
        city=rng.choice(CITIES),
        # A number nobody has: 06-0 is not given out.
        phone=f"06-0{rng.randint(1_000_000, 9_999_999)}",
        number=str(rng.randint(20_000_000, 29_999_999)),
        company=company,
    )


def _email(name: str, domain: str) -> str:
    first, *rest = name.lower().translate(PLAIN).split()
    return f"{first}.{''.join(rest)}@{domain}"
