"""What NumPy does in Python or LAPACK, for arrays of dual numbers."""

from .._core import DualArray
from . import (
    counting,
    decompositions,
    einsum,
    elementwise,
    fft,
    functional,
    least_squares,
    linalg,
    memory,
    norms,
    own_code,
    polynomials,
    printing,
    products,
    refused,
    shapes,
    spectra,
    variances,
)
from .registry import array_function

DualArray.__array_function__ = array_function

__all__ = ["counting", "decompositions", "einsum", "elementwise", "fft", "functional", "least_squares", "linalg",
           "memory", "norms", "own_code", "polynomials", "printing", "products", "refused", "shapes", "spectra",
           "variances"]
