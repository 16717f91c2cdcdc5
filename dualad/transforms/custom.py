"""Functions whose derivative the user writes."""

import functools

import numpy as np

from .._core import (
    DualArray,
    Level,
    is_complex,
    joined_dtype,
    kind_of,
    pair_indices,
    pairs_of,
    partials,
    slot_of,
    value,
    without_derivatives,
)
from .outputs import OUTLIVED, add_dtypes, joined
from .transform import carry_name, is_global


class CustomJVP:
    """What `custom_jvp` returns: the function, with `defjvp` to set its rule."""

    def __init__(self, f, rule=None):
        carry_name(self, f, "custom_jvp")
        self.f = f
        self.rule = rule
        self.signature = None

    def defjvp(self, rule):
        """Set the rule, rule(primals, tangents) -> (out, tangent_out); it is handed back.

        Primals and tangents are tuples with one entry for each argument. A tangent has its primal's
        shape; it is 0 where the argument is not differentiated, and None where the argument is no
        real number or array.
        """
        if not callable(rule):
            raise TypeError(f"defjvp takes a function rule(primals, tangents), not {type(rule).__name__}")
        self.rule = rule
        return rule

    def __call__(self, /, *args, **kwargs):
        if any([_numbers(x) is not None for x in (*args, *kwargs.values())]):
            return self._differentiated(self._positional(args, kwargs))
        return self.f(*args, **kwargs)

    def _positional(self, args, kwargs):
        """All arguments in their positions, as the rule takes them."""
        if self.signature is None:
            import inspect  # NumPy 2.0 has not imported it, and dualad's import stays light
            try:
                self.signature = inspect.signature(self.f)
            except (TypeError, ValueError):       # compiled functions need not have one
                if kwargs:
                    raise
                return args
        if not kwargs and len(args) == len(self.signature.parameters):
            return args
        bound = self.signature.bind(*args, **kwargs)
        if bound.kwargs:
            raise TypeError("the arguments of a custom_jvp function that is differentiated must be positional, and "
                            f"{', '.join(bound.kwargs)} can be given by keyword only")
        bound.apply_defaults()                    # of keyword-only arguments too, which the rule does not see
        return bound.args

    def _differentiated(self, args):
        if self.rule is None:
            name = getattr(self.f, "__name__", type(self.f).__name__)
            raise TypeError(f"{name} has no rule for its derivative yet: give it one with "
                            "f.defjvp(lambda primals, tangents: (out, tangent_out))")
        numbers = [_numbers(x) for x in args]
        dtype = functools.reduce(joined_dtype, [x.dtype for x in numbers if x is not None])
        if is_complex(dtype):
            raise TypeError("a custom_jvp function takes real dual numbers, not complex ones: give it z.real and "
                            "z.imag, and put the result together with real + 1j * imag")
        kind = kind_of(np.empty(0, dtype))
        if kind[3]:
            raise TypeError(f"a custom_jvp function was given dual numbers that {OUTLIVED}")
        numbers = [None if x is None else x.astype(dtype) for x in numbers]
        if kind[2]:
            return self._second_order(args, numbers, dtype)
        return self._first_order(args, numbers, dtype)

    def _first_order(self, args, numbers, dtype):
        """The partials direction by direction: the rule is given floats."""
        with without_derivatives():
            return self._directions(args, numbers, dtype)

    def _directions(self, args, numbers, dtype):
        primals = tuple([x if dual is None else _plain(value(dual)) for x, dual in zip(args, numbers)])
        lanes = [None if dual is None else partials(dual) for dual in numbers]
        out, found = None, {}
        for k in range(partials(np.empty(0, dtype)).shape[-1]):
            if any([lane is not None and lane[..., k].any() for lane in lanes]):
                out, found[k] = self._apply(primals, [None if lane is None else _plain(lane[..., k])
                                                      for lane in lanes], args)
        if not found:                        # no direction has a part in the arguments
            out = self.f(*primals)
        results = [np.zeros(np.shape(part), dtype) for part in _parts(out)]
        for position, result in enumerate(results):
            value(result)[...] = _floats(_parts(out)[position])
            for k, along in found.items():
                partials(result)[..., k] = _floats(along[position])
        return _like(out, results)

    def _second_order(self, args, numbers, dtype):
        """The pairs column by column: the rule is given first-order numbers, of a level of its own."""
        rows, columns = pair_indices(np.empty(0, dtype))
        n = partials(np.empty(0, dtype)).shape[-1]
        given = [None if dual is None else (value(dual), partials(dual), pairs_of(dual)) for dual in numbers]
        level = Level()
        try:
            inner = level.seeded((0.0,), [(0, np.zeros(1), False)], n, 0, 0)[0].dtype
            primals = tuple([x if parts is None else _lifted(inner, parts[0], parts[1], slice(None))
                             for x, parts in zip(args, given)])
            out, found = None, {}
            for j in np.unique(columns):
                pairs = np.flatnonzero(columns == j)
                if any([parts is not None and (parts[1][..., j].any() or parts[2][..., pairs].any())
                        for parts in given]):
                    tangents = [None if parts is None else
                                _lifted(inner, parts[1][..., j], parts[2][..., pairs], rows[pairs]) for parts in given]
                    try:
                        out, along = self._apply(primals, tangents, args)
                    except TypeError as error:
                        raise TypeError("at second order the rule given to defjvp is itself differentiated, which "
                                        f"failed: {error}") from error
                    found[j] = pairs, [_taken_apart(part, level, n)[1] for part in along]
            if not found:
                out = self(*primals)
            results = [np.zeros(np.shape(part), dtype) for part in _parts(out)]
            for position, result in enumerate(results):
                value(result)[...], partials(result)[...] = _taken_apart(_parts(out)[position], level, n)
                for pairs, along in found.values():
                    pairs_of(result)[..., pairs] = along[position][..., rows[pairs]]
            return _like(out, results)
        finally:
            level.close()

    def _apply(self, primals, tangents, args):
        """(out, list of tangents) from the rule, checked."""
        tangents = tuple([_constant(x) if tangent is None else tangent for x, tangent in zip(args, tangents)])
        returned = self.rule(primals, tangents)
        if not isinstance(returned, (tuple, list)) or len(returned) != 2:
            raise TypeError("the rule given to defjvp must return a pair (out, tangent_out), not "
                            f"{type(returned).__name__}")
        out, along = returned
        parts, along = _parts(out), _parts(along)
        if len(parts) != len(along):
            raise TypeError(f"the rule given to defjvp returned {len(parts)} outputs and {len(along)} tangents")
        for part, tangent in zip(parts, along):
            if np.shape(part) != np.shape(tangent):
                raise ValueError(f"the rule given to defjvp returned a tangent of shape {np.shape(tangent)} for an "
                                 f"output of shape {np.shape(part)}")
        return out, along

    def __get__(self, instance, owner=None):
        return self if instance is None else functools.partial(self, instance)

    def __reduce__(self):
        if is_global(self):
            return self.__qualname__
        return CustomJVP, (self.f, self.rule)

    def __repr__(self):
        return f"<custom_jvp of {self.f!r}>"


