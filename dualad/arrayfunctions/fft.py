"""numpy.fft: each transform is linear, so the lanes go through it stacked behind the values, in one call.

NumPy transforms row after row, so that a row's bits do not depend on its neighbours.
"""

import functools

import numpy as np

from .. import _core
from .._core import DualArray
from .components import assemble, common_dtype, float_copy, lanes_first, with_duals, without_subclass
from .registry import handles, write_out

_ONE_AXIS = "fft ifft rfft irfft hfft ihfft".split()
_TWO_AXES = "fft2 ifft2 rfft2 irfft2".split()
_AXES = "fftn ifftn rfftn irfftn".split()


def _behind(axis):
    """An axis of an array, counted from behind or with one more axis in front of it."""
    return axis + 1 if axis >= 0 else axis


def _one_axis(ndim, a, n=None, axis=-1, norm=None, out=None):
    return out, (n, axis, norm), (n, _behind(axis), norm)


def _two_axes(ndim, a, s=None, axes=(-2, -1), norm=None, out=None):
    if axes is None:
        return _any_axes(ndim, a, s, axes, norm, out)
    return out, (s, axes, norm), (s, tuple(map(_behind, axes)), norm)


def _any_axes(ndim, a, s=None, axes=None, norm=None, out=None):
    if axes is None:                       # all of them, or as many of the last as s has
        return out, (s, axes, norm), (s, tuple(range(-(ndim if s is None else len(s)), 0)), norm)
    return _two_axes(ndim, a, s, axes, norm, out)


def _are_there(axes, ndim):
    """Has an array these axes, of its stack?"""
    if isinstance(axes, tuple):
        return all([_are_there(axis, ndim) for axis in axes])
    return -ndim <= axes <= ndim and axes != 0


def _transform(function, options):
    """NumPy's function on stacks; `options` gives out and the other arguments, without and with the stack's axis."""
    def handler(a, *args, **kwargs):
        dual = with_duals(a)
        ndim = np.ndim(a) if dual is None else dual.ndim
        out, alone, together = options(ndim, None, *map(without_subclass, args), **kwargs)
        if dual is None:
            raise TypeError(f"np.fft.{function.__name__}: out= is an array of dual numbers, and the argument is not")
        if not _are_there(together[1], dual.ndim):
            return function(_core.value(dual), *alone)              # says what is wrong
        if dual.flags.c_contiguous:
            with np.errstate(all="ignore"):
                result = function(_core.stacked(dual), *together)
            return write_out(out, _core.assembled(dual.dtype, np.asarray(result[0]), result[1:]))
        value = function(float_copy(dual), *alone)
        with np.errstate(all="ignore"):
            return write_out(out, assemble(common_dtype([dual]), value, function(lanes_first(dual), *together)))

    return handler


for _names, _options in ((_ONE_AXIS, _one_axis), (_TWO_AXES, _two_axes), (_AXES, _any_axes)):
    for _name in _names:
        _function = getattr(np.fft, _name)
        handles(_function)(_transform(_function, _options))


def _take_plain_arrays():
    """Lists and plain arrays do not dispatch, but in NumPy all transforms come to one function."""
    try:
        from numpy.fft import _pocketfft as module
        numpys = module._raw_fft
    except (ImportError, AttributeError):
        return
    transforms = {(False, True): np.fft.fft, (False, False): np.fft.ifft,
                  (True, True): np.fft.rfft, (True, False): np.fft.irfft}

    @functools.wraps(numpys)
    def raw_fft(a, n, axis, is_real, is_forward, norm, out=None):
        if _core.slot_of(a) < 0:
            return numpys(a, n, axis, is_real, is_forward, norm, out)
        return transforms[is_real, is_forward](a.view(DualArray), n, axis, norm, out)

    module._raw_fft = raw_fft


_take_plain_arrays()
