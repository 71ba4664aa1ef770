"""The Dutch words of the demo."""

from ninelives.demo.topics import Talk, Tongue, Topic

TOPICS = (
    Topic(
        subjects=("Meterstand doorgeven", "Meterstanden {month}", "Meterstand {street}"),
        talks=(
            Talk(
                "Hierbij de meterstand van {street}: elektriciteit laag {reading}, hoog {reading2}. Kunt u "
                "bevestigen dat u dit hebt verwerkt? Mijn klantnummer is {number}.",
                "Dank u wel voor het doorgeven. Ik heb de standen verwerkt; u ziet ze morgen terug in Mijn "
                "Zonnestroom. U hoeft verder niets te doen.",
                "Dank u. Ik zie ze nu staan, maar bij gas staat nog de oude stand. Dat moet {gas} zijn.",
                "Goed dat u het zegt: ik heb ook de gasstand aangepast naar {gas}. Nu klopt alles.",
                file="table",
            ),
            Talk(
                "In de app krijg ik steeds de melding dat mijn meterstand ‘buiten het verwachte bereik’ ligt. De "
                "stand is toch echt {reading}, ik heb hem twee keer afgelezen. Foto zit erbij.\n\nWilt u dit voor "
                "mij invoeren?",
                "Vervelend dat de app uw stand niet aannam. U bent dit jaar zuiniger geweest dan wij hadden "
                "verwacht, en dan vraagt het systeem om een controle. Met uw foto heb ik de stand {reading} alsnog "
                "ingevoerd.",
                "Fijn, dank voor de snelle reactie!",
                file="meter",
            ),
            Talk(
                "Vorige week kreeg ik een brief dat ik mijn meterstand moest doorgeven, maar de link in die brief "
                "werkt niet meer. De stand van vandaag: {reading} kWh en gas {gas} m3.",
                "Dank voor uw moeite, en excuses voor de link: die verliep na zeven dagen en dat stond er niet bij. "
                "Uw standen staan er nu in.",
            ),
        ),
        notes=("Stand past bij het verbruik van vorig jaar (−12 %). Niet nog eens laten controleren.",),
    ),
    Topic(
        subjects=("Verhuizing naar {city2}", "Wij gaan verhuizen", "Verhuizen per {date}"),
        talks=(
            Talk(
                "Per {date} verhuizen wij naar {street2} in {city2}. Graag nemen we ons contract mee. Wat moeten we "
                "daarvoor doen, en moeten we op de dag zelf de standen van beide huizen doorgeven?\n\nOns "
                "klantnummer is {number}.",
                "Gefeliciteerd met uw nieuwe huis! Ik heb de verhuizing per {date} klaargezet. Op de dag zelf krijgt "
                "u een mail met een link om de standen van beide adressen door te geven; u hebt daar vijf werkdagen "
                "voor.",
                "Super, bedankt! Eén vraag nog: kan de termijn omlaag? Het nieuwe huis is veel beter geïsoleerd.",
                "Zeker. Ik heb de termijn verlaagd naar € {amount2} per maand; na drie maanden kijken we samen of "
                "dat klopt.",
            ),
            Talk(
                "Ik krijg op {date} de sleutel van mijn nieuwe huis ({street2}, {city2}). De vorige bewoner zegt dat "
                "de stroom dan wordt afgesloten als ik niets regel. Klopt dat? Ik wil niet zonder stroom zitten.",
                "U wordt niet afgesloten: het contract loopt door op de naam van de vorige bewoner tot u zich "
                "aanmeldt. Ik heb u per {date} aangemeld op {street2}, met dezelfde tarieven als nu.",
                "De overdracht is een week uitgesteld. Kunt u de datum aanpassen?",
                "Geen probleem, ik heb de datum een week opgeschoven. De rest blijft zoals het was.",
            ),
            Talk(
                "Op {date} lever ik mijn huurwoning aan {street} op. Ik ga samenwonen en daar is al een contract. "
                "Kan ik dan kosteloos opzeggen?",
                "Ja, bij samenwonen vervalt de opzegvergoeding. Ik heb uw contract beëindigd per {date}; wilt u die "
                "dag nog de meterstand doorgeven? De eindnota volgt binnen zes weken.",
                "Top, dat doe ik. Bedankt!",
            ),
        ),
        notes=("Verhuizing staat klaar, wacht op de standen van de opleverdag.",),
    ),
    Topic(
        subjects=("Jaarnota veel te hoog", "Vraag over mijn rekening", "€ {amount} bijbetalen??", "Rekening {month}"),
        talks=(
            Talk(
                "Ik schrok van de jaarnota: € {amount} bijbetalen! Vorig jaar kreeg ik nog geld terug en er is hier "
                "niets veranderd. Ik snap niet waar dit vandaan komt.\n\nKunt u mij uitleggen hoe dit bedrag is "
                "opgebouwd?",
                "Ik begrijp dat u schrok. Ik heb uw nota nagerekend: het verschil komt vooral doordat uw vaste prijs "
                "in het voorjaar afliep en u daarna het variabele tarief kreeg. Uw verbruik was bijna gelijk.\n\nIk "
                "kan het bedrag in zes termijnen verdelen, zonder kosten. Zal ik dat doen?",
                "Dank voor de uitleg. Ja graag in zes termijnen, dat scheelt een hoop zorgen.",
                "Dat heb ik zo ingesteld: zes keer, de eerste op {date}. U krijgt er vandaag nog een bevestiging van.",
            ),
            Talk(
                "Op de rekening van {month} staat een verbruik van {kwh} kWh in één maand. Dat is onmogelijk, wij "
                "waren toen drie weken op vakantie. De rekening zit in de bijlage.",
                "Dat verbruik klopt inderdaad niet. De stand is geschat omdat de slimme meter die maand geen "
                "gegevens stuurde. Ik heb de nota laten herberekenen; u krijgt binnen vijf werkdagen een nieuwe. "
                "Deze hoeft u niet te betalen.",
                "Bedankt. Dan wacht ik de nieuwe rekening af.",
                file="bill",
            ),
            Talk(
                "Mijn termijnbedrag gaat zonder overleg van € {amount2} naar meer dan het dubbele. Dat kan ik niet "
                "betalen. Graag hoor ik wat de mogelijkheden zijn.",
                "Dat is een flinke stap, dat zie ik. U mag het bedrag zelf bijstellen tot € {amount3} per maand; het "
                "verschil verrekenen we dan op de jaarnota. Heeft u hulp nodig met betalen, dan denken wij graag mee.",
                "Dat had u dan wel eerder mogen zeggen. Ik heb daar geen brief over gezien. Waar kan ik een klacht "
                "indienen?",
                "Dat spijt me. Ik heb uw klacht vastgelegd en doorgegeven aan mijn teamleider; u hoort binnen twee "
                "weken van ons. Wilt u liever gebeld worden, laat dan even weten wanneer het schikt.",
            ),
        ),
        notes=("Betalingsregeling in 6 termijnen mag: geen achterstand in de laatste 24 maanden.",),
    ),
    Topic(
        subjects=("Teruglevering zonnepanelen", "Salderen", "Terugleverkosten", "Vraag zonnepanelen"),
        talks=(
            Talk(
                "Wij hebben sinds dit voorjaar {panels} zonnepanelen. In de app zie ik wel dat we terugleveren, maar "
                "niet wat we daarvoor krijgen. Hoe zit dat, en wat gebeurt er als het salderen stopt?",
                "Goede vraag. Tot en met dit contractjaar verrekenen we alles wat u teruglevert met wat u zelf "
                "verbruikt. Wat u meer teruglevert, vergoeden we met het tarief dat in uw contract staat. Onder "
                "‘Opwek’ in de app ziet u beide bedragen per maand.",
                "Helder, dank je wel. En als ik nu een dynamisch contract neem?",
                "Dan krijgt u per uur de marktprijs, ook voor wat u teruglevert. Rond het middaguur is die in de "
                "zomer laag. Met {panels} panelen en zonder batterij raad ik het u eerlijk gezegd niet aan.",
            ),
            Talk(
                "Ik lees dat jullie terugleverkosten gaan rekenen. Met {panels} panelen en {kwh} kWh teruglevering "
                "per jaar: wat gaat mij dat kosten? Dan weet ik of een batterij zin heeft.",
                "Bij {kwh} kWh teruglevering komt u in staffel 3; dat is € {amount2} per maand. Verbruikt u overdag "
                "meer zelf, dan kan dat een staffel schelen. Ik stuur u de rekenhulp mee.",
                "Bedankt, hier kan ik mee verder.",
            ),
            Talk(
                "Mijn teruglevering van {month} staat op 0, terwijl de omvormer {kwh} kWh aangeeft. Er is iets mis.",
                "U hebt gelijk, de meter stuurde die maand alleen uw verbruik door. Ik heb de gegevens bij de "
                "netbeheerder opgevraagd en de maand hersteld: er staat nu {kwh} kWh.",
                "Klopt precies met de omvormer. Dank!",
                file="table",
            ),
        ),
        notes=("Heeft {panels} panelen, omvormer 2 jaar oud. Interesse in een batterij: later terugbellen?",),
    ),
    Topic(
        subjects=("Contract loopt af", "Aanbod verlenging", "Contract {number}"),
        talks=(
            Talk(
                "Mijn vaste contract loopt op {date} af en ik heb nog geen aanbod van jullie gezien. Wat gebeurt er "
                "als ik niets doe?",
                "Als u niets doet, loopt uw levering door tegen het variabele tarief; dat kunt u elke maand "
                "opzeggen. Het aanbod voor een nieuw vast contract heb ik u zojuist gestuurd. Het is zeven dagen "
                "geldig.",
                "Ik denk er nog even over na en kom erop terug.",
            ),
            Talk(
                "Het aanbod dat ik kreeg is hoger dan wat nieuwe klanten bij jullie betalen. Ik ben al zeven jaar "
                "klant. Kan daar iets aan gedaan worden? Anders stap ik over.",
                "Dank u wel dat u het eerst aan ons vraagt. Ik mag u hetzelfde tarief aanbieden als nieuwe klanten, "
                "voor één of drie jaar vast. Laat u weten welke u wilt, dan zet ik het klaar.",
                "Doe maar één jaar vast. Dank!",
                "Geregeld: één jaar vast, ingaande {date}. De bevestiging vindt u in Mijn Zonnestroom.",
            ),
            Talk(
                "Hierbij zeg ik mijn contract ({number}) op per de eerst mogelijke datum. Graag een bevestiging.",
                "Wat jammer dat u weggaat. Uw contract eindigt op {date}. Er zijn geen kosten aan verbonden. De "
                "eindnota volgt binnen zes weken; u mag altijd terugkomen.",
            ),
        ),
        notes=("Nieuwe-klanttarief is akkoord, afgestemd met Eva.",),
    ),
    Topic(
        subjects=("Automatische incasso", "Ander rekeningnummer", "Incasso dubbel afgeschreven"),
        talks=(
            Talk(
                "Ik ben van bank veranderd. Kunt u voortaan afschrijven van de rekening die eindigt op {iban}? In de "
                "app lukt het niet, dan krijg ik een wit scherm.",
                "Ik heb u een beveiligde link gestuurd waarmee u zelf het nieuwe rekeningnummer invult; uit een mail "
                "mogen wij dat niet overnemen. De volgende termijn schrijven we dan van de nieuwe rekening af.",
                "Gelukt, dank u.",
            ),
            Talk(
                "Op {date0} is er twee keer € {amount2} van mijn rekening afgeschreven. Graag één keer terugstorten.",
                "U hebt gelijk, er is twee keer € {amount2} geïncasseerd. De tweede hebben we vandaag teruggestort; "
                "u ziet het binnen drie werkdagen op uw rekening. Excuses voor het ongemak.",
                "Het staat er weer op. Bedankt voor de goede service.",
            ),
        ),
        notes=("Nooit een IBAN uit een mail overnemen: altijd de link sturen.",),
    ),
    Topic(
        subjects=("Geen stroom", "Storing {street}", "Stroom steeds weg"),
        talks=(
            Talk(
                "Sinds een uur hebben wij geen stroom aan {street}, de buren wel. De hoofdschakelaar staat gewoon "
                "aan. Wat moet ik doen?",
                "Wat vervelend. Omdat de buren wel stroom hebben, zit het waarschijnlijk bij uw aansluiting of "
                "groepenkast. Bel het landelijke storingsnummer 0800-9009 (gratis, dag en nacht): de netbeheerder "
                "komt dan kijken. Ik heb uw melding hier ook vastgelegd.",
                "De monteur is geweest, het was een zekering op straat. Bedankt voor het meedenken!",
            ),
            Talk(
                "Deze week is bij ons drie keer de stroom uitgevallen, steeds een paar minuten. De wekkers knipperen "
                "en de server van mijn zoon is stuk. Krijgen wij daar een vergoeding voor?",
                "Voor storingen korter dan vier uur geldt geen vaste vergoeding, maar schade kunt u bij de "
                "netbeheerder melden. Ik heb het formulier en de tijden van de drie storingen voor u opgezocht.",
            ),
        ),
        notes=("Storing staat ook op de kaart van de netbeheerder: {street} en omgeving.",),
    ),
    Topic(
        subjects=("Slimme meter", "Afspraak monteur", "Slimme meter stuurt niets"),
        talks=(
            Talk(
                "De monteur voor de slimme meter zou tussen 8 en 12 komen. Het is nu 13 uur en ik heb niemand "
                "gezien. Ik heb er een vrije dag voor genomen.",
                "Dat had niet mogen gebeuren. De monteur had een storing met voorrang en er is vergeten u te bellen. "
                "De eerste mogelijkheid is {date} om 9 uur; u bent dan als eerste aan de beurt. Schikt dat?",
                "Ja, dat schikt. Maar bel dan wel even van tevoren.",
                "Afgesproken: de monteur belt een half uur van tevoren op {phone}.",
            ),
            Talk(
                "Sinds de nieuwe meter er hangt zie ik geen verbruik meer in de app. Op het scherm van de meter "
                "staat wel {reading}, zie de foto. Moet ik iets koppelen?",
                "De meter werkt goed, maar stond nog niet op uw naam. Dat heb ik nu gekoppeld. Vanaf morgen ziet u "
                "uw verbruik per uur in de app, ook dat van de afgelopen dagen.",
                "Het werkt, hartelijk dank.",
                file="meter",
            ),
            Talk(
                "Ik wil liever geen slimme meter die alles doorstuurt. Kan ik dat weigeren?",
                "Ja, dat kan. U kunt de meter weigeren, of hem laten plaatsen en ‘administratief uit’ laten zetten: "
                "dan stuurt hij niets door. Het tweede heb ik voor u aangevraagd; laat u het weten als u het eerste "
                "liever hebt.",
            ),
        ),
        notes=("Klant is niet blij, vorige afspraak gemist. Bij uitstel zelf bellen!",),
    ),
    Topic(
        subjects=("Klacht", "Zo ga je niet met klanten om", "Derde keer dat ik mail"),
        talks=(
            Talk(
                "Dit is de derde keer dat ik hierover mail. Aan de telefoon word ik na twintig minuten wachten "
                "verbroken, en op mijn mails krijg ik een standaardantwoord. Het enige wat ik wil is de eindnota van "
                "{street}, waar ik al drie maanden weg ben.\n\nAls ik vóór {date} niets hoor, ga ik naar de "
                "geschillencommissie.",
                "U hebt gelijk, en het spijt me. Ik heb alles teruggelezen en neem het vanaf nu zelf over. Uw "
                "eindnota is vandaag opgemaakt: u krijgt € {amount2} terug. Het bedrag staat binnen vijf werkdagen "
                "op uw rekening.",
                "Eindelijk iemand die het oppakt. Ik wacht het geld af.",
            ),
            Talk(
                "Uw medewerker beloofde mij vorige week terug te bellen. Niets gehoord. Als klant voel ik me zo niet "
                "serieus genomen.",
                "Dat had anders gemoeten. Ik bel u morgen tussen 10 en 12 op {phone}, en als dat niet schikt hoor ik "
                "graag wanneer wel.",
                "Morgen schikt. Dank.",
            ),
        ),
        notes=("Terugbellen beloofd! Klant heeft al drie keer gemaild, niet doorverwijzen.",),
    ),
    Topic(
        subjects=("Bedankt!", "Compliment", "Goed geholpen"),
        talks=(
            Talk(
                "Ik wilde even laten weten dat ik heel prettig geholpen ben aan de telefoon. Geduldig, duidelijk en "
                "het was in één keer goed. Dat mag ook wel eens gezegd worden.",
                "Wat fijn om te lezen, dank u wel! Ik geef het door aan mijn collega.",
            ),
            Talk(
                "Gisteren hebben jullie mij geholpen met de verhuizing van mijn moeder (82). Ze vond het allemaal "
                "eng, maar ze begreep het nu helemaal. Dank!",
                "Wat leuk dat u dit laat weten. Doe uw moeder de groeten, en veel plezier in haar nieuwe huis!",
            ),
        ),
        asks=False,
    ),
    Topic(
        subjects=("Overlijden van mijn vader", "Contract op naam van mijn vader"),
        talks=(
            Talk(
                "Mijn vader is vorige maand overleden. Het contract op {street} staat op zijn naam; mijn moeder "
                "blijft er wonen. Wat hebt u van ons nodig om het op haar naam te zetten?",
                "Gecondoleerd met het verlies van uw vader. U hoeft ons alleen de naam en geboortedatum van uw "
                "moeder te sturen; een akte is niet nodig. Het contract en het tarief blijven gelijk. Neem er gerust "
                "de tijd voor.",
                "Dank u wel voor de vriendelijke woorden. Ik stuur de gegevens van de week.",
            ),
        ),
        notes=("Geen reclame of enquête naar dit adres sturen.",),
        asks=False,
    ),
    Topic(
        subjects=("Laadpaal aan huis", "Zwaardere aansluiting nodig?"),
        talks=(
            Talk(
                "We krijgen in {month2} een elektrische auto en willen thuis laden. De installateur zegt dat onze "
                "aansluiting (1x35A) te licht is. Regelen jullie de verzwaring, en hoe lang duurt dat?",
                "De verzwaring vraagt u aan bij de netbeheerder; in uw postcodegebied duurt dat nu ongeveer tien "
                "weken. Met slim laden kunt u het vaak zonder doen: de laadpaal houdt dan rekening met de rest van "
                "uw huis.",
                "Duidelijk, dan wachten we nog even met de verzwaring.",
            ),
            Talk(
                "Hebben jullie een nachttarief voor het laden van de auto? We verwachten zo’n {kwh} kWh per jaar te "
                "laden.",
                "Ja, tussen 23 en 7 uur geldt het lage tarief. Met een slimme meter gaat dat vanzelf; u hoeft alleen "
                "de laadpaal op nacht te zetten.",
            ),
        ),
    ),
)

