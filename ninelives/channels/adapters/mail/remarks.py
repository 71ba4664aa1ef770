"""What was skipped, cut or guessed while reading one mail. `channels/remarks.py` words the codes for people."""

from .limits import MAX_REMARKS


class Remarks:
    """Codes in the order in which they came up, each once; an argument follows a colon."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def add(self, code: str, argument: str = "") -> None:
        if len(self._codes) < MAX_REMARKS:
            self._codes[f"{code}:{argument}" if argument else code] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._codes)
