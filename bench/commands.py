"""`python -m bench.commands`: reads a JSON list of `ninelives` commands and tells what each printed.

One process for all, as most of a command is its start.
"""

import io
import json
import sys
from contextlib import redirect_stdout

from ninelives.cli import main


def printed(words: list[str]) -> str:
    with redirect_stdout(io.StringIO()) as told:
        status = main(words)
    if status:
        raise SystemExit(f"ninelives {' '.join(words)}: ended with {status}")
    return told.getvalue()


if __name__ == "__main__":
    print(json.dumps([printed(words) for words in json.load(sys.stdin)]))
