"""What was said in the chats of the last day. Lines of the customer and of ours take turns; the customer begins."""

from ninelives.demo.cast import HEAT_WEBCHAT, WEBCHAT

DORA = (
    "Hoi! Jullie app zegt dat mijn termijnbedrag omhoog gaat. Klopt dat?",
    "Dag Dora! Ja, vanaf {month2} wordt het € {amount2}. Je verbruikte dit jaar wat meer dan we hadden geschat.",
    "Ah, dat is de nieuwe droger. Kan ik het zelf nog lager zetten?",
    "Dat kan in de app, tot 15 % lager. De jaarnota maakt het verschil dan goed.",
    "Helder, dan laat ik het zo. Fijne avond!",
)

CHATS = {
    WEBCHAT: (
        (
            "Goedemorgen, is er een storing in {city}?",
            "Goedemorgen! Ja, de netbeheerder is ermee bezig. Naar verwachting heeft u om half elf weer stroom.",
            "Oké, dank. Dan zet ik de koffie maar op het gas.",
        ),
        (
            "Ik heb een rekening van € {amount} gekregen, maar ik betaal toch automatisch?",
            "Ik zie de incasso van {date0} staan, die heeft de herinnering gekruist. U hoeft niets te doen.",
            "Pfff, gelukkig. Bedankt voor het uitzoeken.",
            "Graag gedaan!",
        ),
        (
            "Hoeveel krijg ik nu terug per kWh van mijn {panels} panelen?",
            "Vandaag 6 cent per kWh bovenop de saldering. In de app staat het bedrag per maand.",
            "En als ik een thuisbatterij neem?",
            "Dan verbruikt u meer zelf en levert u minder terug. Zal ik u de rekenhulp mailen?",
            "Ja graag, naar {email}",
        ),
        (
            "Ik ga verhuizen naar {city2}. Moet ik dat doorgeven?",
            "Ja, het liefst twee weken van tevoren. Zal ik het meteen voor u doen? Dan heb ik de datum nodig.",
            "Per {date}, het nieuwe adres is {street2}",
            "Staat genoteerd. U krijgt een bevestiging per mail.",
        ),
        ("Mijn wachtwoord werkt niet meer en de mail om een nieuw te maken komt niet aan. Ook niet bij spam.",),
        (
            "Kan iemand mij terugbellen op {phone}? Ik kom er in de app niet uit.",
            "Dat doen we graag. Vandaag tussen 15 en 17 uur, past dat?",
            "Prima",
        ),
        ("Wanneer komt mijn jaarnota? Vorig jaar was hij er nu al.",),
        (
            "Hi, can you tell me in English what the network costs on my bill are?",
            "Of course. They pay for the grid itself: the grid operator sets them and we pass them on unchanged.",
            "And they went up by € {amount2}?",
        ),
    ),
    HEAT_WEBCHAT: (
        (
            "De cv doet het niet, het is hier 14 graden. Wat kan ik zelf doen?",
            "Vervelend! Staat er een code op het scherm?",
            "F28",
            "Dan moet er een monteur komen. Hij kan er om 13 uur zijn, bent u thuis?",
            "Ja, we zijn thuis. {street}, {city}",
            "Gelukt, hij belt als hij onderweg is.",
        ),
        (
            "Maakt zo'n warmtepomp eigenlijk veel lawaai? De buren vragen het.",
            "Onder de 40 decibel op de erfgrens, zacht als een koelkast. We meten het bij u na het plaatsen.",
            "Dat stelt gerust.",
        ),
        ("De monteur zou tussen 8 en 12 komen. Is hij nog onderweg?",),
        ("Hoe zet ik de thermostaat terug naar het weekprogramma?", "Twee keer op het huisje drukken, dan staat hij."),
    ),
}  # fmt: skip

# From somebody who only says who they are.
CLAIMED = "Hallo, ik ben Dora de Vries. Ik ben mijn klantnummer kwijt, kunt u het mij geven?"
