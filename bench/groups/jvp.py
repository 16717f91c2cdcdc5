"""Jacobian times vector against size: one direction, whatever n."""

from .. import problems
from ..report import Section


def run(session):
    sizes = session.pick([10, 100, 1000, 10_000, 100_000], [10, 1000])
    for problem, name in ((problems.ROSENBROCK_JVP, "Rosenbrock"),
                          (problems.ACKLEY_JVP, "Ackley")):
        section = Section(f"JVP of {name}, NumPy code", "n", "dualad",
                          figure=f"jvp_{name.lower()}")
        session.derivatives(section, problem, sizes, by_hand=False)
        yield section
