"""A child never outlives its parent, not even one that was killed with -9."""

import ctypes
import os
import sys
from collections.abc import Callable

# From linux/prctl.h. The signal comes when the *thread* that forked ends: start children from the main thread.
PR_SET_PDEATHSIG = 1


def leash(signal_at_death: int) -> Callable[[], None]:
    """A `preexec_fn`: own process group (Ctrl-C reaches us, not the child) and a signal when we die.

    Runs after a change of user, which is needed: changing the user clears the signal.
    Only Linux has this signal; elsewhere a killed supervisor leaves its children to the next start.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        os.setpgid(0, 0)
        if libc:
            libc.prctl(PR_SET_PDEATHSIG, signal_at_death)
            if os.getppid() != parent:  # It died between fork and prctl: the signal will not come.
                os._exit(1)

    return before_exec
