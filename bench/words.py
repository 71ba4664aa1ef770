"""Dutch and English as customers write it: word frequencies fall as in real texts, with a long tail of rare words."""

import itertools
import random
from functools import cache

# By frequency; the first words of a language make up half of what is said in it.
DUTCH = """
de ik het een en van dat in is niet op te mijn met voor heb er zijn die u aan maar om jullie ook was als bij kan dit
nog naar of deze door heeft over wel al uit geen dan wat meer nu tot zo had moet hoe hier na worden zou hebben wordt
kunnen mij ons we werd waar omdat gaat weer sinds vandaag gisteren week maand jaar keer graag alvast dank groet
vriendelijke geachte beste hoi hallo meneer mevrouw factuur rekening bedrag termijnbedrag maandbedrag energie stroom
gas meter meterstand meterstanden verbruik contract overeenkomst tarief tarieven prijs verhuizing verhuizen adres
nieuwe oude woning appartement zonnepanelen teruglevering salderen saldering opwek monteur afspraak storing melding
klacht vraag antwoord telefoon bellen gebeld mail gemaild bericht klantnummer klantenservice website account
inloggen wachtwoord app betaling betalen betaald incasso automatisch rekeningnummer bank overgemaakt terugbetaling
terug teveel weinig hoog lager hoger verwacht afrekening jaarafrekening jaarnota eindafrekening slimme gasmeter
stroommeter netbeheerder leverancier overstappen overstap opzeggen opzegging opgezegd looptijd vast variabel
dynamisch korting welkomstbonus voorwaarden bevestiging ontvangen gekregen verstuurd gestuurd toegestuurd bijlage
foto document formulier ingevuld doorgegeven doorgeven controleren aangepast aanpassen wijzigen gewijzigd wijziging
fout klopt begrijp begrijpen uitleg uitleggen helaas snel spoedig reactie reageren horen wachten wacht lang dagen
uur minuten ochtend middag avond maandag dinsdag woensdag donderdag vrijdag januari februari maart april mei juni
juli augustus september oktober november december vorige volgende eerste tweede laatste allebei beide enkele aantal
ongeveer precies eigenlijk misschien waarschijnlijk natuurlijk echter daarnaast verder bovendien daarom dus toch
altijd nooit vaak soms steeds opnieuw zelf samen partner man vrouw zoon dochter moeder vader buren huurder
verhuurder eigenaar makelaar sleutel oplevering datum per direct ingang warmtepomp laadpaal boiler ketel cv radiator
kamer keuken zolder schuur garage dak omvormer kabel stopcontact zekering groep kast aardlek kortsluiting spanning
kilowatt kwh kubieke m3 piek dal nacht dag enkel dubbel stand scherm display
"""
ENGLISH = """
the i to and a of my is in it you for that have on not with this be was are your but as at me from we has can please
if an would so do or will been they there what which when am by about out all up had no were our more how now just
any than one after some still also could should only their new since because into over last then get got where who
did does hello hi dear sir madam thanks thank regards kind best question answer bill invoice amount monthly payment
payments paid pay energy electricity gas meter reading readings usage contract agreement rate rates price moving
move address house home apartment flat solar panels feed return engineer appointment outage fault report complaint
phone call called email emailed message customer number service website account login password app debit bank
transfer refund back too much high higher lower expected settlement annual final smart network operator supplier
switch switching cancel cancellation term fixed variable dynamic discount bonus conditions confirmation received
sent send attached attachment photo document form filled submitted check checked changed change correct wrong
mistake understand explain explanation unfortunately soon reply respond hear waiting wait long days hours minutes
morning afternoon evening monday tuesday wednesday thursday friday january february march april may june july august
september october november december previous next first second both few several exactly actually maybe probably
certainly however besides furthermore therefore always never often sometimes again myself together partner husband
wife son daughter mother father neighbours tenant landlord owner agent key handover date immediately starting heat
pump charger boiler radiator room kitchen attic shed garage roof inverter cable socket fuse group cupboard breaker
short circuit voltage kilowatt kwh cubic peak off night day single double screen
"""
_FRONT = """
zon wind gas stroom warmte water licht dak huis straat wijk buurt kelder tuin schuur auto fiets boot caravan winkel
kantoor school sport kerk boerderij molen haven brug markt plein toren park bos duin strand dijk polder weg spoor
nacht
"""
_BACK = """
installatie aansluiting vergunning beheerder rekening meting verdeler kast leiding klep pomp sensor regelaar teller
keuring offerte garantie onderhoud reparatie verzekering subsidie toeslag vergoeding heffing belasting kosten
verbruik levering opslag productie bewaking beveiliging schakelaar verlichting isolatie ventilatie koeling opbrengst
"""
GIVEN = """
Dora Jan Maria Piet Fatima Sanne Mohammed Anna Daan Emma Lucas Sophie Bram Noor Sem Julia Finn Lotte Thijs Eva Lars
Fleur Ruben Yara Tim Amira Joris Merel Hugo Sara Koen Iris Wouter Esra Gijs Nina Pieter Zeynep Stijn Roos Tom Aisha
Bas Laura Olaf Femke Jeroen Linda Marco Tessa Rik Hanna Erik Vera Youssef Elin Maarten Ilse Niels Carla Frank Bianca
Oscar Miriam
"""
FAMILY = """
Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Smits Kok Jacobs Vermeulen
Schouten Willems Hoekstra Koster Prins Verhoeven Kuipers Post Maas Verbeek Willemsen Scholten Timmermans Groen
Gerritsen Kramer Sanders Kuiper Vonk Veenstra Schipper Martens Yilmaz Kaya Ozturk Hassan Ali Wong Nguyen Singh
Kowalski Novak Silva Boer Ploeg Wit Zwart Bruin Linden Berg Dam Heuvel Veld Meer Brink Horst Water Zee Polder Molen
Hof Berkel Laan Velden
"""


