"""The callables that the transforms return."""

import sys
from types import MethodType

from .chunks import Chunk, checked_size, default_chunk, evaluate_in_chunks, rounded
from .inputs import checked_argnums, points_of
from .levels import evaluate
from .outputs import one_number
from .room import check_lifted

#: Chunks as large as this are never more than the default's memory.
CHUNKS_FIT = 128


class Transform:
    """A function's derivative: called as the function is, it gives derivatives.

    Pickles when the function does, binds as a method does, and carries the function's name.
    """

    name = "transform"
    scalar_input = False     # the argument must be one number
    with_value = False       # returned with the derivatives
    scalar_output = False    # the function must return one number

    def __init__(self, f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
        carry_name(self, f, self.name)
        if map is not None and not callable(map):
            raise TypeError(f"map must be a function like the built-in map, not {type(map).__name__}; for an "
                            "executor pass its method, executor.map")
        self.f = f
        self.argnums = checked_argnums(argnums)
        self.has_aux = bool(has_aux)
        self.chunk_size = checked_size(chunk_size)
        self.map = map
        self.progress = bool(progress)

    def __call__(self, /, *args, **kwargs):
        points = points_of(args, self.argnums)
        if self.scalar_input:
            for point in points:
                check_scalar(point, self.name, "Use jacobian or grad, or for a function applied element by "
                             "element jvp(f, (x,), (np.ones_like(x),))[1]")
        total = points[0][1].size if len(points) == 1 else sum([point[1].size for point in points])
        size = self.chunk_size or default_chunk(total)
        if size > CHUNKS_FIT:
            check_lifted(rounded(min(size, total)), total, 1, "Give a smaller chunk_size, or none")
        if total <= size and self.map is None and not self.progress:
            value, lanes, aux = evaluate(self.f, args, kwargs, points, rounded(total), 0, total, self.has_aux,
                                         self.with_value)
        else:
            chunk = Chunk(self.f, args, kwargs, points, total, size, self.has_aux)
            value, lanes, aux = evaluate_in_chunks(chunk, self.map, self.progress, self.check_first)
        if self.scalar_output:
            value, lanes = one_number(value, lanes, self.name)
        if type(self.argnums) is tuple:
            result = _blocks(lanes, points)
        else:
            shape = points[0][1].shape
            result = lanes if len(shape) == 1 else _shaped(lanes, shape)
        if self.with_value:
            return ((value, aux) if self.has_aux else value), result
        return (result, aux) if self.has_aux else result

    def check_first(self, value, lanes):
        """Of several chunks the first: TypeError now, rather than when all are there."""
        if self.scalar_output:
            one_number(value, lanes, self.name)

    def __get__(self, instance, owner=None):
        return self if instance is None else Bound(self, instance)

    def __reduce__(self):
        if is_global(self):         # a decorated function, which itself can no longer be found
            return self.__qualname__
        return type(self), (self.f, self.argnums, self.has_aux, self.chunk_size, self.map, self.progress)

    def __repr__(self):
        return f"<{self.name} of {self.f!r}>"


class Bound:
    """A transform as a method of an object.

    (types.MethodType would pickle it under the function's name, and come back as the function.)
    """

    def __init__(self, transform, instance):
        carry_name(self, MethodType(transform.f, instance), transform.name)
        self.__func__ = transform
        self.__self__ = instance

    def __call__(self, /, *args, **kwargs):
        return self.__func__(self.__self__, *args, **kwargs)

    def __reduce__(self):
        return Bound, (self.__func__, self.__self__)

    def __repr__(self):
        return f"<{self.__func__!r} bound to {self.__self__!r}>"


def is_global(transform):
    found = sys.modules.get(getattr(transform, "__module__", None))
    for name in getattr(transform, "__qualname__", "").split("."):
        found = getattr(found, name, None)
    return found is transform


def carry_name(derived, f, name):
    """Give what transform `name` makes of f the name and documentation of f, a function or else TypeError."""
    if not callable(f):
        raise TypeError(f"{name} takes a function, not {type(f).__name__}: write {name}(f)(x), not "
                        f"{name}(f(x))")
    derived.__wrapped__ = f
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(derived, attribute, getattr(f, attribute))
        except AttributeError:       # functools.partial and other callables have no name
            pass


def _shaped(lanes, shape):
    """Lanes with the last axis in the shape of an argument; a number for a number."""
    return lanes.reshape(lanes.shape[:-1] + shape)[()]


def _blocks(lanes, points):
    """A tuple of the derivatives with respect to each point."""
    blocks, start = [], 0
    for _, x, _ in points:
        block = lanes[..., start:start + x.size].copy()
        blocks.append(_shaped(block, x.shape))
        start += x.size
    return tuple(blocks)


def check_scalar(point, name, otherwise):
    shape = point[1].shape
    if shape:
        raise TypeError(f"{name} is for a scalar argument; argument {point[0]} has shape {shape}. {otherwise}")


class Derivative(Transform):
    name = "derivative"
    scalar_input = True


class Jacobian(Transform):
    name = "jacobian"


class ValueAndJacobian(Transform):
    name = "value_and_jacobian"
    with_value = True


class Grad(Transform):
    name = "grad"
    scalar_output = True


class ValueAndGrad(Transform):
    name = "value_and_grad"
    with_value = True
    scalar_output = True
