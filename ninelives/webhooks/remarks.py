"""Words for why a call was not heard, and why a webhook is not called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ATTEMPTS: dict[str, Promise] = {
    "broken": _("It hung up in the middle, or did not speak HTTP."),
    "forbidden_place": _("The address leads to a place inside, which may not be called."),
    "has_credentials": _("The address has a name or password in it."),
    "has_fragment": _("The address has a # in it."),
    "interrupted": _("We were interrupted while calling."),
    "no_connection": _("Nobody answers there."),
    "no_host": _("The address names no host."),
    "not_http": _("The address does not begin with https:// or http://."),
    "not_trusted": _("It could not show with a valid certificate that it is who it says."),
    "status": _("It answered with something other than success (2xx)."),
    "time_out": _("It took too long."),
    "unexpected": _("Something went wrong here while calling."),
    "unknown_host": _("There is no such host."),
    "unreadable": _("The address cannot be read."),
}

DISABLED: dict[str, Promise] = {
    "paused": _("It was switched off."),
    "gone": _("It answered that it wants no more calls (410 Gone)."),
    "failing": _("Nothing reached it for days, however often it was tried."),
    "secret_lost": _("Its secret cannot be read any more, as the key of this server changed. Make a new secret."),
}


def worded(code: str) -> str:
    """The code in the reader's language."""
    known = ATTEMPTS.get(code) or DISABLED.get(code)
    return str(known) if known else code
