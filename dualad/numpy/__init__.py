"""NumPy, allocating dual numbers while a derivative is taken.

Every name of ``numpy`` is here, and most are NumPy's own objects. What makes float arrays (``zeros``, ``empty``,
``array``, ``linspace``, ...) makes arrays of dual numbers instead inside a derivative call, and the float types
(``float64``, ``float32``, ...) hand dual numbers through. Outside of derivative calls in this context (thread,
asynchronous task) they all call NumPy's. Functions with rules for DualArray take lists of dual numbers, too.

Examples
--------
>>> import dualad, dualad.numpy as np
>>> def running_products(x):
...     y = np.empty(len(x))
...     y[0] = x[0]
...     for k in range(1, len(x)):
...         y[k] = y[k - 1] * x[k]
...     return y
>>> running_products([2.0, 3.0])
array([2., 6.])
>>> dualad.jacobian(running_products)([2.0, 3.0])
array([[1., 0.],
       [3., 2.]])
"""

import importlib as _importlib

import numpy as _numpy

from . import creation as _creation
from . import sequences as _sequences
from . import submodules as _submodules
from . import types as _types

_OWN = "linalg", "fft"
_submodules.install(__name__, "numpy", _OWN)

__all__ = _numpy.__all__
__version__ = _numpy.__version__

__getattr__, __dir__ = _sequences.stand_for(_numpy, globals())
globals().update(_types.STAND_INS)
globals().update(_creation.STAND_INS)
for _name in _OWN:
    globals()[_name] = _importlib.import_module(f"{__name__}.{_name}")
