"""What the demo's editor has written for the agents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    shortcut: str
    title: str
    text: str
    language: str = ""


ANSWERS = (
    Written(
        "meter",
        "Meterstand doorgeven",
        "Beste {customer.first_name|klant},\n\n"
        "U geeft uw meterstand het snelst door in Mijn Zonnestroom, onder Verbruik. Een foto van de "
        "meter sturen mag ook: antwoord dan op dit bericht.\n\nMet vriendelijke groet,\n"
        "{agent.first_name}, {brand}",
        "nl",
    ),
    Written(
        "meter",
        "Sending a meter reading",
        "Dear {customer.first_name|customer},\n\n"
        "The quickest way to send us your reading is in My Zonnestroom, under Usage. A picture of the "
        "meter is fine too: just answer this message.\n\nKind regards,\n"
        "{agent.first_name}, {brand}",
        "en",
    ),
    Written(
        "verhuizen",
        "Verhuizing melden",
        "Beste {customer.first_name|klant},\n\n"
        "Gefeliciteerd met uw nieuwe woning! Geef ons tot veertien dagen na de sleuteloverdracht uw "
        "nieuwe adres en de beginstanden door; uw contract verhuist gewoon mee.\n\n"
        "Met vriendelijke groet,\n{agent.first_name}, {brand}",
        "nl",
    ),
    Written(
        "termijn",
        "Termijnbedrag aanpassen",
        "Beste {customer.first_name|klant},\n\n"
        "Uw termijnbedrag past u zelf aan in Mijn Zonnestroom. Het nieuwe bedrag geldt vanaf de volgende"
        " maand. Past het niet bij uw verbruik, dan laten wij u dat daar zien.\n\n"
        "Met vriendelijke groet,\n{agent.first_name}, {brand}",
        "nl",
    ),
    Written(
        "storing",
        "Storing: bel de netbeheerder",
        "Beste {customer.first_name|klant},\n\n"
        "Heeft u geen stroom of ruikt u gas? Bel dan direct het Nationaal Storingsnummer 0800-9009 "
        "(gratis, dag en nacht). Uw netbeheerder komt dan kijken.\n\n"
        "Met vriendelijke groet,\n{agent.first_name}, {brand}",
        "nl",
    ),
    Written(
        "uitzoeken",
        "Wij zoeken het uit",
        "Beste {customer.first_name|klant},\n\n"
        "Dank voor uw bericht. Wij zoeken dit voor u uit onder nummer {reference} en komen er binnen "
        "twee werkdagen op terug.\n\nMet vriendelijke groet,\n{agent.first_name}, {brand}",
        "nl",
    ),
    Written(
        "looking",
        "We are looking into it",
        "Dear {customer.first_name|customer},\n\n"
        "Thank you for your message. We are looking into it under number {reference} and will come back "
        "to you within two working days.\n\nKind regards,\n{agent.first_name}, {brand}",
        "en",
    ),
)
