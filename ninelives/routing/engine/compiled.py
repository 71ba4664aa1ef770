"""Functions that numba compiles where it is installed. Without it they run as they stand, with the same results to
the bit: nothing here allows the compiler to reorder arithmetic."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

# Says `plain` in a process that has few decisions to take: numba takes more memory than all the rest of it.
WHICH = "NINELIVES_ENGINE"

numba: Any
try:
    if os.environ.get(WHICH) == "plain":
        raise ImportError
    import numba
except ImportError:  # Or the extra `wfm` is not installed.
    numba = None

F = TypeVar("F", bound=Callable[..., Any])

IS_COMPILED = numba is not None
_ENGINE = Path(__file__).parent


def compiled(function: F) -> F:
    return cast(F, numba.njit(cache=_MAY_BE_KEPT, nogil=True)(function)) if numba else function


def as_written(function: F) -> F:
    """The same function, not compiled."""
    return cast(F, getattr(function, "py_func", function))


def _keep_compiled() -> bool:
    """numba keeps what it compiled, and does so anew when a function's file changed, yet not when a function that it
    calls did: after an update it would decide as before. So what is kept stands under a hash of the whole engine."""
    texts = (path.read_bytes() for path in sorted(_ENGINE.rglob("*.py")))
    version = hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]
    for place in (_ENGINE / "__pycache__", Path.home() / ".cache" / "ninelives"):
        if _is_writable(place / version):
            numba.config.CACHE_DIR = str(place / version)
            return True
    return False


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


_MAY_BE_KEPT = _keep_compiled() if numba else False
