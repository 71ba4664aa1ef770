"""What customers say on WhatsApp, Telegram and Facebook, on paper and at the counter. Every second line is ours."""

# Dora's, the day before the end; the counter is where she goes then.
WHATSAPP_DORA = (
    "Hoi, met Dora. Kan ik mijn oude energiedisplay bij jullie inleveren? Ik ben morgen toch in Utrecht.",
    "Hoi Dora, dat kan bij onze balie in Utrecht, tot vijf uur. Neem je klantnummer mee: {number}.",
    "Top, dank je 👍",
    "Graag gedaan, tot morgen!",
)
# Its name, its language and its words, as a provider approves them.
TEMPLATE = ("vraag_beantwoord", "nl", "Hallo {{1}}, we hebben een antwoord op je vraag. Zullen we hier verdergaan?")
WHATSAPP_OTHER = (
    "Goedemiddag, mijn panelen geven sinds vanochtend een rood lampje op de omvormer. Moet ik iets uitzetten?",
)
TELEGRAM = (
    "Hallo! Wanneer wordt mijn voorschot van deze maand afgeschreven?",
    "Hallo {first}, dat gebeurt op {date}. Je ziet het bedrag in je account onder Betalingen.",
    "Helder, dank!",
)
FACEBOOK_POST = "Zon op je dak? Deze maand installeren we zonder wachttijd."
FACEBOOK = (
    "Zonder wachttijd? Ik wacht al drie weken op een afspraak in {city}…",
    "Dat hoort niet, {first}. We zoeken je afspraak erbij en sturen je een bericht met een datum.",
)
FACEBOOK_OPEN = ("Geldt dit ook voor appartementen met een gezamenlijk dak?",)
LETTER_DORA = """Dora de Vries
{street}
{postcode} {city}

Zonnestroom
Afdeling Klantenservice

Betreft: voorschot, klantnummer {number}

Geachte mevrouw, mijnheer,

Op {date0} kreeg ik bericht dat mijn voorschot stijgt van {amount2} naar {amount3} euro
per maand. Daar maak ik bezwaar tegen: sinds de panelen op mijn dak liggen verbruik
ik juist minder, en mijn meterstand van vorige maand stuurde ik al per mail.

Ik hoor graag schriftelijk hoe het bedrag is berekend.

Met vriendelijke groet,

Dora de Vries
"""
VISIT_DORA = "Afhalen"