def _numbers(x):
    """An argument as an array of dual numbers; None where there are none in it."""
    if slot_of(x) >= 0:
        return np.asarray(x)
    if isinstance(x, (list, tuple)):
        dtypes = set()
        add_dtypes(x, dtypes)
        return joined(x) if dtypes else None
    if isinstance(x, np.ndarray) and x.dtype.kind == "O" and any([slot_of(item) >= 0 for item in x.flat]):
        return joined(x.tolist())
    return None


def _parts(out):
    return list(out) if type(out) is tuple else [out]


def _like(out, results):
    results = [result.view(DualArray)[()] for result in results]
    return tuple(results) if type(out) is tuple else results[0]


def _plain(x):
    """A copy that compiled code can take; a number for a number."""
    return np.array(x, np.float64, order="C")[()]


def _constant(x):
    """The tangent of an argument that is not differentiated."""
    try:
        array = np.asarray(x)
    except (TypeError, ValueError):
        return None
    return np.zeros(array.shape)[()] if array.dtype.kind in "fiu" else None


def _lifted(dtype, values, lanes, where):
    number = np.zeros(values.shape, dtype)
    value(number)[...] = values
    partials(number)[..., where] = lanes
    return number.view(DualArray)[()]


def _floats(part):
    array = np.asarray(part)
    if kind_of(array) is not None or array.dtype.kind not in "fiub":
        raise _not_floats(array)
    return array


def _taken_apart(part, level, n):
    """(values, partials) of this level's numbers, or of floats."""
    array = np.asarray(part)
    kind = kind_of(array)
    if kind is None:
        return _floats(array), np.zeros((*array.shape, n))
    if kind[:2] != (level.slot, -1):
        raise _not_floats(array)
    return value(array), partials(array)


def _not_floats(array):
    if kind_of(array) is not None:
        return TypeError("the rule given to defjvp used dual numbers that are not among its arguments: pass them "
                         "to the function as arguments instead of through a closure")
    return TypeError(f"the rule given to defjvp must return real numbers or arrays of them, not {array.dtype.name}")
