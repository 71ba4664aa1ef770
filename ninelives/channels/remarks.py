"""Words for the codes that adapters give: what was skipped or guessed while reading, why raw input could not be read,
and why something was not sent.

A code may carry an argument after a colon. What is no code (a mail server's own answer, say) is shown as it is.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Read, with something to say about it.
REMARKS: dict[str, Promise] = {
    "answers_story": _("The customer answers a story of ours."),
    "forwarded": _("The customer forwarded this."),
    "unsupported_message": _("The customer sent something that this channel does not hand over (%(argument)s)."),
    "bad_characters": _("Some characters could not be read and are shown as �."),
    "bad_date": _("The date in the mail could not be used (%(argument)s); the time of arrival is shown."),
    "broken_header": _("The header of the mail is damaged; the damaged lines were left out."),
    "broken_mime": _("The mail is damaged; it is shown as far as it could be read."),
    "file_too_large": _("A file was left out because it is too large: %(argument)s."),
    "html_too_deep": _("The formatted text is nested too deeply; its innermost part was left out."),
    "letter_damaged": _("The PDF is damaged, and its pages cannot be shown. It can be downloaded as it came."),
    "letter_locked": _("The PDF is locked with a password, and its pages cannot be shown. It can be downloaded."),
    "letter_not_shown": _("The PDF is too intricate for its pages to be shown. It can be downloaded as it came."),
    "letter_too_large": _(
        "The file is too large (%(argument)s), and only its beginning was kept. The whole of it is in the folder"
        " “refused”."
    ),
    "mail_too_large": _(
        "The mail is too large to be fetched (%(argument)s): this is only its beginning. The whole mail is in the"
        " mailbox."
    ),
    "pages_left_out": _("The letter is very long: %(argument)s more pages are in the PDF and not shown here."),
    "part_undecodable": _("A file may be damaged: %(argument)s."),
    "sender_guessed": _("The mail names no sender; the sender was taken from how it was delivered."),
    "mentioned_in_story": _("The customer mentions us in a story."),
    "shared_post": _("The customer shares a post."),
    "shared_reel": _("The customer shares a reel."),
    "shared_story": _("The customer shares a story."),
    "subject_cut": _("The subject was too long and has been cut."),
    "text_cut": _("The text was too long and has been cut; the original mail is kept."),
    "too_deep": _("The mail is nested too deeply; its innermost parts are shown as text."),
    "too_many_headers": _("The mail has too many header lines; the last ones were left out."),
    "too_many_parts": _("The mail has too many parts; only the first %(argument)s were read."),
    "too_many_recipients": _("The mail has too many recipients; only the first are listed."),
    "unknown_charset": _("The mail names an unknown character set (%(argument)s); the characters were guessed."),
}

# Not read.
UNREADABLE: dict[str, Promise] = {
    "empty": _("There is nothing in it."),
    "no_letter_in_mail": _("There is no PDF in this mail, and so no letter."),
    "not_a_pdf": _("It is no PDF: a letter is scanned as one."),
    "no_sender": _("It does not say who sent it."),
}

# What became of it on our side.
PROCESSING: dict[str, Promise] = {
    "about_account": _("The provider told something about the account: %(argument)s."),
    "change_of_template": _("The provider approved a template, or takes that back."),
    "change_of_message": _("A customer changed a message, took it back, or put a sign to it."),
    "customer_comes": _("The customer lets us write here."),
    "customer_leaves": _("The customer wants no more messages from us here."),
    "field_missing": _("A field is missing: %(argument)s."),
    "for_another_account": _("It is for another account of the provider: %(argument)s."),
    "in_a_group": _("It was said in a group; only what customers say to us alone is taken in."),
    "interrupted": _("We were interrupted while sending; it is tried again."),
    "interrupted_too_often": _("Processing it was interrupted several times; it was put aside so that others go on."),
    "news_of_delivery": _("It told what became of a message of ours."),
    "news_of_nothing_ours": _("It told what became of a message that we did not send."),
    "not_a_form": _("It is not the form that was agreed."),
    "not_used": _("It tells of something that is not used here (%(argument)s)."),
    "not_json": _("It is not the JSON that was agreed."),
    "nothing_in_it": _("There is no message in it."),
    "own_message": _("It is a message of our own that came back."),
    "restored": _("It waited to be sent when the back-up was made, and may have been sent since."),
    "too_many_files": _("It has more than %(argument)s files."),
    "unknown_version": _("It is of a version that is not known here: %(argument)s."),
    "with_another_app": _("Another app has this conversation at the provider at the moment."),
    "unexpected": _("Something went wrong here while reading it. It can be processed again after the cause is mended."),
}

# Not fetched.
NOT_FETCHED: dict[str, Promise] = {
    "account_secret_lost": _(
        "A secret of this account cannot be read with the secret key that is in use; set it again."
    ),
    "asked_again": _("It will be fetched again when the mailbox is next looked at."),
    "bad_certificate": _("The certificate of the mail server is not valid: %(argument)s."),
    "gone": _("It is no longer in the mailbox, or the mailbox has been numbered anew."),
    "left_out": _("The mail server lists it and does not hand it over."),
    "letter_not_readable": _("A file in the folder cannot be read: %(argument)s."),
    "line_lost": _("The connection to the mail server broke off: %(argument)s."),
    "login_disabled": _("The mail server lets nobody sign in without encryption; set tls."),
    "login_refused": _("The mail server refuses the user name or the password: %(argument)s."),
    "no_folder": _("There is no folder “%(argument)s” in the mailbox."),
    "no_letter_folder": _("The folder cannot be used: %(argument)s."),
    "no_tls": _("The mail server does not speak TLS on this port."),
    "not_fetched": _(
        "The mail server could not hand over this mail; the next ones went on. It is still in the mailbox and can be"
        " fetched again with Replay."
    ),
    "not_settled": _("Mails come in, but could not be marked or moved in the mailbox: %(argument)s."),
    "nothing_handed_over": _("The mail server hands over no mails at all."),
    "secret_lost": _("The password of the mailbox cannot be read with the secret key that is in use; set it again."),
}

# Not sent.
NOT_SENT: dict[str, Promise] = {
    "address_needs_utf8": _("The mail server does not take addresses with letters outside a to z."),
    "bad_address": _("“%(argument)s” is not a mail address."),
    "no_way_back": _("Here nobody can be answered, and no other channel of this customer is known."),
    "bad_outgoing": _("The outgoing mail server of this account is not filled in correctly."),
    "bad_address_of_provider": _("The address of the provider cannot be called; it is wrong, or leads inside."),
    "no_business_account": _("The account does not name the business account whose templates are wanted."),
    "answered_privately_before": _(
        "This was answered to the customer alone before; the provider takes one such answer."
    ),
    "no_post_to_answer": _("It would stand there for everybody and answer nobody; there is no post here to answer."),
    "not_let_in": _("The provider does not let us in: %(argument)s."),
    "person_not_available": _(
        "The provider says that the customer cannot be reached; perhaps they want no messages from us."
    ),
    "reply_window_closed": _("The customer wrote too long ago for a free answer; only a template may be sent."),
    "stopped_by_network": _("The telephone network took it for unwanted messages and stopped it."),
    "telephone_away": _("The telephone cannot be reached; it may be off."),
    "telephone_blocks": _("The telephone takes no messages from this number."),
    "telephone_takes_no_sms": _("This is no mobile telephone: it takes no SMS."),
    "telephone_unknown": _("There is no telephone with this number."),
    "no_answer": _("The provider did not answer: it may have been sent."),
    "no_connection": _("The mail server could not be reached: %(argument)s."),
    "nothing_to_fetch": _("This channel has no files to fetch."),
    "page_not_drawn": _("This page cannot be shown; it is in the PDF."),
    "provider_away": _("The provider cannot be reached."),
    "no_outgoing": _("This account has no outgoing mail server yet."),
    "no_sign_in": _("The mail server offers no way to sign in that we know."),
    "no_starttls": _("The mail server offers no encrypted connection (STARTTLS)."),
}

# An argument that a code can do without: the sentence then says less.
_WITHOUT_ARGUMENT: dict[str, Promise] = {
    "field_missing": _("A field is missing."),
    "bad_date": _("The date in the mail could not be used; the time of arrival is shown."),
    "part_undecodable": _("A part of the mail may be damaged."),
    "unknown_charset": _("The mail names an unknown character set; the characters were guessed."),
}

_ALL = {**REMARKS, **UNREADABLE, **PROCESSING, **NOT_FETCHED, **NOT_SENT}


def worded(code: str) -> str:
    """The code in the reader's language."""
    name, _colon, argument = code.partition(":")
    if name not in _ALL:
        return code
    sentence = _ALL[name] if argument else _WITHOUT_ARGUMENT.get(name, _ALL[name])
    return str(sentence) % {"argument": argument}
