"""Every change of a conversation: one verb, one transaction, and always told who acts."""

from ninelives.conversations.actions.answering import EmptyMessageError as EmptyMessageError
from ninelives.conversations.actions.answering import NoAddressError as NoAddressError
from ninelives.conversations.actions.answering import TooLongError as TooLongError
from ninelives.conversations.actions.answering import answer as answer
from ninelives.conversations.actions.answering import confirm as confirm
from ninelives.conversations.actions.answering import note as note
from ninelives.conversations.actions.answering import send_again as send_again
from ninelives.conversations.actions.answering import tell_of_delivery as tell_of_delivery
from ninelives.conversations.actions.answering import unsend as unsend
from ninelives.conversations.actions.assigning import claim as claim
from ninelives.conversations.actions.assigning import release as release
from ninelives.conversations.actions.closing import close as close
from ninelives.conversations.actions.closing import reopen as reopen
from ninelives.conversations.actions.drafting import DraftConflictError as DraftConflictError
from ninelives.conversations.actions.drafting import FileTooLargeError as FileTooLargeError
from ninelives.conversations.actions.drafting import attach as attach
from ninelives.conversations.actions.drafting import detach as detach
from ninelives.conversations.actions.drafting import save_draft as save_draft
from ninelives.conversations.actions.importing import assign_earlier as assign_earlier
from ninelives.conversations.actions.importing import close_earlier as close_earlier
from ninelives.conversations.actions.importing import close_imported as close_imported
from ninelives.conversations.actions.importing import note_earlier as note_earlier
from ninelives.conversations.actions.proving import note_check as note_check
from ninelives.conversations.actions.taking_in import Arrival as Arrival
from ninelives.conversations.actions.taking_in import take_in as take_in
