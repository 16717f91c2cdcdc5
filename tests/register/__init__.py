"""The register: every public name of NumPy, and how it takes dual numbers.

Each function that carries derivatives stands here with an example, which `tests/arrays/test_register.py` checks;
``python -m tests.register`` writes docs/practice/numpy-functions.md from it.
"""

import functools
import itertools

import numpy as np

from . import arrays, calculus, library, linalg, masked, polynomials, statistics, ufuncs

TABLES = (ufuncs.TABLE, arrays.TABLE, statistics.TABLE, calculus.TABLE, linalg.TABLE, linalg.FOURIER,
          *polynomials.TABLES, masked.TABLE, *library.TABLES)
ROWS = list(itertools.chain.from_iterable(table.rows for table in TABLES))

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
    "numpy.lib.format": ("2.3", None),
    **{f"numpy.polynomial.{name}valnd": ("2.5", None) for name in (
        "polynomial.poly", "chebyshev.cheb", "legendre.leg", "hermite.herm", "hermite_e.herme", "laguerre.lag")},
}


def find(name):
    """The object of this name in the installed NumPy; AttributeError if there is none."""
    path = name.split(".")[1:]
    return functools.reduce(getattr, path, np)


def public(module):
    """The public names of a module of the installed NumPy."""
    names = getattr(find(module), "__all__", None) or ["as_strided", "sliding_window_view"]
    return {f"{module}.{name}" for name in names if not name.startswith("_")}
