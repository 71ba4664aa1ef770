"""Value against the worst class: what each point of service level that classes may lose is worth, drawn."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.routing.measuring import Compared, compared
from bench.routing.policies import run
from bench.routing.scenario import own
from ninelives.routing.engine.planning import FIRST_COME, Rule
from ninelives.routing.engine.simulating import rehearse

ALLOWANCES = (0.0, 0.02, 0.05, 0.08, 0.12, 0.2, None)
COLOURS = {0.9: "#0072b2", 1.0: "#d55e00", 1.1: "#009e73"}
# Left, top, width, height of the plot, and what its edges mean: points fallen, ratio.
_PLOT, _ACROSS, _UP = (70.0, 20.0, 560.0, 320.0), (-1.0, 16.0), (0.74, 0.90)


@dataclass(frozen=True)
class Point:
    load: float
    allowance: float | None
    seen: Compared


def draw(path: Path, share: float) -> dict[str, Any]:
    points = [point for load in COLOURS for point in _points(load, share)]
    path.write_text(_svg(points))
    print(_table(points))
    return {"trade_off": [_figures(point) for point in points]}


def _points(load: float, share: float) -> list[Point]:
    model, seeds, hours = own("S3").model(load=load), range(1, 7), 150 * share
    baseline = run(model, rehearse(model, FIRST_COME), hours, seeds)
    rules = [(allowance, replace(Rule(), allowance=allowance)) for allowance in ALLOWANCES]
    outcomes = [(allowance, run(model, rehearse(model, rule), hours, seeds)) for allowance, rule in rules]
    return [Point(load, allowance, compared(model, some, baseline)) for allowance, some in outcomes]


def _figures(point: Point) -> dict[str, Any]:
    ratio = {"ratio": round(point.seen.ratio.mean, 4), "half_width": round(point.seen.ratio.half_width, 4)}
    return {
        "load": point.load,
        "allowance": point.allowance,
        **ratio,
        "worst_fall_points": round(point.seen.worst_fall, 1),
    }


def _table(points: list[Point]) -> str:
    lines = ["| classes may fall by | " + " | ".join(f"load {load}" for load in COLOURS) + " |", "|---|---|---|---|"]
    for allowance in ALLOWANCES:
        cells = [_cell(point.seen) for point in points if point.allowance == allowance]
        lines.append(f"| {_named(allowance)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(seen: Compared) -> str:
    return f"{seen.ratio.mean:.3f} ± {seen.ratio.half_width:.3f}; {seen.worst_fall:.1f} points"


def _named(allowance: float | None) -> str:
    return "without floors" if allowance is None else f"{100 * allowance:.0f} points"


def _svg(points: list[Point]) -> str:
    left, top, width, height = _PLOT
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 410" font-family="sans-serif" font-size="12">',
        "<title>Value lost beside first come, first served, against the class that falls most</title>",
        '<rect width="660" height="410" fill="#fff"/>',
        *_grid(),
        *(line for load in COLOURS for line in _curve(load, [point for point in points if point.load == load])),
        f'<text x="{left + width / 2}" y="{top + height + 45}" text-anchor="middle">points of service level (20 s) '
        "that the class which falls most falls below first come, first served</text>",
        f'<text x="16" y="{top + height / 2}" text-anchor="middle" transform="rotate(-90 16 {top + height / 2})">'
        "value lost, first come, first served = 1</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid() -> list[str]:
    left, top, width, height = _PLOT
    lines = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#555"/>']
    for points in range(0, 16, 5):
        x = _x(points)
        lines.append(f'<path d="M{x:.1f} {top}v{height}" stroke="#ddd"/>')
        lines.append(f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">{points}</text>')
    for hundredths in range(76, 90, 4):
        y = _y(hundredths / 100)
        lines.append(f'<path d="M{left} {y:.1f}h{width}" stroke="#ddd"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{hundredths / 100:.2f}</text>')
    return lines


def _curve(load: float, points: list[Point]) -> list[str]:
    colour = COLOURS[load]
    places = [(_x(point.seen.worst_fall), _y(point.seen.ratio.mean)) for point in points]
    lines = [f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" fill="none" stroke="{colour}"/>']
    for (x, y), point in zip(places, points, strict=True):
        lines.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{_named(point.allowance)}</title></circle>'
        )
    place = list(COLOURS).index(load)
    lines.append(f'<text x="540" y="{50 + 20 * place}" fill="{colour}">● load {load}</text>')
    return lines


def _x(points: float) -> float:
    left, _, width, _ = _PLOT
    return left + width * (points - _ACROSS[0]) / (_ACROSS[1] - _ACROSS[0])


def _y(ratio: float) -> float:
    _, top, _, height = _PLOT
    return top + height * (_UP[1] - ratio) / (_UP[1] - _UP[0])
