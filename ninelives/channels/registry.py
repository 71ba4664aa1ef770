"""The list of channels: one line each."""

from ninelives.channels.adapters.archive import Archive
from ninelives.channels.adapters.contact_api import ContactApi
from ninelives.channels.adapters.facebook_comments import FacebookComments
from ninelives.channels.adapters.imap import Imap
from ninelives.channels.adapters.instagram import Instagram
from ninelives.channels.adapters.instagram_comments import InstagramComments
from ninelives.channels.adapters.letter import Letter
from ninelives.channels.adapters.mail import Mail
from ninelives.channels.adapters.messenger import Messenger
from ninelives.channels.adapters.pretend import Pretend
from ninelives.channels.adapters.telegram import Telegram
from ninelives.channels.adapters.twilio_sms import TwilioSms
from ninelives.channels.adapters.visit import Visit
from ninelives.channels.adapters.vonage_sms import VonageSms
from ninelives.channels.adapters.web_form import WebForm
from ninelives.channels.adapters.webchat import WebChat
from ninelives.channels.adapters.whatsapp import WhatsApp
from ninelives.channels.adapters.x import X, XMessages
from ninelives.channels.adapters.youtube import YouTube
from ninelives.channels.polling import Polled
from ninelives.channels.protocol import Channel, LookedAt, Naming, OnPaper, Registering, Shared, Templated

_ALL: tuple[Channel, ...] = (
    Mail(),
    Imap(),
    Pretend(),
    Archive(),
    WebChat(),
    WhatsApp(),
    Telegram(),
    ContactApi(),
    Messenger(),
    Instagram(),
    FacebookComments(),
    InstagramComments(),
    TwilioSms(),
    VonageSms(),
    Letter(),
    X(),
    XMessages(),
    Visit(),
    WebForm(),
    YouTube(),
)

CHANNELS: dict[str, Channel] = {channel.kind: channel for channel in _ALL}
# Those that must be asked what came in.
POLLED: dict[str, Polled] = {kind: speaks for kind, speaks in CHANNELS.items() if isinstance(speaks, Polled)}
# Those that are looked at by the clock.
LOOKED_AT: dict[str, LookedAt] = {kind: speaks for kind, speaks in CHANNELS.items() if isinstance(speaks, LookedAt)}
# Those of which agents write down what happened.
REGISTERING: dict[str, Registering] = {kind: one for kind, one in CHANNELS.items() if isinstance(one, Registering)}
# Those whose input names no sender.
ON_PAPER: dict[str, OnPaper] = {kind: one for kind, one in CHANNELS.items() if isinstance(one, OnPaper)}
# Those whose provider tells names when it is asked.
NAMING: dict[str, Naming] = {kind: one for kind, one in CHANNELS.items() if isinstance(one, Naming)}
# Those of which the provider approves messages beforehand.
TEMPLATED: dict[str, Templated] = {kind: one for kind, one in CHANNELS.items() if isinstance(one, Templated)}
# Those of which one webhook may be that of several accounts.
SHARED: dict[str, Shared] = {kind: one for kind, one in CHANNELS.items() if isinstance(one, Shared)}


class UnknownChannelError(Exception):
    """There is no channel of this kind."""


def channel(kind: str) -> Channel:
    try:
        return CHANNELS[kind]
    except KeyError as missing:
        raise UnknownChannelError(kind) from missing
