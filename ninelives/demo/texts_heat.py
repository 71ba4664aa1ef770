"""What customers of the third brand write, about heat pumps and boilers, in Dutch."""

from dataclasses import replace

from ninelives.demo.texts_nl import DUTCH
from ninelives.demo.topics import Talk, Topic

TOPICS = (
    Topic(
        subjects=("Onderhoudsbeurt warmtepomp", "Afspraak onderhoud", "Jaarlijkse beurt"),
        talks=(
            Talk(
                "Onze warmtepomp aan {street} is toe aan de jaarlijkse beurt. Kan dat in de week van {date}? Het "
                "liefst in de ochtend.",
                "De monteur komt {date} tussen 8 en 12 uur. U krijgt een bericht als hij onderweg is.",
                "Dat komt goed uit. Moet ik nog iets klaarzetten?",
                "Alleen een meter vrije ruimte om de buitenunit, verder niets.",
            ),
            Talk(
                "Ik kreeg bericht van een beurt op {date}, maar dan zijn wij met vakantie. Kan die worden verzet naar "
                "{month2}?",
                "De beurt van {date} is vervallen. In {month2} hebben we nog ruimte; kies hier zelf een dag die past.",
            ),
        ),
        notes=("Buitenunit staat op het dak: ladder mee.",),
    ),
    Topic(
        subjects=("Foutcode op de cv-ketel", "Ketel valt uit", "Geen warm water"),
        talks=(
            Talk(
                "Sinds gisteravond geeft de ketel code F28 en hebben we geen warm water. Resetten helpt een uur. Wij "
                "wonen aan {street} in {city}.",
                "F28 is de ontsteking. Er komt vandaag nog iemand langs; hij belt een half uur van tevoren op {phone}.",
                "De monteur is geweest en alles doet het weer. Snel geholpen, dank.",
                file="meter",
            ),
            Talk(
                "De druk van de ketel zakt elke week tot onder 1 bar. Bijvullen helpt even. Is dat erg?",
                "Elke week bijvullen wijst op een lek of een kapot expansievat. Ik plan een monteur in; tot die tijd "
                "kunt u veilig bijvullen tot 1,5 bar.",
            ),
        ),
        notes=("Ketel van 2014, expansievat nooit vervangen.",),
    ),
    Topic(
        subjects=("Offerte hybride warmtepomp", "Subsidie warmtepomp"),
        talks=(
            Talk(
                "Wij stoken zo'n {gas} m³ gas per jaar en denken aan een hybride warmtepomp. Wat kost dat bij ons "
                "ongeveer, en hoe zit het met de subsidie?",
                "Bij dat verbruik bespaart een hybride pomp ongeveer de helft van het gas. De offerte zit in het "
                "portaal; de subsidie vragen wij voor u aan.",
                "Duidelijk. Wij willen graag verder, wanneer kan het?",
                "Mooi! De planning belt u deze week voor een opname aan huis.",
            ),
        ),
    ),
    Topic(
        subjects=("Opzeggen onderhoudscontract", "Contract bij verhuizing"),
        talks=(
            Talk(
                "Wij verhuizen op {date} naar {city2}. Kan het onderhoudscontract mee, of moet ik het opzeggen?",
                "Het contract gaat mee als er in {city2} ook een ketel of warmtepomp hangt. Laat me weten welk merk "
                "het is, dan pas ik het aan.",
                "Het is een ketel van Nefit, van 2019.",
                "Dan verandert er niets aan de prijs. Het nieuwe adres gaat in op {date}.",
            ),
        ),
    ),
)

HEAT = replace(
    DUTCH,
    greetings=("Beste Warmtewacht,", "Goedemiddag,", "Hallo,", "Goedemorgen,"),
    topics=TOPICS,
)
