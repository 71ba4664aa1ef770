"""How good routing is beside what is known and beside bounds, how fast, and how right its told waits are.

Without a scenario: the benchmark scenarios S1, S2 and S3, Erlang A, speed and calibration. With one: that, by a policy.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from bench.routing import measuring, speed, trading
from bench.routing.policies import RULES, TOPOLOGIES
from ninelives.routing.engine.model import UnfitError

# In a quick run this share of the hours is simulated: to see that all is well, not to be quoted.
_QUICK = 0.05


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", type=Path, metavar="FILE.json", help="a scenario, or a list of them")
    parser.add_argument("--policy", default="pix", metavar="NAME", help=f"{', '.join(RULES)}; of pools {TOPOLOGIES}")
    parser.add_argument("--hours", type=float, default=100.0, help="simulated hours a seed, after 4 of warming up")
    parser.add_argument("--seeds", type=int, default=8, help="how many runs, with other customers each")
    parser.add_argument("--load", type=float, default=1.0, help="of a scenario: times as many arrivals")
    parser.add_argument("--scale", type=int, default=1, help="of a scenario: times as many arrivals and agents")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the hours")
    parser.add_argument("--trade-off", type=Path, metavar="FILE.svg", help="draw value against the worst class")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    try:
        return _bench(options)
    except UnfitError as reason:
        sys.exit(f"bin/bench routing: {reason}")


def _bench(options: argparse.Namespace) -> dict[str, Any]:
    share = _QUICK if options.quick else 1.0
    if options.scenario:
        return measuring.scenario(options)
    if options.trade_off:
        return trading.draw(options.trade_off, share)
    # First, as nothing else of this process is then in the way.
    fast = speed.decisions() | speed.rebuild()
    return measuring.all_of_it(share) | fast
