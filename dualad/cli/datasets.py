"""Published measurements, typed in, and models of them in plain NumPy.

The models import NumPy and nothing else, as anybody's code does; their
derivatives are found by calling them with dual numbers.
"""

from __future__ import annotations

import numpy as np

from .problem import Problem

__all__ = ["DATASETS", "hubble", "misra1a", "puromycin"]


def michaelis_menten(conc, Vm, K):
    """Rate of an enzymatic reaction at a substrate's concentration."""
    return Vm * conc / (K + conc)


def saturation(pressure, b1, b2):
    """Volume adsorbed in a monomolecular layer."""
    return b1 * (1 - np.exp(-b2 * pressure))


def expansion(distance, H0):
    """Velocity of recession."""
    return H0 * distance


# fmt: off
PUROMYCIN_CONC = np.array([
    0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10,
])
PUROMYCIN_RATE = np.array([
    76.0, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200,
])

MISRA1A_PRESSURE = np.array([
    77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
])
MISRA1A_VOLUME = np.array([
    10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47,
    81.78,
])

# Small Magellanic Cloud, Large Magellanic Cloud, NGC 6822, 598, 221, 224, 5457, 4736,
# 5194, 4449, 4214, 3031, 3627, 4826, 5236, 1068, 5055, 7331, 4258, 4151, 4382, 4472,
# 4486, 4649.
HUBBLE_DISTANCE = np.array([
    0.032, 0.034, 0.214, 0.263, 0.275, 0.275, 0.45, 0.5, 0.5, 0.63, 0.8, 0.9, 0.9, 0.9, 0.9, 1.0,
    1.1, 1.1, 1.4, 1.7, 2.0, 2.0, 2.0, 2.0,
])
HUBBLE_VELOCITY = np.array([
    170.0, 290, -130, -70, -185, -220, 200, 290, 270, 200, 300, -30, 650, 150, 500, 920, 450, 500,
    500, 960, 500, 850, 800, 1090,
])
# fmt: on


def puromycin() -> Problem:
    """Return the Puromycin data, treated cells (Bates & Watts, appendix A1.3)."""
    return Problem(
        title="Puromycin: rate of an enzymatic reaction, treated cells",
        source="Treloar (1974), in Bates & Watts (1988), Nonlinear Regression Analysis",
        formula="rate = Vm * conc / (K + conc)",
        model=lambda Vm, K: michaelis_menten(PUROMYCIN_CONC, Vm, K),
        y=PUROMYCIN_RATE,
        start={"Vm": 205.0, "K": 0.08},
        published={"Vm": ("212.7", "6.947"), "K": ("0.06412", "0.008281")},
        note="published: Bates & Watts (1988); standard errors as R's nls gives them",
    )


def misra1a() -> Problem:
    """Return the data set Misra1a, whose solution is certified."""
    return Problem(
        title="Misra1a: monomolecular adsorption in dental research",
        source="Misra, D., NIST Statistical Reference Datasets (1978)",
        formula="volume = b1 * (1 - np.exp(-b2 * pressure))",
        model=lambda b1, b2: saturation(MISRA1A_PRESSURE, b1, b2),
        y=MISRA1A_VOLUME,
        start={"b1": 500.0, "b2": 0.0001},
        published={
            "b1": ("238.94212918", "2.7070075241"),
            "b2": ("5.5015643181e-04", "7.2668688436e-06"),
        },
        note="published: certified by NIST to all digits shown",
    )


def hubble() -> Problem:
    """Return the velocities and distances of 24 nebulae."""
    return Problem(
        title="Hubble: velocities (km/s) and distances (Mpc) of 24 nebulae",
        source="Hubble (1929), PNAS 15, 168, table 1",
        formula="velocity = H0 * distance",
        model=lambda H0: expansion(HUBBLE_DISTANCE, H0),
        y=HUBBLE_VELOCITY,
        start={"H0": 100.0},
        note="Hubble, who solved for the Sun's motion too, found 465 +/- 50 km/s/Mpc",
    )


DATASETS = (puromycin, misra1a, hubble)
