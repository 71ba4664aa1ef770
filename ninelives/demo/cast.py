"""Who works at the demo organisation and which addresses it has. These names are kept: documents and tests use them."""

from dataclasses import dataclass

ORGANISATION = "Zonnestroom"
ZONNESTROOM, WINDKRACHT = "Zonnestroom", "Windkracht Zakelijk"


@dataclass(frozen=True, slots=True)
class Agent:
    name: str
    email: str
    # A role of accounts.
    role: str
    brands: tuple[str, ...]
    language: str = "nl"

    @property
    def first(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Box:
    """An address of the organisation on one channel."""

    kind: str
    name: str
    brand: str
    address: str = ""
    takes_all: bool = False
    confirms: bool = False
    # Of its channel, by name.
    told: tuple[tuple[str, str], ...] = ()


ALICE = Agent("Alice Jansen", "alice@zonnestroom.example", "agent", (ZONNESTROOM,))
BOB = Agent("Bob Bakker", "bob@zonnestroom.example", "agent", (ZONNESTROOM,))
CHARLIE = Agent("Charlie Visser", "charlie@windkracht.example", "agent", (WINDKRACHT,))
EDITOR = Agent("Femke Mulder", "femke@zonnestroom.example", "editor", (ZONNESTROOM,))
PEOPLE = (
    ALICE,
    BOB,
    CHARLIE,
    Agent("Eva Smit", "eva@zonnestroom.example", "team_lead", (ZONNESTROOM,)),
    EDITOR,
    Agent("Gijs de Boer", "gijs@zonnestroom.example", "planner", (ZONNESTROOM,)),
    Agent("Hanna Meijer", "hanna@zonnestroom.example", "manager", (ZONNESTROOM, WINDKRACHT)),
    Agent("Iris Vos", "iris@zonnestroom.example", "administrator", (ZONNESTROOM, WINDKRACHT)),
)

SERVICE_BOX = Box("mail", "Service", ZONNESTROOM, "service@zonnestroom.example", takes_all=True, confirms=True)
BUSINESS_BOX = Box("mail", "Windkracht Zakelijk", WINDKRACHT, "zakelijk@windkracht.example", confirms=True)
CHAT = Box("pretend", "Chat (pretend)", ZONNESTROOM)
WEBCHAT = Box(
    "webchat",
    "Zonnestroom",
    ZONNESTROOM,
    told=(("colour", "#1d6b45"), ("greeting", "Hallo! Waar kunnen we je mee helpen?")),
)
BUSINESS_WEBCHAT = Box("webchat", WINDKRACHT, WINDKRACHT, told=(("colour", "#1b3a6b"),))
BOXES = (SERVICE_BOX, BUSINESS_BOX, CHAT, WEBCHAT, BUSINESS_WEBCHAT)
