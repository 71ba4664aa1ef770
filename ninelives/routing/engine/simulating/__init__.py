"""Days that never were: Poisson arrivals, exponential service and patience, the engine's own decisions."""

from ninelives.routing.engine.simulating.rehearsing import Rehearsed as Rehearsed
from ninelives.routing.engine.simulating.rehearsing import rehearse as rehearse
from ninelives.routing.engine.simulating.running import Outcome as Outcome
from ninelives.routing.engine.simulating.running import Span as Span
from ninelives.routing.engine.simulating.running import simulate as simulate
