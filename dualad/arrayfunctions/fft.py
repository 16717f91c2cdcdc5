"""numpy.fft: each transform is linear, so the lanes go through it with the values, stacked in front."""

import inspect

import numpy as np

from .components import assemble, common_dtype, float_copy, lanes_first, with_duals, without_subclass
from .registry import handles, write_out

_ONE_AXIS = "fft ifft rfft irfft hfft ihfft"
_AXES = "fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn"


def _lane_axes(given, ndim, one_axis):
    """axis or axes, and s, as they are with the lanes' axis in front of the array's."""
    if one_axis:
        axis = given.get("axis", -1)
        return {"axis": axis + 1 if axis >= 0 else axis}
    axes = given.get("axes")
    if axes is None:                   # all of them, or as many of the last as s has
        count = ndim if given.get("s") is None else len(given["s"])
        axes = range(-count, 0)
    return {"axes": [axis + 1 if axis >= 0 else axis for axis in axes]}


def _transform(function, one_axis):
    signature = inspect.signature(function)

    def handler(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        out = given.pop("out", None)
        dual = with_duals(given.pop("a"))
        others = {name: without_subclass(item) for name, item in given.items()}
        if dual is None:
            raise TypeError(f"np.fft.{function.__name__}: out= is an array of dual numbers, and the argument is not")
        dtype = common_dtype([dual])
        value = function(float_copy(dual), **others)
        if "axes" in signature.parameters and "axes" not in others and signature.parameters["axes"].default is not None:
            others["axes"] = signature.parameters["axes"].default
        with np.errstate(all="ignore"):
            lanes = lanes_first(dual)
            moved = function(lanes, **{**others, **_lane_axes(others, dual.ndim, one_axis)})
        return write_out(out, assemble(dtype, value, moved))
    return handler


for _name in f"{_ONE_AXIS} {_AXES}".split():
    _function = getattr(np.fft, _name)
    handles(_function)(_transform(_function, _name in _ONE_AXIS.split()))
