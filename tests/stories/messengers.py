"""Channels of which the provider is played: customers write there, and what they get is kept."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from typing import Any

from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import AccountView
from ninelives.channels.registry import CHANNELS
from tests.servers import Ninelives


def command(running: Ninelives, *words: str) -> str:
    """What `ninelives` prints."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "ninelives", *words],
        env={**environ, **running.environ},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@contextmanager
def playing(running: Ninelives, kind: str, name: str, **told: str) -> Iterator[PretendedProvider]:
    """An account of this kind, and its provider."""
    speaks = CHANNELS[kind]
    assert speaks.provider
    with PretendedProvider(speaks.provider) as played:
        settings = {one.name: one.default for one in speaks.settings if one.default}
        settings |= {one.name: one.like or f"a-{one.name}" for one in speaks.settings if one.required}
        settings |= told | {"api_base": played.api_base}
        words = [word for pair in settings.items() for word in ("--set", "=".join(pair))]
        add = ("channel", "add", kind, "--name", name, "--brand", "Zonnestroom")
        made: dict[str, Any] = json.loads(command(running, *add, *words))
        url = f"{running.url}{made['inbound']}"
        played.account = AccountView(made["id"], made.get("address") or "", name, settings, url)
        yield played
        played.wait_for_news()
