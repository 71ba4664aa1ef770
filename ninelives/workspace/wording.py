"""The words on the desk for states and proofs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ninelives.customers.doubles import Reason

SENDING = {
    "waiting": _("Sending…"),
    "sending": _("Sending…"),
    "sent": pgettext_lazy("delivery", "Sent"),
    "delivered": pgettext_lazy("delivery", "Delivered"),
    "read": pgettext_lazy("delivery", "Read"),
    "failed": _("Not delivered"),
    "uncertain": _("Maybe delivered"),
    "held": _("Kept here, not sent"),
    "withdrawn": _("Withdrawn"),
}
TRYING_AGAIN = _("Not sent yet, will be tried again")

PROOFS = {
    "proven": _("Sender proven"),
    "usual": _("Sender not proven: the address may be forged"),
    "claimed": _("Address typed by the visitor, not proven"),
}

# Of a visit; what shops tell of their pages keeps its own names.
FACTS = {
    "place": pgettext_lazy("visit", "place"),
    "ticket": pgettext_lazy("visit", "ticket"),
    "by": pgettext_lazy("visit", "by"),
}

ADDRESS_PROOFS = {
    "proven": pgettext_lazy("address", "proven"),
    "usual": pgettext_lazy("address", "not proven"),
    "claimed": pgettext_lazy("address", "claimed"),
}

DOUBLES = {
    Reason.PROVEN: _("same address, proven by both"),
    Reason.OWN_ID: _("same customer number, proven"),
    Reason.CLAIMED: _("same mail address, not proven"),
    Reason.NEARLY_MAIL: _("nearly the same mail address"),
    Reason.PHONE: _("same telephone number"),
    Reason.NUMBER: _("(nearly) the same customer number"),
    Reason.BIRTH_DATE: _("(nearly) the same date of birth"),
    Reason.ADDRESS: _("(nearly) the same postal address"),
    Reason.POSTCODE: _("same postcode"),
    Reason.DOMAIN: _("same mail domain"),
    Reason.SUBJECT: _("same subject"),
    Reason.NAME: _("(nearly) the same name"),
}

# Of a conversation.
STATES = {
    "open": pgettext_lazy("conversation", "Open"),
    "closed": pgettext_lazy("conversation", "Closed"),
    "merged": pgettext_lazy("conversation", "Merged"),
}

OTHER_ACCOUNT = _(
    "They came in at different addresses of yours, and an answer leaves by one of them. Link them instead."
)
OTHER_CUSTOMER = _("They are of two customers. Join the customers first; then their conversations can be merged.")
OTHER_VISITOR = _(
    "These chats are with different visitors: what one wrote is not for the other to read. Link them instead."
)

# Of a relation, as it stands at either end.
RELATES = {"member": _("Belongs to"), "acts_for": _("Acts for")}
IS_RELATED = {"member": _("Has as member"), "acts_for": _("Represented by")}

MAILBOX_STATES = {
    "new": _("Not looked at yet"),
    "fetching": _("Fetching"),
    "watching": _("Up to date"),
    "failing": _("Cannot be fetched"),
    "closed": pgettext_lazy("mailbox", "Closed"),
    "unwatched": _("Nobody looks at it"),
}

LOOK_STATES = {
    **MAILBOX_STATES,
    "failing": _("Cannot be asked"),
    "unset": _("Not set up"),
}

LOOKED_FOR = {"input": _("What customers say"), "templates": _("Templates")}

PROMISE_STATES = {
    "open": pgettext_lazy("promise", "Open"),
    "nearly": pgettext_lazy("promise", "Nearly late"),
    "late": pgettext_lazy("promise", "Late"),
    "kept": pgettext_lazy("promise", "Kept"),
    "withdrawn": pgettext_lazy("promise", "Withdrawn"),
}

ATTEMPTS = {
    "reached": _("reached"),
    "no_answer": _("no answer"),
    "busy": _("line busy"),
    "left_message": _("left a message"),
    "wrong_number": _("wrong number"),
}

RECEIPT_STATES = {
    "stored": pgettext_lazy("receipt", "Stored"),
    "processed": pgettext_lazy("receipt", "Processed"),
    "duplicate": pgettext_lazy("receipt", "Duplicate"),
    "quarantined": pgettext_lazy("receipt", "Quarantined"),
}

# Of channels; names of others' services are the same in every language.
KINDS = {
    "mail": _("Mail"),
    "imap": _("Mail"),
    "webchat": _("Chat"),
    "web_form": _("Web form"),
    "letter": _("Letter"),
    "visit": _("Visit"),
    "contact_api": _("Own app"),
    "twilio_sms": _("SMS"),
    "vonage_sms": _("SMS"),
    "phone": _("Telephone"),
    "facebook_comments": pgettext_lazy("channel", "Comments on Facebook"),
    "instagram_comments": pgettext_lazy("channel", "Comments on Instagram"),
    "archive": _("Archive"),
    "pretend": pgettext_lazy("channel", "Pretend chat"),
    "x": "X",
    "x_messages": "X",
    "whatsapp": "WhatsApp",
    "youtube": "YouTube",
}


def kind_name(kind: str) -> str:
    return str(KINDS.get(kind) or kind.replace("_", " ").capitalize())
