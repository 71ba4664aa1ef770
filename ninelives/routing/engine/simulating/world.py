"""The simulated centre: the board that decisions read, and what they must not see."""

from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import OF_WAKES, RATE, Floats, Plan, Whole
from ninelives.routing.engine.board import IDLE_SINCE, SINCE, Board, count_free, empty_board
from ninelives.routing.engine.compiled import compiled
from ninelives.routing.engine.simulating.calendar import Calendar, empty_calendar
from ninelives.routing.engine.simulating.lines import FIRST, Lines, empty_lines, stand_in, step_out
from ninelives.routing.engine.waiting import first_pace

# Rows of `World.marks`, of `World.times` and of `World.counted`.
KLASS, ENDLESS, TURN = range(3)
CAME, MEAN, EARLY, LATE = range(4)
OFFERED, LOST, IN_TIME, WAITED, TOLD, HELD, EXTRA_SUM = range(7)


class World(NamedTuple):
    """Of agents their `profile` and `idle_since`. Of contacts that wait `marks` [3, room] and `times` [4, room]: class,
    whether their patience has no end, and the turn of their place, by which an entry of the calendar is told from an
    older one; when they came, and the wait that they were told. `unused`: places, and last how many there are.

    Counted of contacts that came after warming up, per class `counted` [7, C]: offered, lost, in time, seconds waited;
    waits told to those without end, and how many held; sums of the multipliers over `events` [1]. `busy` [P]: seconds.
    """

    board: Board
    pace: Floats
    calendar: Calendar
    waiting: Lines
    idle: Lines
    profile: Whole
    idle_since: Floats
    marks: Whole
    times: Floats
    unused: Whole
    counted: Floats
    busy: Floats
    events: Floats


def new_world(plan: Plan, agents: Whole, arrivals: Floats, extra: Floats, room: int) -> World:
    """`room`: how many contacts may wait at once."""
    classes, profiles = plan.pairs[RATE].shape
    profile = np.repeat(np.arange(profiles), agents)
    gaps = 1.0 / np.maximum(arrivals, 1e-9)
    world = World(
        board=empty_board(plan, extra),
        pace=first_pace(gaps),
        calendar=empty_calendar((2 + _most_wakes(plan)) * room + len(profile) + 1),
        waiting=empty_lines(classes, room),
        idle=empty_lines(profiles, len(profile)),
        profile=profile,
        idle_since=np.zeros(len(profile)),
        marks=np.zeros((3, room), np.int64),
        times=np.zeros((4, room)),
        unused=np.concatenate([np.arange(room), [room]]),
        counted=np.zeros((7, classes)),
        busy=np.zeros(profiles),
        events=np.zeros(1),
    )
    for agent in range(len(profile)):
        become_free(plan, world, agent, 0.0)
    return world


@compiled
def become_free(plan: Plan, world: World, agent: int, now: float) -> None:
    profile = world.profile[agent]
    world.idle_since[agent] = now
    stand_in(world.idle, profile, agent)
    world.board.profiles[IDLE_SINCE, profile] = world.idle_since[world.idle.ends[FIRST, profile]]
    count_free(plan, world.board, profile, 1.0)


@compiled
def become_busy(plan: Plan, world: World, agent: int) -> None:
    profile = world.profile[agent]
    step_out(world.idle, profile, agent)
    if world.idle.ends[FIRST, profile] >= 0:
        world.board.profiles[IDLE_SINCE, profile] = world.idle_since[world.idle.ends[FIRST, profile]]
    count_free(plan, world.board, profile, -1.0)


@compiled
def begin_to_wait(world: World, klass: int, now: float) -> int:
    room = world.unused.shape[0] - 1
    world.unused[room] -= 1
    contact = world.unused[world.unused[room]]
    world.marks[KLASS, contact], world.times[CAME, contact] = klass, now
    world.marks[TURN, contact] += 1
    stand_in(world.waiting, klass, contact)
    world.board.classes[SINCE, klass] = world.times[CAME, world.waiting.ends[FIRST, klass]]
    return int(contact)


@compiled
def end_waiting(world: World, contact: int) -> None:
    klass = world.marks[KLASS, contact]
    step_out(world.waiting, klass, contact)
    first = world.waiting.ends[FIRST, klass]
    world.board.classes[SINCE, klass] = world.times[CAME, first] if first >= 0 else np.inf
    world.marks[TURN, contact] += 1
    room = world.unused.shape[0] - 1
    world.unused[world.unused[room]] = contact
    world.unused[room] += 1


def _most_wakes(plan: Plan) -> int:
    return int(np.diff(plan.starts[OF_WAKES]).max(initial=0))
