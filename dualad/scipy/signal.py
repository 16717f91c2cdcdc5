"""scipy.signal, with derivatives where a rule is known; all other names are SciPy's own."""

import numpy as np
from scipy import signal as _scipys

from .duals import as_numbers, dtype_in, lanes_in, order_of, stripped, with_lanes
from .linear_maps import linear, on_duals, refuse
from .namespace import forward, guarded

convolve = linear(_scipys.convolve, "in1", "in2")
convolve2d = linear(_scipys.convolve2d, "in1", "in2", constant={"fillvalue": 0.0})
correlate = linear(_scipys.correlate, "in1", "in2")
correlate2d = linear(_scipys.correlate2d, "in1", "in2", constant={"fillvalue": 0.0})
decimate = linear(_scipys.decimate, "x")
detrend = linear(_scipys.detrend, "data")
fftconvolve = linear(_scipys.fftconvolve, "in1", "in2")
filtfilt = linear(_scipys.filtfilt, "x")
hilbert = linear(_scipys.hilbert, "x")
oaconvolve = linear(_scipys.oaconvolve, "in1", "in2")
resample = linear(_scipys.resample, "x")
resample_poly = linear(_scipys.resample_poly, "x")
savgol_filter = linear(_scipys.savgol_filter, "x", constant={"cval": 0.0})
sosfilt = linear(_scipys.sosfilt, "x zi")
sosfiltfilt = linear(_scipys.sosfiltfilt, "x")
upfirdn = linear(_scipys.upfirdn, "x", "h")

_linear_lfilter = linear(_scipys.lfilter, "x zi")

_SPECTRUM = "take np.fft.rfft of the windowed pieces, and the square of its absolute value"
csd = refuse(_scipys.csd, _SPECTRUM)
medfilt = refuse(_scipys.medfilt, "take np.median of np.lib.stride_tricks.sliding_window_view")
periodogram = refuse(_scipys.periodogram, _SPECTRUM)
welch = refuse(_scipys.welch, _SPECTRUM)
wiener = refuse(_scipys.wiener, "write its formula with local means")


def lfilter(b, a, x, axis=-1, zi=None):
    """scipy.signal.lfilter; x and zi may be dual numbers, and without zi the coefficients too.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.signal import lfilter
    >>> dualad.jacobian(lambda p: lfilter([1 - p[0]], [1.0, -p[0]], np.ones(3)))([0.5])    # 1 - p**(k + 1)
    array([[-1.  ],
           [-1.  ],
           [-0.75]])
    """
    if dtype_in(b, a) is None:
        return _linear_lfilter(b, a, x, axis, zi)
    if zi is not None:
        raise TypeError("lfilter: dual coefficients have a rule without zi only")
    found = _scipys.lfilter(stripped(b), stripped(a), stripped(x), axis)
    b, a, x = as_numbers(b), as_numbers(a), np.moveaxis(as_numbers(x), axis, -1)
    dtype = dtype_in(b, a, x)
    y = np.moveaxis(found, axis, -1)
    for _ in range(order_of(dtype)):            # a * y = b * x, as in Newton's method
        left = lanes_in(dtype, _causal(a, y) - _causal(b, x))
        y = y - with_lanes(dtype, np.zeros(y.shape), _scipys.lfilter([1.0], stripped(a), left))
    return with_lanes(dtype, found, lanes_in(dtype, np.moveaxis(y, -1, axis)))


def _causal(coefficients, x):
    """Their convolution along the last axis, as long as x."""
    n, total = x.shape[-1], 0.0
    for k in range(min(len(coefficients), n)):
        shifted = x[..., :n - k] * coefficients[k]
        total = total + np.concatenate((np.zeros((*x.shape[:-1], k)), shifted), axis=-1)
    return total + 0.0 * x


def _response(b, a, w):
    """The quotient of two polynomials in exp(-1j w)."""
    def polynomial(coefficients):
        coefficients = np.atleast_1d(coefficients)
        return sum(c * np.exp(-1j * k * w) for k, c in enumerate(coefficients))
    return polynomial(b) / polynomial(a)


def freqz(b, a=1, worN=512, *options, **named):
    """scipy.signal.freqz; the coefficients may be dual numbers, and the response is complex."""
    if dtype_in(worN, options, named) is not None:
        raise TypeError("freqz: frequencies can be no dual numbers; write the quotient of polynomials in "
                        "np.exp(-1j * w)")
    w, h = _scipys.freqz(stripped(b), stripped(a), worN, *options, **named)
    if dtype_in(b, a) is None:
        return w, h
    fs = named.get("fs", options[2] if len(options) > 2 else 2 * np.pi)
    return w, on_duals(lambda b, a: h, lambda b, a: _response(b, a, 2 * np.pi * w / fs))(as_numbers(b), as_numbers(a))


__all__ = ["convolve", "convolve2d", "correlate", "correlate2d", "csd", "decimate", "detrend", "fftconvolve",
           "filtfilt", "freqz", "hilbert", "lfilter", "medfilt", "oaconvolve", "periodogram", "resample",
           "resample_poly", "savgol_filter", "sosfilt", "sosfiltfilt", "upfirdn", "welch", "wiener"]
globals().update(guarded("scipy.signal", globals(), __all__))
__getattr__, __dir__ = forward("scipy.signal")
