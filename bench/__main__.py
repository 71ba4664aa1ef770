"""`python -m bench NAME [--json] [options]`: readable figures, and with --json one JSON object as the last line."""

import argparse
import importlib
import json
import sys

NAMES = {
    "intake": "mails or a provider's calls a second, and CPU each, beside the floor",
    "acknowledging": "how long senders wait for their acknowledgement, at a steady pace and while others ask a lot",
    "pages": "server CPU a page at volume",
    "live": "from SMTP's 250 to painted on an open desk",
    "start": "from a fresh clone to ready, and a second start",
    "load": "a database as it is after years",
    "desk": "what an agent waits for, in the real browser on a large database",
    "chat": "from a visitor's POST to the signal the desks hear, and what open widgets cost",
    "memory": "memory of every process at rest",
    "mails": "every mail of a folder of real ones",
    "imap": "a mailbox of fifty thousand mails at a real mail server, with kill -9",
    "stitching": "how well one person is known again over channels, on people with known truth",
    "routing": "how good decisions are beside bounds and simple rules, how fast, and how right told waits are",
    "replay": "a day of contacts taken again under another set-up, reading it included",
    "offers": "from an agent who is free to the offer on the desk; with --kills, that nothing is lost or given twice",
    "soak": "all channels at once while every part is killed at random, and then it is counted",
    "faults": "kill -9 in the middle of an intake",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    benches = parser.add_subparsers(metavar="NAME", required=True)
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    for name, about in NAMES.items():
        own = benches.add_parser(name, help=about, description=about)
        own.add_argument("--json", action="store_true", help="one JSON object as the last line")
        if name == named:
            module = importlib.import_module(f"bench.{name}")
            module.arguments(own)
            own.set_defaults(bench=module.bench)
    options = parser.parse_args()
    figures = options.bench(options)
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
