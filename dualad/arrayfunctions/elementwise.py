"""Functions of single elements that NumPy computes without ufuncs, or with a branch of its own."""

import numpy as np

from .. import _core
from .._core import DualArray, value
from .components import (
    clear_lanes,
    common_dtype,
    float_copy,
    is_dual,
    parts,
    scaled,
    with_duals,
    without_subclass,
)
from .registry import derivative_rule, handles, rewrap, rule, takes_complex, write_out


def _as_dual(x):
    """A DualArray over x's memory, or of a list's contents."""
    array = with_duals(x)
    return None if array is None else array.view(DualArray)


# -- clip --------------------------------------------------------------------------------------------------

_clip_ufunc = getattr(np._core.umath, "clip", None)


def _clip(a, a_min=None, a_max=None, out=None, **kwargs):
    """Inside the closed interval the derivative is 1; outside, the bound's.

    With one bound only, NumPy takes its maximum or minimum, whose derivative at a tie is one half.
    """
    if a_min is None and a_max is None:
        return write_out(out, np.positive(a, **kwargs))
    low, high = -np.inf if a_min is None else a_min, np.inf if a_max is None else a_max
    result = _clip_ufunc(a, low, high, **kwargs)
    if not kwargs and (result.ndim or result == 0.0):
        # Of 0 and -0 NumPy's loops may take either.
        result = np.asanyarray(result)
        with np.errstate(all="ignore"):
            value(result)[...] = np.clip(value(a), None if a_min is None else value(a_min),
                                         None if a_max is None else value(a_max))
        result = result if result.ndim else result[()]
    return write_out(out, result)


@handles(np.clip)
def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, **kwargs):
    """np.clip."""
    a_min, a_max = a_min if min is None else min, a_max if max is None else max
    a, a_min, a_max = (without_subclass(given) for given in (a, a_min, a_max))
    if not isinstance(a, (np.ndarray, *_core.NUMBERS)):
        a = with_duals(a) if with_duals(a) is not None else np.asarray(a)
    if any([_core.is_complex(x) if is_dual(x) else type(x) is not float and np.iscomplexobj(x)
            for x in (a, a_min, a_max) if x is not None]):
        raise TypeError("np.clip of complex dual numbers: clip z.real and z.imag")
    if not any(with_duals(x) is not None for x in (a, a_min, a_max)):
        return np.clip(np.asarray(a), a_min, a_max, out, **kwargs)
    return rewrap(_clip(a, a_min, a_max, out, **kwargs))


def _clip_method(self, min=None, max=None, out=None, **kwargs):
    """x.clip: np.clip."""
    return clip(self, min, max, out, **kwargs)


# -- nan_to_num, sinc --------------------------------------------------------------------------------------

@handles(np.nan_to_num)
def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """np.nan_to_num: what is replaced is a constant, with derivative 0."""
    dual = _as_dual(x)
    if dual is None:
        return np.nan_to_num(without_subclass(x), copy, nan, posinf, neginf)
    if copy or not isinstance(x, np.ndarray):
        dual = dual.copy(order="K")
    for part in parts(dual):
        replaced = ~np.isfinite(value(part))
        value(part)[...] = np.nan_to_num(value(part), nan=nan, posinf=posinf, neginf=neginf)
        clear_lanes(part, replaced)
    return dual if dual.ndim else dual[()]


@handles(np.sinc)
def sinc(x):
    """np.sinc: by the rule of the core's table."""
    dual = with_duals(x)
    if dual is None:
        return np.sinc(without_subclass(x))
    if _core.is_complex(dual):
        raise TypeError("np.sinc of complex dual numbers has no rule: write np.sin(np.pi * z) / (np.pi * z)")
    common_dtype([dual])                                        # refuses closed levels
    values = np.asarray(np.sinc(float_copy(dual)))
    result = _core.apply_rule("sinc", dual.reshape(-1), values.reshape(-1)).reshape(dual.shape)
    return result if isinstance(x, np.ndarray) or result.ndim else result[()]


_QUARTER = np.linspace(0.0, np.pi / 2, 65)
_COSINES, _WEIGHTS = np.cos(_QUARTER), np.r_[0.5, np.ones(63), 0.5] / 64


