"""Every change of a webhook and of its calls."""

from ninelives.webhooks.actions.asking import NotActiveError as NotActiveError
from ninelives.webhooks.actions.asking import call_again as call_again
from ninelives.webhooks.actions.asking import call_all_again as call_all_again
from ninelives.webhooks.actions.asking import test as test
from ninelives.webhooks.actions.calling import Errand as Errand
from ninelives.webhooks.actions.calling import Heard as Heard
from ninelives.webhooks.actions.calling import claim as claim
from ninelives.webhooks.actions.calling import conclude as conclude
from ninelives.webhooks.actions.calling import forget_calls as forget_calls
from ninelives.webhooks.actions.calling import recover as recover
from ninelives.webhooks.actions.promising import NoEventsError as NoEventsError
from ninelives.webhooks.actions.promising import UnknownEventsError as UnknownEventsError
from ninelives.webhooks.actions.promising import allowed as allowed
from ninelives.webhooks.actions.promising import change as change
from ninelives.webhooks.actions.promising import forget as forget
from ninelives.webhooks.actions.promising import promise as promise
from ninelives.webhooks.actions.promising import renew_secret as renew_secret
from ninelives.webhooks.actions.taking_facts import READER as READER
from ninelives.webhooks.actions.taking_facts import take_facts as take_facts
