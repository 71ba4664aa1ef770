"""The wheel carries the built screens and translations; its user needs neither Node nor Babel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TOOLS = ("build_frontend.py", "translations.py compile")


class Build(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for tool in TOOLS:
            name, *arguments = tool.split()
            path = Path(self.root) / "tools" / name
            if path.exists():
                subprocess.run([sys.executable, str(path), *arguments], check=True)
