"""The register: every public name of NumPy, and how it takes dual numbers.

Each function that carries derivatives stands here with an example, which `tests/arrays/test_register.py` checks;
``python -m tests.register`` writes docs/practice/numpy-functions.md from it.
"""

import importlib
import itertools

from . import arrays, calculus, statistics, ufuncs

ROWS = list(itertools.chain.from_iterable(
    module.TABLE.rows for module in (ufuncs, arrays, statistics, calculus)))

MODULES = sorted({row.name.rpartition(".")[0] for row in ROWS})

#: NumPy's names that not every supported version has: since, and until before
VERSIONS = {
    "numpy.cumulative_sum": ("2.1", None),
    "numpy.cumulative_prod": ("2.1", None),
    "numpy.unstack": ("2.1", None),
    "numpy.matvec": ("2.2", None),
    "numpy.vecmat": ("2.2", None),
    "numpy.in1d": (None, "2.4"),
    "numpy.trapz": (None, "2.4"),
    "numpy.row_stack": (None, "2.5"),
}


def find(name):
    """The object of this name in the installed NumPy; AttributeError if there is none."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)
