"""Every change of a promise; one verb a function."""

from ninelives.promises.actions.answered import keep_by_answer as keep_by_answer
from ninelives.promises.actions.answered import settle_by_delivery as settle_by_delivery
from ninelives.promises.actions.answered import undo_by_message as undo_by_message
from ninelives.promises.actions.changing import attempt as attempt
from ninelives.promises.actions.changing import hand_over as hand_over
from ninelives.promises.actions.changing import move as move
from ninelives.promises.actions.earlier import make_earlier as make_earlier
from ninelives.promises.actions.making import UnfitError as UnfitError
from ninelives.promises.actions.making import Wanted as Wanted
from ninelives.promises.actions.making import make as make
from ninelives.promises.actions.making import make_in as make_in
from ninelives.promises.actions.making import telephone_of as telephone_of
from ninelives.promises.actions.settling import NoReasonError as NoReasonError
from ninelives.promises.actions.settling import TooLateError as TooLateError
from ninelives.promises.actions.settling import keep as keep
from ninelives.promises.actions.settling import may_be_mistaken as may_be_mistaken
from ninelives.promises.actions.settling import reopen as reopen
from ninelives.promises.actions.settling import withdraw as withdraw
from ninelives.promises.actions.telling import tell_screens as tell_screens
from ninelives.promises.actions.warning import mark_due as mark_due
