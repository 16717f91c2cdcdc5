"""scipy.interpolate, with derivatives where a rule is known; all other names are SciPy's own."""

from .bsplines import (
    BSpline,
    InterpolatedUnivariateSpline,
    UnivariateSpline,
    make_interp_spline,
    make_lsq_spline,
    splev,
    splrep,
)
from .namespace import forward
from .splines import Akima1DInterpolator, CubicHermiteSpline, CubicSpline, PchipInterpolator, PPoly
from .tables import RegularGridInterpolator, interp1d, interpn

__all__ = ["Akima1DInterpolator", "BSpline", "CubicHermiteSpline", "CubicSpline", "InterpolatedUnivariateSpline",
           "PPoly", "PchipInterpolator", "RegularGridInterpolator", "UnivariateSpline", "interp1d", "interpn",
           "make_interp_spline", "make_lsq_spline", "splev", "splrep"]
__getattr__, __dir__ = forward("scipy.interpolate")
