"""The transforms of second order."""

from types import MethodType

import numpy as np

from .chunks import check_same
from .inputs import as_real
from .outputs import check_real
from .pattern import Pattern
from .room import SECOND, check_lifted, check_room
from .tiles import (
    BLOCK,
    LONGEST_ROW,
    WHOLE,
    Task,
    assembled,
    diagonal_size,
    diagonal_tiles,
    evaluate_along_and,
    evaluate_tile,
    evaluate_tiles,
    first_order_points,
    refuse_outer,
    square_tiles,
    whole,
)
from .transform import Transform, carry_name, check_scalar, is_global


class Hessian(Transform):
    name = "hessian"

    def __init__(self, f, argnums=0, has_aux=False, chunk_size=None, map=None, pattern=None):
        super().__init__(f, argnums, has_aux, chunk_size, map)
        self.pattern = pattern
        self._pairs = None if pattern is None else Pattern(pattern)

    def __call__(self, /, *args, **kwargs):
        points = first_order_points(args, self.argnums)
        total = points[0][1].size if len(points) == 1 else sum([point[1].size for point in points])
        if total > WHOLE:
            check_room(8 * total**2, f"a Hessian by {total} inputs", SECOND)
            check_lifted(min(self.chunk_size or 1, total), total, 2, "Give a smaller chunk_size, or none")
        if self.pattern is None and self.map is None and total <= (self.chunk_size or WHOLE):
            value, first, second, aux = evaluate_tile(self.f, args, kwargs, points, whole(total), self.has_aux)
        else:
            value, first, second, aux = self.in_tiles(args, kwargs, points, total)
        return self.result(points, value, first, second, aux)

    def in_tiles(self, args, kwargs, points, total):
        if self.pattern is not None:
            tiles = self._pairs.tiles(total, self.chunk_size)
        elif total <= (self.chunk_size or WHOLE):
            tiles = [whole(total)]
        else:
            tiles = square_tiles(total, self.chunk_size or BLOCK)
        value, found, aux = evaluate_tiles(Task(self.f, args, kwargs, points, self.has_aux), tiles, self.map, total)
        first, second = assembled(found, total)
        return value, first, second, aux

    def result(self, points, value, first, second, aux):
        blocks = self.blocks(points, second)
        return (blocks, aux) if self.has_aux else blocks

    def blocks(self, points, second):
        """The Hessian by the arguments: an array, or a tuple of tuples of them."""
        if type(self.argnums) is not tuple:
            shape = points[0][1].shape
            return second if len(shape) == 1 else second.reshape(second.shape[:-2] + shape + shape)[()]
        starts = np.cumsum([0] + [x.size for _, x, _ in points])
        return tuple([
            tuple([
                second[..., starts[i]:starts[i + 1], starts[j]:starts[j + 1]].reshape(
                    second.shape[:-2] + points[i][1].shape + points[j][1].shape)[()]
                for j in range(len(points))])
            for i in range(len(points))])

    def __reduce__(self):
        name = super().__reduce__()
        if type(name) is str:
            return name
        return type(self), (self.f, self.argnums, self.has_aux, self.chunk_size, self.map, self.pattern)


class ValueGradAndHessian(Hessian):
    name = "value_grad_and_hessian"

    def result(self, points, value, first, second, aux):
        value, first, second = [of_one_number(part, self.name, axes)
                                for axes, part in enumerate((value, first, second))]
        gradient = self.gradients(points, first)
        return ((value, aux) if self.has_aux else value), gradient, self.blocks(points, second)

    def gradients(self, points, first):
        if type(self.argnums) is not tuple:
            return first.reshape(points[0][1].shape)[()]
        starts = np.cumsum([0] + [x.size for _, x, _ in points])
        return tuple([first[start:start + x.size].reshape(x.shape)[()]
                      for start, (_, x, _) in zip(starts, points)])


