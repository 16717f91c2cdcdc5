"""Exact derivatives of plain NumPy code, by forward-mode automatic differentiation."""

from . import _core, late_imports
from ._core import ComplexDual, ComplexHyperDual, Dual, DualArray, HyperDual, dual_dtype, partials, second, seed, value
from .transforms.api import derivative, grad, jacobian, jvp, value_and_grad, value_and_jacobian
from .transforms.chunks import build_info
from .transforms.for_scipy import curve_fit_jac, memoized
from .transforms.second_api import hessian, hessp, hvp, laplacian, second_derivative, value_grad_and_hessian
from .transforms.tools_api import check_grads, custom_jvp
from .transforms.uncertainty import propagate

jacfwd = jacobian

__version__ = "0.1.0"

__all__ = [
    "ComplexDual",
    "ComplexHyperDual",
    "Dual",
    "DualArray",
    "HyperDual",
    "adopt",
    "adopting",
    "build_info",
    "check_grads",
    "curve_fit_jac",
    "custom_jvp",
    "derivative",
    "dual_dtype",
    "get_include",
    "grad",
    "hessian",
    "hessp",
    "hvp",
    "jacfwd",
    "jacobian",
    "jvp",
    "laplacian",
    "load",
    "memoized",
    "partials",
    "propagate",
    "save",
    "second",
    "second_derivative",
    "seed",
    "value",
    "value_and_grad",
    "value_and_jacobian",
    "value_grad_and_hessian",
]


def get_include():
    """The folder of ``dualad.h``, with which C and Cython code reads, makes and derives dual numbers.

    Returns
    -------
    str
        For ``include_dirs`` of a ``setuptools.Extension``.

    Examples
    --------
    >>> import os, dualad
    >>> os.listdir(dualad.get_include())
    ['dualad.h']
    """
    return f"{__path__[0]}/include"


def _add_dtype(dtype, scalar_type):
    """A new kind of number: NumPy's functions, its tables and pickles get to know it.

    What they need is imported with the first one; it would double the time of ``import dualad``.
    """
    from . import arrayfunctions, io, numpy_tables  # noqa: F401

    numpy_tables.add_dtype(dtype, scalar_type)
    io.add_dtype(dtype, scalar_type)


_core._on_new_dtype.append(_add_dtype)
late_imports.when_loaded("scipy.special", "erf", _core.register_scipy)


def __getattr__(name):
    """Made when asked for: `save`, `load`, `adopt`, `numpy` and other modules, and ``dualad.Dual4`` for pickles."""
    if name in ("load", "save"):
        from . import io
        return getattr(io, name)
    if name in ("adopt", "adopting"):
        from . import adoption
        return getattr(adoption, name)
    if name in ("cmath", "math", "numpy", "plot"):
        import importlib
        return importlib.import_module(f"{__name__}.{name}")
    try:
        return _core.scalar_type(name)
    except (AttributeError, ValueError, OverflowError):      # Dual0, Dual99999999999 are no types either
        raise AttributeError(f"module 'dualad' has no attribute {name!r}") from None


def __dir__():
    return sorted({*globals(), *__all__})
