"""Gradients and Jacobians: loops, NumPy code, dense, tall, and small.

'f alone' is the function called with floats, 'NumPy by hand' its derivative
written out in NumPy.
"""

from .. import problems
from ..report import Section
from ..session import ALONE

OVERHEAD = 8e-6


def _table(session, title, problem, sizes):
    section = Section(title, "n", "dualad")
    session.derivatives(section, problem, sizes)
    return section


def _ten_inputs(session):
    section = _table(session, "Jacobian of ten inputs, ten ufuncs on arrays of 5",
                     problems.RATES, [10])
    ours, alone = section.best(10, "dualad"), section.best(10, ALONE)
    over = None if ours is None else (ours - 1.6 * alone) * 1e6
    section.bar("one Jacobian, less 1.6 calls of the function", over, OVERHEAD * 1e6, "µs")
    return section


def run(session):
    pick = session.pick
    yield _table(session, "gradient of Rosenbrock, plain Python loop",
                 problems.ROSENBROCK_LOOP, pick([3, 10, 100, 1000], [10]))
    yield _table(session, "gradient of Rosenbrock, NumPy code",
                 problems.ROSENBROCK, pick([2, 10, 100, 1000, 10_000], [10, 100]))
    yield _table(session, "gradient of Ackley, plain Python loop",
                 problems.ACKLEY_LOOP, pick([3, 10, 100], [10]))
    yield _table(session, "gradient of Ackley, NumPy code",
                 problems.ACKLEY, pick([2, 10, 100, 1000], [10, 100]))
    yield _table(session, "Jacobian of a dense map, tanh(A @ x)",
                 problems.DENSE, pick([10, 100], [10]))
    yield _table(session, "Jacobian of residuals, R^6 -> R^200", problems.RESIDUAL, [6])
    yield _ten_inputs(session)