class SecondDerivative(Transform):
    name = "second_derivative"

    def __init__(self, f, argnum=0):
        super().__init__(f, _one_argument(argnum, self.name))

    def __call__(self, /, *args, **kwargs):
        points = first_order_points(args, self.argnums)
        check_scalar(points[0], self.name, "Use hessian, or for a function applied element by element "
                     "hvp of its sum along np.ones_like(x)")
        return evaluate_tile(self.f, args, kwargs, points, whole(1))[2][..., 0, 0][()]

    def __reduce__(self):
        name = super().__reduce__()
        return name if type(name) is str else (SecondDerivative, (self.f, self.argnums))


class Laplacian(Transform):
    name = "laplacian"

    def __init__(self, f, argnum=0, chunk_size=None, map=None):
        super().__init__(f, _one_argument(argnum, self.name), False, chunk_size, map)

    def __call__(self, /, *args, **kwargs):
        points = first_order_points(args, self.argnums)
        total = points[0][1].size
        tiles = diagonal_tiles(total, self.chunk_size or diagonal_size(total))
        _, found, _ = evaluate_tiles(Task(self.f, args, kwargs, points, False), tiles, self.map, total)
        return sum([second.sum(axis=-1) for _, _, second in found])[()]

    def __reduce__(self):
        name = super().__reduce__()
        return name if type(name) is str else (Laplacian, (self.f, self.argnums, self.chunk_size, self.map))


def _one_argument(argnum, name):
    if isinstance(argnum, (tuple, list)):
        raise TypeError(f"{name} is by one argument, whose position argnum gives as an int; for several write "
                        "hessian(f, argnums=...), or one argument that holds them all")
    return argnum


class HessP:
    """What `hessp` returns. As a method of an object it is by the first argument after self."""

    def __init__(self, f):
        carry_name(self, f, "hessp")
        self.f = f

    def __call__(self, x, p, /, *args, **kwargs):
        args = (x, *args)
        points = first_order_points(args, 0)
        return _product(self.f, args, kwargs, points, [_direction(p, points[0][1], "p")], "hessp")[0]

    def __get__(self, instance, owner=None):
        return self if instance is None else HessP(MethodType(self.f, instance))

    def __reduce__(self):
        return self.__qualname__ if is_global(self) else (HessP, (self.f,))

    def __repr__(self):
        return f"<hessp of {self.f!r}>"


def hessian_vector_product(f, primals, tangents):
    points = first_order_points(tuple(primals), tuple(range(len(primals))))
    directions = [_direction(tangent, x, f"tangent {position}")
                  for (position, x, _), tangent in zip(points, tangents)]
    products = _product(f, tuple(primals), {}, points, directions, "hvp")
    return products if len(primals) > 1 else products[0]


def _direction(tangent, x, what):
    direction, _ = as_real(tangent, what)
    refuse_outer(direction, what)
    if direction.shape != x.shape:
        raise ValueError(f"{what} must have its argument's shape {x.shape}, not {direction.shape}")
    return direction


def _product(f, args, kwargs, points, directions, name):
    total = sum([point[1].size for point in points])
    product, first_value = np.zeros(total), None
    for start in range(0, total, LONGEST_ROW):
        stop = min(start + LONGEST_ROW, total)
        value, along = evaluate_along_and(f, args, kwargs, points, directions, start, stop)
        product[start:stop] = of_one_number(along, name, 1)
        if first_value is not None:
            check_same(first_value, value, total)
        first_value = value
    starts = np.cumsum([0] + [point[1].size for point in points])
    return tuple([product[start:start + x.size].reshape(x.shape)[()]
                  for start, (_, x, _) in zip(starts, points)])


def of_one_number(part, name, axes):
    """What belongs to the one number that a function returned, without that number's axes."""
    check_real(part, name)
    shape = part.shape[:part.ndim - axes]
    if shape and np.prod(shape) != 1:
        raise TypeError(f"{name} is for functions that return one number; this one returned shape {shape}. Use "
                        "jacobian and hessian, or reduce the output (np.sum, an element)")
    return part.reshape(part.shape[len(shape):])[()] if shape else part
