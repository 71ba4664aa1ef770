"""Every change of a customer: one verb, one transaction."""

from ninelives.customers.actions.describing import AddressTakenError as AddressTakenError
from ninelives.customers.actions.describing import add_address as add_address
from ninelives.customers.actions.describing import claim as claim
from ninelives.customers.actions.describing import describe as describe
from ninelives.customers.actions.describing import known_address as known_address
from ninelives.customers.actions.describing import prefer as prefer
from ninelives.customers.actions.describing import rename as rename
from ninelives.customers.actions.describing import strengthen as strengthen
from ninelives.customers.actions.describing import tell as tell
from ninelives.customers.actions.distinguishing import forget_distinction as forget_distinction
from ninelives.customers.actions.distinguishing import tell_apart as tell_apart
from ninelives.customers.actions.importing import recognise_all as recognise_all
from ninelives.customers.actions.merging import AlreadyOneError as AlreadyOneError
from ninelives.customers.actions.merging import ItselfError as ItselfError
from ninelives.customers.actions.merging import OtherBaseError as OtherBaseError
from ninelives.customers.actions.merging import merge as merge
from ninelives.customers.actions.merging import unmerge as unmerge
from ninelives.customers.actions.recognising import recognise as recognise
from ninelives.customers.actions.relating import AlreadyRelatedError as AlreadyRelatedError
from ninelives.customers.actions.relating import NotAnOrganisationError as NotAnOrganisationError
from ninelives.customers.actions.relating import relate as relate
from ninelives.customers.actions.relating import unrelate as unrelate
from ninelives.customers.actions.sharing import join_if_safe as join_if_safe
from ninelives.customers.actions.sharing import note_shown as note_shown
