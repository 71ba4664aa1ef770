"""What an agent's time and a contact are worth now: the prices of a fluid linear program.

Minimise the value lost per second, where profile j serves class i with `agents[i, j]` of its agents on average:
each class is served or lost, and no profile works more than all the time. Busy averages of every stationary policy
satisfy this, so the optimum is a bound from below on what any routing loses (Bassamboo, Harrison and Zeevi 2006).
"""

from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs as Solver

from ninelives.routing.engine.arrays import Floats, Rates


class NoPricesError(Exception):
    """The solver found no optimum, which a well-formed model always has."""


@dataclass(frozen=True)
class Prices:
    """`bound`: value lost a second at the least. Arrays: value a contact [C], value an agent's second [P]."""

    bound: float
    classes: Floats
    profiles: Floats


def find_prices(rates: Rates) -> Prices:
    solver = new_solver()
    # One thread, no time limit, the simplex method: the same model has the same prices on every machine.
    for option, value in (("threads", 1), ("solver", "simplex"), ("parallel", "off"), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    solver.passModel(_program(rates))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NoPricesError(str(solver.getModelStatus()))
    duals = np.array(solver.getSolution().row_dual)
    classes = len(rates.arrivals)
    # Rows of profiles are upper bounds, so their duals are not positive in a minimisation.
    return Prices(float(solver.getObjectiveValue()), duals[:classes], np.maximum(-duals[classes:], 0.0))


def new_solver() -> Solver:
    """Without the wrapper around it, which greets on standard output, where somebody may read JSON."""
    solver = Solver()
    solver.setOptionValue("output_flag", False)
    return solver


def _program(rates: Rates) -> highspy.HighsLp:
    classes, profiles = rates.rate.shape
    served, server = np.nonzero(rates.rate > 0)
    pairs = len(served)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = pairs + classes, classes + profiles
    program.col_cost_ = np.concatenate([np.zeros(pairs), rates.value])
    program.col_lower_ = np.zeros(pairs + classes)
    program.col_upper_ = np.full(pairs + classes, highspy.kHighsInf)
    program.row_lower_ = np.concatenate([rates.arrivals, np.full(profiles, -highspy.kHighsInf)])
    program.row_upper_ = np.concatenate([rates.arrivals, rates.agents])
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.concatenate([2 * np.arange(pairs), 2 * pairs + np.arange(classes + 1)])
    both = np.column_stack([served, classes + server]).ravel()
    matrix.index_ = np.concatenate([both, np.arange(classes)])
    weights = np.column_stack([rates.rate[served, server], np.ones(pairs)]).ravel()
    matrix.value_ = np.concatenate([weights, np.ones(classes)])
    return program
