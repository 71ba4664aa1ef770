"""The command line: `ninelives COMMAND`, one file a command.

A new command is a line in COMMANDS and a file beside this one with `arguments(parser)`, which may be left out, and
`run(options) -> int`. The files import Django and rooms inside their functions: only what runs is loaded.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from ninelives.cli.errors import CannotDo
from ninelives.config.environment import BadSetting
from ninelives.foundation.postgres import PostgresError


@dataclass(frozen=True)
class Command:
    name: str
    help: str
    file: str = ""

    def module(self) -> ModuleType:
        return importlib.import_module(f"{__name__}.{self.file or self.name}")


COMMANDS = (
    Command("up", "start everything on this machine"),
    Command("web", "serve the screens and the API"),
    Command("worker", "work on what came in and what is to go out"),
    Command("mail", "take mail in over SMTP"),
    Command("prepare", "bring the database up to date and make the first organisation"),
    Command("import", "take in old mail and conversations", "importing"),
    Command("backup", "put everything into one file, also while Ninelives works"),
    Command("restore", "put a back-up into an empty database, or try whether it could be"),
    Command("token", "make, list and revoke tokens for the API"),
    Command("brand", "make and list brands"),
    Command("person", "take people on, give them a password, list them"),
    Command("channel", "make, list and change channel accounts"),
    Command("queue", "list the queues, and take decisions again"),
    Command("rehearse", "find the floors of queues that have none of their own"),
    Command("pretend", "play the provider of a channel account, to try a whole round"),
    Command("webhook", "make, list and end webhooks"),
    Command("demo", "write a mail as a customer of the demo"),
    Command("doctor", "check settings, database, mail and disk, and say what to mend"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = parser_for(words).parse_args(words)
    try:
        return int(options.run(options) or 0)
    except (BadSetting, PostgresError, CannotDo) as told:
        print(f"ninelives: {told}", file=sys.stderr)
        return told.exit_code if isinstance(told, CannotDo) else 1
    except KeyboardInterrupt:
        return 130


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands; only the named one's file is loaded."""
    parser = argparse.ArgumentParser(prog="ninelives", description="One customer over all channels.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    named = next((word for word in words if not word.startswith("-")), None)
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.help, description=command.help)
        if command.name == named:
            module = command.module()
            own.set_defaults(run=module.run)
            if hasattr(module, "arguments"):
                module.arguments(own)
    return parser
