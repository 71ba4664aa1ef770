"""Own processes: started on a leash, watched, and ended in order."""

from ninelives.foundation.processes.leash import leash
from ninelives.foundation.processes.lock import Held, lock
from ninelives.foundation.processes.supervisor import Service, Supervisor, child

__all__ = ["Held", "Service", "Supervisor", "child", "leash", "lock"]
