"""One deed with many conversations at once, and its undoing."""

from ninelives.conversations.actions.bulk.doing import MOST_AT_ONCE as MOST_AT_ONCE
from ninelives.conversations.actions.bulk.doing import Outcome as Outcome
from ninelives.conversations.actions.bulk.doing import TooManyError as TooManyError
from ninelives.conversations.actions.bulk.doing import do_with_many as do_with_many
from ninelives.conversations.actions.bulk.doing import prune_bulk_actions as prune_bulk_actions
from ninelives.conversations.actions.bulk.doing import undo as undo
from ninelives.conversations.actions.bulk.verbs import Refused as Refused
