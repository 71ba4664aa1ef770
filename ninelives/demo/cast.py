"""Who works at the demo organisation and which addresses it has. These names are kept: documents and tests use them."""

from dataclasses import dataclass

ORGANISATION = "Zonnestroom"
ZONNESTROOM, WINDKRACHT, WARMTEWACHT = "Zonnestroom", "Windkracht Zakelijk", "Warmtewacht"
# Each with whom it shares its customers: who buys power of the one may have a heat pump of the other.
BRANDS = {ZONNESTROOM: "", WINDKRACHT: "", WARMTEWACHT: ZONNESTROOM}


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


_HOMES = (ZONNESTROOM, WARMTEWACHT)
ALICE = Agent("Alice Jansen", "alice@zonnestroom.example", "agent", _HOMES)
BOB = Agent("Bob Bakker", "bob@zonnestroom.example", "agent", _HOMES)
CHARLIE = Agent("Charlie Visser", "charlie@windkracht.example", "agent", (WINDKRACHT,))
EDITOR = Agent("Femke Mulder", "femke@zonnestroom.example", "editor", _HOMES)
PEOPLE = (
    ALICE,
    BOB,
    CHARLIE,
    Agent("Eva Smit", "eva@zonnestroom.example", "team_lead", _HOMES),
    EDITOR,
    Agent("Gijs de Boer", "gijs@zonnestroom.example", "planner", _HOMES),
    Agent("Hanna Meijer", "hanna@zonnestroom.example", "manager", tuple(BRANDS)),
    Agent("Iris Vos", "iris@zonnestroom.example", "administrator", tuple(BRANDS)),
)

SERVICE_BOX = Box("mail", "Service", ZONNESTROOM, "service@zonnestroom.example", takes_all=True, confirms=True)
BUSINESS_BOX = Box("mail", "Windkracht Zakelijk", WINDKRACHT, "zakelijk@windkracht.example", confirms=True)
HEAT_BOX = Box("mail", WARMTEWACHT, WARMTEWACHT, "service@warmtewacht.example", confirms=True)
CHAT = Box("pretend", "Chat (pretend)", ZONNESTROOM)
WEBCHAT = Box(
    "webchat",
    "Zonnestroom",
    ZONNESTROOM,
    told=(
        ("colour", "#1d6b45"),
        ("greeting", "Hallo! Waar kunnen we je mee helpen?"),
        ("greeting_en", "Hello! What can we do for you?"),
    ),
)
BUSINESS_WEBCHAT = Box("webchat", WINDKRACHT, WINDKRACHT, told=(("colour", "#1b3a6b"),))
HEAT_WEBCHAT = Box(
    "webchat",
    WARMTEWACHT,
    WARMTEWACHT,
    told=(
        ("colour", "#a3401f"),
        ("greeting", "Hallo! Is er iets met de verwarming?"),
        ("greeting_en", "Hello! Is something wrong with the heating?"),
    ),
)
COUNTER = Box("visit", "Balie Utrecht", ZONNESTROOM, told=(("subjects", "Vraag; Klacht; Afspraak; Afhalen"),))
POST = Box("letter", "Post", ZONNESTROOM)
FORM = Box("web_form", "Contactformulier", ZONNESTROOM)
# Their providers are nobody: a port of this machine on which nothing listens, unless `ninelives pretend` plays them.
_NOBODY = ("api_base", "http://127.0.0.1:9")
WHATSAPP = Box("whatsapp", "WhatsApp", ZONNESTROOM, told=(("phone_number_id", "106540352242922"), _NOBODY))
TELEGRAM = Box("telegram", "Telegram", ZONNESTROOM, told=(("bot_token", "110201543:demo"), _NOBODY))
FACEBOOK = Box("facebook_comments", "Facebook", ZONNESTROOM, told=(("page_id", "102938475610293"), _NOBODY))
MESSENGERS = (WHATSAPP, TELEGRAM, FACEBOOK)
BOXES = (
    *(SERVICE_BOX, BUSINESS_BOX, HEAT_BOX, CHAT, WEBCHAT, BUSINESS_WEBCHAT, HEAT_WEBCHAT),
    *(COUNTER, POST, FORM, *MESSENGERS),
)
