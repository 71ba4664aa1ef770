"""Text as the database can keep it, and look for it."""

from django.db.models import Func

ACCENTED = "áàâäãåāąçéèêëēęíìîïīñńóòôöõøōúùûüūýÿšśžźżğşıćčłÁÀÂÄÃÅĀĄÇÉÈÊËĒĘÍÌÎÏĪÑŃÓÒÔÖÕØŌÚÙÛÜŪÝŸŠŚŽŹŻĞŞİĆČŁ"
PLAIN = "aaaaaaaaceeeeeeiiiiinnooooooouuuuuyysszzzgsiccl" * 2
_LITERALLY = str.maketrans({letter: f"\\{letter}" for letter in "\\%_"})


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def literally(text: str) -> str:
    """These letters in a LIKE, whatever they are."""
    return text.translate(_LITERALLY)


def folded(text: str) -> str:
    """Small letters without accents, as `foundation_folded` in the database; each letter stays in its place."""
    return text.translate(_FOLDS).lower()


_FOLDS = str.maketrans(ACCENTED, PLAIN)


class Folded(Func):
    """`folded`, as PostgreSQL can index it."""

    function = "foundation_folded"
