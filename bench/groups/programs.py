"""Whole programs, unmodified, against their own float run.

Each is plain Python and NumPy; its Jacobian is one call of dualad.jacobian,
seeding and collecting included.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..check import complex_step
from ..report import Section
from ..session import ALONE
from ..timing import Call

try:
    from scipy.special import ndtr
except ImportError:
    ndtr = None


# RK4, Lotka-Volterra -------------------------------------------------------

def lotka_volterra_scalars(p, steps=2000, h=0.005):
    """Prey and predators after `steps` steps, on scalars; p: 4 rates, 2 starts."""
    a, b, c, d, x, y = p
    for _ in range(steps):
        k1, l1 = x * (a - b * y), y * (c * x - d)
        u, v = x + 0.5 * h * k1, y + 0.5 * h * l1
        k2, l2 = u * (a - b * v), v * (c * u - d)
        u, v = x + 0.5 * h * k2, y + 0.5 * h * l2
        k3, l3 = u * (a - b * v), v * (c * u - d)
        u, v = x + h * k3, y + h * l3
        k4, l4 = u * (a - b * v), v * (c * u - d)
        x = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        y = y + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return np.array([x, y])


def lotka_volterra_arrays(p, steps=2000, h=0.005):
    """The same on arrays of two."""
    a, b, c, d = p[:4]

    def rates(u):
        return np.array([u[0] * (a - b * u[1]), u[1] * (c * u[0] - d)])

    u = p[4:]
    for _ in range(steps):
        k1 = rates(u)
        k2 = rates(u + 0.5 * h * k1)
        k3 = rates(u + 0.5 * h * k2)
        k4 = rates(u + h * k3)
        u = u + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return u


# Black-Scholes -------------------------------------------------------------

STRIKES = np.linspace(60.0, 140.0, 1000)
STRIKES.setflags(write=False)


def black_scholes(p):
    """Prices of 1000 calls; p: spot, rate, volatility, time, dividend paid."""
    spot, rate, sigma, time, dividend = p
    root = sigma * np.sqrt(time)
    d1 = (np.log(spot / STRIKES) + (rate - dividend + 0.5 * sigma**2) * time) / root
    d2 = d1 - root
    return (spot * np.exp(-dividend * time) * ndtr(d1)
            - STRIKES * np.exp(-rate * time) * ndtr(d2))


def black_scholes_greeks(p):
    """The partial derivatives of the price, in closed form: the check."""
    spot, rate, sigma, time, dividend = p
    root = sigma * np.sqrt(time)
    d1 = (np.log(spot / STRIKES) + (rate - dividend + 0.5 * sigma**2) * time) / root
    d2 = d1 - root
    density = np.exp(-0.5 * d1**2) / np.sqrt(2.0 * np.pi)
    carry, discount = np.exp(-dividend * time), STRIKES * np.exp(-rate * time)
    delta = carry * ndtr(d1)
    vega = spot * carry * density * np.sqrt(time)
    return np.stack([
        delta, time * discount * ndtr(d2), vega,
        vega * sigma / (2.0 * time) + rate * discount * ndtr(d2) - dividend * spot * delta,
        -time * spot * delta], axis=1)


# The heat equation, in place -----------------------------------------------

GRID = np.linspace(0.0, 1.0, 100)


def heat(p, steps=300):
    """A rod after `steps` steps in place; p: hump, width, ends, conductivity."""
    hump, width, end, rate = p
    u = end + hump * np.exp(-((GRID - 0.5) / width) ** 2)
    for _ in range(steps):
        u[1:-1] += rate * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u[0] = end
        u[-1] = end
    return u


@dataclass(frozen=True)
class Program:
    name: str
    f: Callable
    point: tuple
    limit: float
    answer: Callable | None = None


RATES = (1.1, 0.4, 0.1, 0.4, 10.0, 5.0)
PROGRAMS = [
    Program("RK4, scalars, 2000 steps, N=6", lotka_volterra_scalars, RATES, 1.3),
    Program("RK4, arrays of 2, 2000 steps, N=6", lotka_volterra_arrays, RATES, 1.3),
    Program("Black-Scholes, 1000 points, N=5", black_scholes,
            (100.0, 0.03, 0.25, 1.5, 0.01), 2.2, black_scholes_greeks),
    Program("heat equation in place, 100 points, N=4", heat, (2.0, 0.2, 0.5, 0.3), 1.3),
]


def run(session):
    section = Section("whole programs: Jacobian against the float run", "program", ALONE)
    programs = [p for p in PROGRAMS if p.f is not black_scholes or ndtr is not None]
    if ndtr is None:
        section.note("Black-Scholes left out: it needs SciPy's ndtr")
    table = {}
    for program in programs:
        f, x = program.f, np.array(program.point)
        reference = program.answer(x) if program.answer else complex_step(f, x)
        works = table[program.name] = {ALONE: Call(lambda f=f, x=x: f(x))}
        if session.dualad:
            jacobian = session.dualad.jacobian(f)
            session.accept(section, works, "dualad", Call(lambda j=jacobian, x=x: j(x)),
                           reference, 1e-9, program.name)
        if f is lotka_volterra_scalars:
            numbers = x.tolist()
            works["f alone, Python floats"] = Call(lambda f=f, p=numbers: f(p))
    section.fill(session.watch.compare(table))
    for program in programs:
        section.bar(program.name, section.quotient(program.name, "dualad", ALONE),
                    program.limit)
    section.note("f alone is called with the same array; the scalars it unpacks are then "
                 "np.float64, slower than Python floats")
    yield section
