"""The client of the how-to, as it stands there, in an app of the organisation's own."""

import json
import re
import subprocess
import sys
from os import environ
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import Desk
from tests.servers import PROJECT, Ninelives


def channel_added(running: Ninelives, kind: str, name: str, *settings: str) -> dict[str, str]:
    """As `ninelives channel add` prints it."""
    told = [word for one in settings for word in ("--set", one)]
    command = ["channel", "add", kind, "--name", name, "--brand", "Zonnestroom", *told]
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "ninelives", *command],
        env={**environ, **running.environ},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def test_the_client_of_the_how_to_asks_and_hears_the_answer(running: Ninelives, alice: Desk, tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "how-to" / "bring-your-own-channel.md").read_text()
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    client = tmp_path / "client.py"
    client.write_text(program)
    app = channel_added(running, "contact_api", "Our app")

    asked = [str(client), running.url, app["key"], app["secret"], "user-42", "From the app: is it open?"]
    with subprocess.Popen([sys.executable, *asked], stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout
        try:
            hear_and_answer(alice, user.stdout.readline().strip())
            assert user.stdout.readline().strip() == "Until nine."
        finally:
            user.terminate()


def hear_and_answer(alice: Desk, number: str) -> None:
    alice.goes_to("/desk/unassigned/").row("From the app: is it open?").click()
    expect(alice.head).to_contain_text(f"#{number}")
    alice.answers("Until nine.")
