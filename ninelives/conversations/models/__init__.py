"""Conversations, all that was said in them, and what was done with them."""

from ninelives.conversations.models.attending import Attendance as Attendance
from ninelives.conversations.models.attending import Mention as Mention
from ninelives.conversations.models.bulk import BulkAction as BulkAction
from ninelives.conversations.models.bulk import BulkItem as BulkItem
from ninelives.conversations.models.conversation import TYPING_LASTS as TYPING_LASTS
from ninelives.conversations.models.conversation import Assignment as Assignment
from ninelives.conversations.models.conversation import Closure as Closure
from ninelives.conversations.models.conversation import Conversation as Conversation
from ninelives.conversations.models.conversation import Conversations as Conversations
from ninelives.conversations.models.conversation import Participant as Participant
from ninelives.conversations.models.conversation import Typing as Typing
from ninelives.conversations.models.draft import Draft as Draft
from ninelives.conversations.models.draft import DraftFile as DraftFile
from ninelives.conversations.models.message import SEARCHED_CHARACTERS as SEARCHED_CHARACTERS
from ninelives.conversations.models.message import Attachment as Attachment
from ninelives.conversations.models.message import Message as Message
from ninelives.conversations.models.message import preview as preview
from ninelives.conversations.models.reading import ReadMark as ReadMark
from ninelives.conversations.models.snooze import Snooze as Snooze
from ninelives.conversations.models.tag import MOST_LETTERS as MOST_LETTERS
from ninelives.conversations.models.tag import Tag as Tag
from ninelives.conversations.models.tag import Tagging as Tagging
from ninelives.conversations.models.word import Word as Word
