"""What business customers of the second brand write, in Dutch."""

from dataclasses import replace

from ninelives.demo.texts_nl import DUTCH
from ninelives.demo.topics import Talk, Topic

TOPICS = (
    Topic(
        subjects=("Kwartierwaarden {month}", "Meetdata aansluiting {street}"),
        talks=(
            Talk(
                "Voor onze energieadviseur hebben wij de kwartierwaarden van {month} nodig van de aansluiting aan "
                "{street}. Kunt u die als CSV aanleveren?",
                "De kwartierwaarden van {month} staan klaar in het zakelijke portaal, onder Meetdata. Ze blijven "
                "daar 30 dagen.",
                "Wij zien alleen de eerste helft van de maand. Kunt u nog eens kijken?",
                "De tweede helft kwam vanochtend van het meetbedrijf binnen; het bestand is nu volledig.",
            ),
        ),
    ),
    Topic(
        subjects=("Factuur {number}", "Inkoopnummer op factuur"),
        talks=(
            Talk(
                "Onze administratie kan de factuur van € {amount} niet boeken omdat ons inkoopnummer ontbreekt. Wilt "
                "u een nieuwe sturen, als PDF en als UBL? De factuur zit in de bijlage.",
                "De nieuwe factuur met uw inkoopnummer is onderweg, als PDF en als UBL. Het nummer staat voortaan op "
                "elke factuur.",
                "Ontvangen en geboekt. Dank voor de snelle afhandeling.",
                file="bill",
            ),
            Talk(
                "Wij hebben drie vestigingen en krijgen drie facturen. Kan dat er één worden, met een specificatie "
                "per vestiging?",
                "Dat kan. Vanaf volgende maand ontvangt u één verzamelfactuur met een bijlage per vestiging.",
            ),
        ),
        notes=("Debiteur betaalt op 30 dagen, afspraak uit het contract.",),
    ),
    Topic(
        subjects=("Verzwaring aansluiting", "Transportcapaciteit", "Netcongestie"),
        talks=(
            Talk(
                "Wij breiden onze productiehal uit en hebben vanaf {month2} meer vermogen nodig. De netbeheerder "
                "meldt netcongestie. Welke mogelijkheden ziet u, bijvoorbeeld een batterij of een groepscontract?",
                "Een vast vermogen komt er dit jaar niet bij, maar buiten de piekuren is er ruimte. Ik stel voor dat "
                "onze adviseur deze week belt; met uw kwartierwaarden kan hij uitrekenen hoeveel u kunt verschuiven.",
                "Prima, donderdag na 14 uur op {phone}.",
                "Staat genoteerd. Hij neemt de berekening mee.",
            ),
        ),
        notes=("Adviseur ingepland, kwartierwaarden klaargezet.",),
    ),
    Topic(
        subjects=("Offerteaanvraag", "Aanbesteding energie"),
        talks=(
            Talk(
                "Ons contract loopt af op {date}. Graag ontvangen wij een offerte voor twee jaar, 100 % Nederlandse "
                "wind, voor circa {kwh} MWh per jaar.",
                "Dank voor uw aanvraag. De offerte volgt morgen; de prijs daarin is 24 uur geldig.",
                "Wij gaan akkoord. Wilt u het contract ter ondertekening sturen?",
            ),
        ),
    ),
)

BUSINESS = replace(
    DUTCH,
    greetings=("Geachte heer/mevrouw,", "Beste,", "Goedemiddag,", "Beste Charlie,"),
    leads=("",),
    tails=("", "Graag vernemen wij uw reactie."),
    partings=("Met vriendelijke groet,\n\n{name}\n{company}\n{phone}", "Met vriendelijke groet,\n{name}\n{company}"),
    marks=("", "", "-- \n{company}\n{street}, {city}\nKvK {number}"),
    topics=TOPICS,
)