class Language:
    """Common words drawn with Zipf's frequencies, the nth with a weight of 1/n; one in fifteen is a rare one."""

    TAIL = 1 / 15

    def __init__(self, words: str, tail: list[str]) -> None:
        common = list(dict.fromkeys(words.split()))
        self.words = [*common, *tail]
        weights = [1 / (rank + 2.7) for rank in range(len(common))]
        rare = sum(weights) * self.TAIL / (1 - self.TAIL) / len(tail)
        self.weights = list(itertools.accumulate([*weights, *[rare] * len(tail)]))

    def draw(self, random: random.Random, count: int) -> list[str]:
        return random.choices(self.words, cum_weights=self.weights, k=count)

    def sentence(self, random: random.Random) -> str:
        words = self.draw(random, random.randint(5, 19))
        if random.random() < 0.12:
            words.insert(random.randrange(len(words)), number(random))
        return " ".join(words).capitalize() + random.choice("...?!"[: random.randint(3, 5)])

    def paragraph(self, random: random.Random, sentences: int) -> str:
        return " ".join(self.sentence(random) for _ in range(sentences))


@cache
def languages() -> tuple[Language, Language]:
    """Dutch and English, the tail of each some thousands of rare words."""
    shuffled = random.Random(9)
    dutch = [front + back for front in _FRONT.split() for back in _BACK.split()]
    english = [front + "-" + back[:7] for front in _FRONT.split() for back in _BACK.split()]
    names = [f"{one}{other.lower()}" for one in FAMILY.split()[:30] for other in FAMILY.split()[:30]]
    codes = [f"nl{number:04d}x" for number in range(0, 10_000, 5)]
    tails = [[*dutch, *names, *codes], [*english, *names, *codes]]
    for tail in tails:
        shuffled.shuffle(tail)
    return Language(DUTCH, tails[0]), Language(ENGLISH, tails[1])


def number(random: random.Random) -> str:
    return random.choice(
        [
            f"€ {random.randint(10, 900)},{random.randint(0, 99):02d}",
            f"{random.randint(1000, 99999)}",
            f"NL{random.randint(10, 99)}INGB{random.randint(10**9, 10**10 - 1)}",
            f"{random.randint(1, 28)}-{random.randint(1, 12)}-2025",
            f"{random.randint(1, 250)}",
        ]
    )


def person(random: random.Random) -> tuple[str, str]:
    """A name, and an address that is nobody else's by its number."""
    name = f"{random.choice(GIVEN.split())} {random.choice(FAMILY.split())}"
    host = random.choice(("gmail.example", "ziggo.example", "kpn.example", "hotmail.example", "outlook.example"))
    return name, f"{name.lower().replace(' ', '.')}{random.randint(1, 10**6)}@{host}"
