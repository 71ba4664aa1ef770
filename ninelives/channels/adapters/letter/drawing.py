"""Asks the program that takes PDFs apart, and waits for it no longer than it may take."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ninelives.channels.protocol import Refused

MOST_SECONDS = 45
_PAPER = Path(__file__).with_name("paper.py")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a PDF. `problem`: a code of `remarks.py`, where it could not be opened."""

    pages: int = 0
    text: str = ""
    problem: str = ""
    is_cut: bool = False


def words(content: bytes) -> Words:
    try:
        told = json.loads(_asked(content, "words"))
    except (Refused, ValueError):
        return Words(problem="letter_not_shown")
    whole = "\n\n".join(filter(None, map(_tidy, told["words"])))
    return Words(told["pages"], whole, told["problem"], told["is_cut"])


def picture(content: bytes, number: int) -> bytes:
    """A PNG of this page, the first being 0. Raises Refused."""
    return _asked(content, "page", str(number))


def _asked(content: bytes, *asked: str) -> bytes:
    """Nothing of our environment is handed on: no secrets, no addresses."""
    command = [sys.executable, "-I", str(_PAPER), *asked]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired as late:
        raise Refused("page_not_drawn") from late
    if done.returncode or not done.stdout:
        raise Refused("page_not_drawn")
    return done.stdout


def _tidy(words: str) -> str:
    lines = _CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip().encode("utf-8", "replace").decode()
