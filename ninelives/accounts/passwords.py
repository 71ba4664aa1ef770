"""Passwords that a person can read from a screen and type."""

import secrets

# 256 short Dutch words, easy to spell and hard to mishear: 8 bits each.
WORDS = """
anker appel avond baard bakker balkon banaan basis beker berg beuk bezem biet blad blauw bloem boei boek boer boom
boon boot bord borst bos brief bril broer bron brood brug buik buur cactus cello citroen clown dadel dak dans deken
deur dier dijk doek doos dorp draad draak droom druif duif duin duim eend eik eiland emmer engel erwt ezel fakkel
fiets film fles fluit fontein fornuis fruit gans garen gast geel geit gevel gitaar glas golf gordijn goud gras grond
groen haak haas halm hamer handel haring hark haver hek helm herfst hert heuvel hoed hond honing hooi hout huis
iglo inkt jacht jas jonk juni kaars kaas kade kalf kam kanaal kano kast kat kelder kers ketel keuken kievit kist klei
klok klomp knoop koek koffer komeet konijn koor koper koren kraan krans krekel krijt kroon kruik kuil kwast laars
ladder lamp land laurier leeuw lente lepel lijst linde lint lucht maan mand mantel markt mast meer melk merel mier
mijl moeras molen mos motor muis munt muur naald nacht nest neus noord noot oever olijf oven paard pad palm panda
papier parel pauw peer pen peper piano pijl plank plein pluim poort pop prei pruim raam rail raap regen reiger riet
ring rivier robijn roer roos rots sap schaap schelp schip schoen sla slak sleutel sneeuw snoep sok spade spiegel
spin stad steen ster stoel strand struik suiker tafel tak tas tent tijger toren touw trap trein trom tuin tulp uil
vaas vest vink vis vlag vlam vlinder vork vos vuur wolk
""".split()  # noqa: SIM905 - to be read as words


def memorable(words: int = 5) -> str:
    """Five words: 40 bits, behind a slow hash and a limit on tries."""
    return "-".join(secrets.choice(WORDS) for _ in range(words))