DUTCH = Tongue(
    greetings=(
        "Beste Zonnestroom,",
        "Goedemiddag,",
        "Hallo,",
        "L.S.,",
        "Geachte heer/mevrouw,",
        "Goedemorgen,",
        "Hoi,",
    ),
    leads=(
        "",
        "",
        "",
        "Een vraag. ",
        "Ik hoop dat u mij kunt helpen. ",
        "Ik kreeg u telefonisch niet te pakken, dus zo. ",
    ),
    tails=("", "", "", "Ik hoor graag van u.", "Graag een reactie.", "Ik ben overdag bereikbaar op {phone}."),
    partings=(
        "Met vriendelijke groet,\n{name}",
        "Met vriendelijke groeten,\n\n{name}\n{street}\n{postcode} {city}",
        "Mvg,\n{name}",
        "Groetjes,\n{first}",
        "Alvast bedankt!\n{name}",
        "Hartelijke groet,\n{name}\n{phone}",
    ),
    marks=(
        "",
        "",
        "",
        "Verstuurd vanaf mijn iPhone",
        "Verzonden met Outlook voor Android",
        "-- \n{name}\nTel. {phone}",
    ),
    quoted="Op {day} {date} {month} {year} om {time} schreef {who}:",
    our_greeting="Beste {name},",
    our_parting="Met vriendelijke groet,\n{agent}\n{brand} klantenservice",
    topics=TOPICS,
    days=("ma", "di", "wo", "do", "vr", "za", "zo"),
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    table=("Datum", "Laag (kWh)", "Hoog (kWh)"),
)

# What comes over the pretended chat channel.
SHORT = (
    "Hoi, kan ik mijn termijnbedrag ook in de app aanpassen?",
    "Is er een storing in {city}? Wij zitten zonder stroom.",
    "Wanneer komt mijn jaarnota ongeveer?",
    "Mijn wachtwoord werkt niet meer, en de mail voor een nieuw komt niet aan.",
    "Hoeveel krijg ik per kWh die ik teruglever?",
    "Dank, het is gelukt!",
)
