"""Calling other systems over HTTP, safely: only at addresses of the open internet or that a setting allows, never after
a redirect, never for longer or for more bytes than was agreed.

`places.py` decides where one may go, `line.py` is the line there, `calling.py` says and hears.
"""

from ninelives.foundation.outgoing.calling import Answer as Answer
from ninelives.foundation.outgoing.calling import Patience as Patience
from ninelives.foundation.outgoing.calling import Taker as Taker
from ninelives.foundation.outgoing.calling import call as call
from ninelives.foundation.outgoing.calling import post as post
from ninelives.foundation.outgoing.errors import BadAddress as BadAddress
from ninelives.foundation.outgoing.errors import ForbiddenPlace as ForbiddenPlace
from ninelives.foundation.outgoing.errors import NotCalled as NotCalled
from ninelives.foundation.outgoing.errors import TooMuch as TooMuch
from ninelives.foundation.outgoing.places import Allowed as Allowed
from ninelives.foundation.outgoing.places import Resolve as Resolve
from ninelives.foundation.outgoing.places import check as check
