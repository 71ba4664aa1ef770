"""The organisation's own addresses on each channel, everything that came in raw, and everything that goes out."""

from ninelives.channels.models.accounts import AccountSetting as AccountSetting
from ninelives.channels.models.accounts import ChannelAccount as ChannelAccount
from ninelives.channels.models.accounts import MessageTemplate as MessageTemplate
from ninelives.channels.models.deliveries import TOLD as TOLD
from ninelives.channels.models.deliveries import Delivery as Delivery
from ninelives.channels.models.deliveries import DeliveryAttempt as DeliveryAttempt
from ninelives.channels.models.deliveries import EarlyNews as EarlyNews
from ninelives.channels.models.looks import AccountLook as AccountLook
from ninelives.channels.models.mailboxes import Imprint as Imprint
from ninelives.channels.models.mailboxes import MailboxPosition as MailboxPosition
from ninelives.channels.models.media import MediaFetch as MediaFetch
from ninelives.channels.models.receipts import ASKED_AGAIN as ASKED_AGAIN
from ninelives.channels.models.receipts import NOT_FETCHED as NOT_FETCHED
from ninelives.channels.models.receipts import Receipt as Receipt
from ninelives.channels.models.receipts import Receipts as Receipts
