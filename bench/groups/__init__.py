"""The groups of measurements, one module each.

A group's module has `run(session)`, which yields sections as they are done.
"""

import importlib

GROUPS = ["scalars", "ufuncs", "throughput", "gradients", "jvp", "programs",
          "startup", "crossover", "hessians", "linalg", "adopt"]


def load(name):
    return importlib.import_module(f"{__name__}.{name}")
