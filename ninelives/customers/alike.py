"""What makes two customers look like one, as PostgreSQL can index it. Change one of these, and its index with it."""

from django.db.models import Func

_ACCENTED = "áàâäãåçéèêëíìîïñóòôöõøúùûüýÿšžğşıćčÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŸŠŽĞŞİĆČ’'"
_PLAIN = "aaaaaaceeeeiiiinoooooouuuuyyszgsicc" * 2
# Dutch particles, those of others who live here, forms of address and legal forms: written or not, and in many ways.
LEFT_OUT = (
    "van|von|vd|v d|de|der|den|het|t|te|ten|ter|la|le|el|al|bin|di|da|du|dos|"
    "mr|dhr|mevr|mw|drs|dr|ir|fam|familie|heer|mevrouw|bv|nv|vof|gmbh|ltd|inc"
)


class NameKey(Func):
    """First letter and family name, as they sound: "d jansen" for Dora Janssen, D. Jansen and Jansen, Dora."""

    template = (
        "regexp_replace(replace(replace(translate(regexp_replace(btrim(regexp_replace(regexp_replace(translate(lower("
        r"regexp_replace(%(expressions)s, '^([^,]+),\s*(\S.*)$', '\2 \1')"
        rf"), '{_ACCENTED}'', '{_PLAIN}') || ' ', '[\s!-@\[-`{{-~]+', ' ', 'g'), "
        rf"'(^| )(({LEFT_OUT}) )+', '\1', 'g')), '^(.)(?:.* )?(\S+)$', '\1 \2'), "
        r"'cz', 'ks'), 'ij', 'y'), 'ei', 'ey'), '(.)\1+', '\1', 'g')"
    )


class LastDigits(Func):
    """Of a telephone number in any writing: 06-12345678 and +31 6 12345678 end alike."""

    template = r"right(regexp_replace(%(expressions)s, '\D', '', 'g'), 9)"


class Digits(Func):
    template = r"regexp_replace(%(expressions)s, '\D', '', 'g')"


class DetailKey(Func):
    """Letters and digits alone: 3511 ab and 3511AB. `comparing.closeness.key` does the same."""

    template = r"upper(regexp_replace(%(expressions)s, '[^[:alnum:]]', '', 'g'))"


TELEPHONE = r"^\+?[0-9 ()./-]{8,24}$"


class AfterSign(Func):
    """The domain of a mail address; the customer's own id in the address of a signed-in visitor."""

    template = "split_part(%(expressions)s, '%(sign)s', 2)"

    def __init__(self, expression: str, sign: str) -> None:
        super().__init__(expression, sign=sign)