@rule(np.i0, "x")
def i0(x):
    """np.i0. Its derivative I1 is the mean of cos(t) sinh(x cos(t)) over a quarter turn (Abramowitz and Stegun
    9.6.19), and the trapezoidal rule is exact to the last digits for such a function: to 2 I_256(x).
    """
    def jvp(dx):
        return scaled((_WEIGHTS * _COSINES * np.sinh(x[..., None] * _COSINES)).sum(axis=-1), dx)

    return np.i0(x), jvp


# -- interp ------------------------------------------------------------------------------------------------

@derivative_rule("x", "xp", "fp", "left", "right")
@takes_complex
def _interp(x, xp, fp, left=None, right=None):
    """On the segment j:  y = (1 - w) fp_j + w fp_j+1,  w = (x - xp_j) / (xp_j+1 - xp_j)."""
    left, right = (side[()] if isinstance(side, np.ndarray) else side for side in (left, right))
    y = np.interp(x, xp, fp, left, right)              # which knows complex scalars, but no arrays of one
    if np.size(y) == 0:                                # then there may be no knots either
        return y, lambda *lanes: np.zeros((1, *y.shape))
    x, xp = (given if is_dual(given) else np.asarray(given, dtype=np.float64) for given in (x, xp))
    fp = fp if is_dual(fp) else np.asarray(fp, dtype=y.dtype)
    last = len(xp) - 1
    # A knot belongs to the segment on its right, as in NumPy; the last one to that on its left.
    j = np.clip(np.searchsorted(value(xp), value(x), side="right") - 1, 0, max(last - 1, 0))
    nxt = np.minimum(j + 1, last)
    below, above = x < xp[0], x > xp[last]

    def jvp(dx, dxp, dfp, dleft, dright):
        inside = ~(below | above)
        width = xp[nxt] - xp[j]
        if dxp is not None or dfp is not None:
            w = np.where(width == 0, 0.0, (x - xp[j]) / width)
        slope = np.where(inside, np.where(width == 0, 0.0, (fp[nxt] - fp[j]) / width), 0.0)
        moved = np.zeros((1, *x.shape))
        if dx is not None:
            moved = moved + scaled(slope, dx)
        if dxp is not None:
            moved = moved - scaled(slope * (1 - w), dxp[:, j]) - scaled(slope * w, dxp[:, nxt])
        if dfp is not None:
            moved = moved + np.where(inside, scaled(1 - w, dfp[:, j]) + scaled(w, dfp[:, nxt]), 0.0)
            moved = np.where(below & (left is None), dfp[:, :1].reshape((-1,) + (1,) * x.ndim), moved)
            moved = np.where(above & (right is None), dfp[:, -1:].reshape((-1,) + (1,) * x.ndim), moved)
        for outside, lanes in ((below, dleft), (above, dright)):
            if lanes is not None:
                moved = np.where(outside, lanes.reshape((-1,) + (1,) * x.ndim), moved)
        return moved

    return y, jvp


@handles(np.interp)
def interp(x, xp, fp, left=None, right=None, period=None):
    """np.interp. With a period, x and xp are wrapped by dual operations, as NumPy wraps floats."""
    for name, given in (("x", x), ("xp", xp)):
        if np.iscomplexobj(given):
            raise TypeError(f"np.interp cannot take complex {name}: give its real and imaginary parts one by one")
    if period is None:
        return _interp(x, xp, fp, left, right)
    if period == 0:
        raise ValueError("period must be a non-zero value")
    x, xp, fp = (np.asarray(given) for given in (x, xp, fp))
    if x.dtype.kind == "O":
        x = with_duals(x)
    if xp.ndim != 1 or fp.ndim != 1:
        raise ValueError("Data points must be 1-D sequences")
    if xp.shape[0] != fp.shape[0]:
        raise ValueError("fp and xp are not of the same length")
    period = abs(period)
    x, xp = x % period, xp % period
    order = np.argsort(value(xp))
    xp, fp = xp[order], fp[order]
    xp = np.concatenate((xp[-1:] - period, xp, xp[0:1] + period))
    fp = np.concatenate((fp[-1:], fp, fp[0:1]))
    return _interp(x, xp, fp)
DualArray.clip = _clip_method
