"""What every channel can do for us, and the facts that cross the border: bytes in, facts out.

Nothing here knows Django or a provider. An adapter lives in `adapters/`, is listed in `registry.py`, and is asked for
its `abilities`, never for its name.
"""

from ninelives.channels.protocol.abilities import LONGER_WINDOW as LONGER_WINDOW
from ninelives.channels.protocol.abilities import Abilities as Abilities
from ninelives.channels.protocol.account import AccountView as AccountView
from ninelives.channels.protocol.account import FileKeeper as FileKeeper
from ninelives.channels.protocol.account import FileOpener as FileOpener
from ninelives.channels.protocol.account import Setting as Setting
from ninelives.channels.protocol.account import api_base as api_base
from ninelives.channels.protocol.channel import BadSignature as BadSignature
from ninelives.channels.protocol.channel import Call as Call
from ninelives.channels.protocol.channel import Channel as Channel
from ninelives.channels.protocol.channel import Drawing as Drawing
from ninelives.channels.protocol.channel import Found as Found
from ninelives.channels.protocol.channel import Happened as Happened
from ninelives.channels.protocol.channel import LookedAt as LookedAt
from ninelives.channels.protocol.channel import Registering as Registering
from ninelives.channels.protocol.channel import Templated as Templated
from ninelives.channels.protocol.channel import TextLookup as TextLookup
from ninelives.channels.protocol.channel import Usual as Usual
from ninelives.channels.protocol.inbound import Change as Change
from ninelives.channels.protocol.inbound import DeliveryNews as DeliveryNews
from ninelives.channels.protocol.inbound import Envelope as Envelope
from ninelives.channels.protocol.inbound import Inbound as Inbound
from ninelives.channels.protocol.inbound import InboundChange as InboundChange
from ninelives.channels.protocol.inbound import InboundFile as InboundFile
from ninelives.channels.protocol.inbound import InboundMessage as InboundMessage
from ninelives.channels.protocol.inbound import InboundNotice as InboundNotice
from ninelives.channels.protocol.inbound import InboundStatus as InboundStatus
from ninelives.channels.protocol.inbound import InboundTemplate as InboundTemplate
from ninelives.channels.protocol.inbound import Machine as Machine
from ninelives.channels.protocol.inbound import Page as Page
from ninelives.channels.protocol.inbound import Participant as Participant
from ninelives.channels.protocol.inbound import SenderCheck as SenderCheck
from ninelives.channels.protocol.inbound import Unreadable as Unreadable
from ninelives.channels.protocol.outbound import NotConfigured as NotConfigured
from ninelives.channels.protocol.outbound import Outbound as Outbound
from ninelives.channels.protocol.outbound import OutboundFile as OutboundFile
from ninelives.channels.protocol.outbound import Refused as Refused
from ninelives.channels.protocol.outbound import SendProblem as SendProblem
from ninelives.channels.protocol.outbound import Template as Template
from ninelives.channels.protocol.outbound import TemplateUse as TemplateUse
from ninelives.channels.protocol.outbound import TryLater as TryLater
from ninelives.channels.protocol.outbound import Uncertain as Uncertain
from ninelives.channels.protocol.provider import Answered as Answered
from ninelives.channels.protocol.provider import Asked as Asked
from ninelives.channels.protocol.provider import Listing as Listing
from ninelives.channels.protocol.provider import Post as Post
from ninelives.channels.protocol.provider import Provider as Provider
from ninelives.channels.protocol.provider import Reply as Reply
from ninelives.channels.protocol.provider import Said as Said
from ninelives.channels.protocol.provider import Sent as Sent
