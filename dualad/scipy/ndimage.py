"""scipy.ndimage, with derivatives where a rule is known; all other names are SciPy's own.

Filters are linear in the image, those with weights in these too; what lies beyond its edge adds a constant.
"""

import functools

from scipy import ndimage as _scipys

from .linear_maps import linear
from .namespace import forward, guarded

_linear = functools.partial(linear, constant={"cval": 0.0})

affine_transform = _linear(_scipys.affine_transform, "input")
convolve = _linear(_scipys.convolve, "input", "weights")
convolve1d = _linear(_scipys.convolve1d, "input", "weights")
correlate = _linear(_scipys.correlate, "input", "weights")
correlate1d = _linear(_scipys.correlate1d, "input", "weights")
gaussian_filter = _linear(_scipys.gaussian_filter, "input")
gaussian_filter1d = _linear(_scipys.gaussian_filter1d, "input")
gaussian_laplace = _linear(_scipys.gaussian_laplace, "input")
laplace = _linear(_scipys.laplace, "input")
map_coordinates = _linear(_scipys.map_coordinates, "input")
prewitt = _linear(_scipys.prewitt, "input")
rotate = _linear(_scipys.rotate, "input")
shift = _linear(_scipys.shift, "input")
sobel = _linear(_scipys.sobel, "input")
spline_filter = _linear(_scipys.spline_filter, "input")
spline_filter1d = _linear(_scipys.spline_filter1d, "input")
uniform_filter = _linear(_scipys.uniform_filter, "input")
uniform_filter1d = _linear(_scipys.uniform_filter1d, "input")
zoom = _linear(_scipys.zoom, "input")

__all__ = ["affine_transform", "convolve", "convolve1d", "correlate", "correlate1d", "gaussian_filter",
           "gaussian_filter1d", "gaussian_laplace", "laplace", "map_coordinates", "prewitt", "rotate", "shift",
           "sobel", "spline_filter", "spline_filter1d", "uniform_filter", "uniform_filter1d", "zoom"]
globals().update(guarded("scipy.ndimage", globals(), __all__))
__getattr__, __dir__ = forward("scipy.ndimage")
