"""Distributions of scipy.stats: SciPy's values, and derivatives in the place, loc, scale and shapes.

SciPy's formulas of a distribution (``_logpdf``, ``_cdf``, ...) are NumPy code, and run on dual numbers
where the special functions in them do. Where they do not, the derivative of a distribution function in
its place is the density, and the quantile is found by the implicit function theorem.
"""

import numpy as np
from scipy import stats

from .distribution_formulas import FORMULAS
from .duals import (
    as_numbers,
    dtype_in,
    lane_counts,
    lanes_in,
    nilpotent,
    order_of,
    resting,
    stripped,
    value,
    with_lanes,
)
from .implicit import lifted

MOST_TERMS = 100_000


class Distribution:
    """A distribution of SciPy's; what is not here is SciPy's own."""

    def __init__(self, of):
        object.__setattr__(self, "of", of)

    def __getattr__(self, name):
        if name == "of":                        # before __init__, where a copy is made
            raise AttributeError(name)
        return getattr(self.of, name)

    def __setattr__(self, name, item):
        setattr(self.of, name, item)

    def __reduce__(self):
        return type(self), (self.of,)

    def __repr__(self):
        return repr(self.of)

    def __call__(self, *args, **kwds):
        frozen = self.of(*stripped(args), **stripped(kwds))
        frozen.args, frozen.kwds, frozen.dist = args, kwds, type(self)(frozen.dist)
        return frozen

    freeze = __call__

    # -- what is known of a distribution ---------------------------------------------------------------------

    def _apply(self, name, rule, x, args, kwds):
        """SciPy's values of a method, with the lanes of rule(x, shapes, loc, scale), one-dimensional arrays."""
        dtype = dtype_in(x, args, kwds)
        found = getattr(self.of, name)(stripped(x), *stripped(args), **stripped(kwds))
        if dtype is None:
            return found
        shapes, loc, scale = self.of._parse_args(*args, **kwds)
        numbers = [as_numbers(resting(item)) for item in (x, *shapes, loc, scale)]
        shape = np.broadcast_shapes(*[item.shape for item in numbers])
        x, *shapes, loc, scale = [np.broadcast_to(item, shape).reshape(-1) for item in numbers]
        with np.errstate(all="ignore"):
            lanes = lanes_in(dtype, rule(x, shapes, loc, scale))
        lanes[:, np.isnan(np.reshape(found, -1))] = np.nan
        return with_lanes(dtype, found, lanes.reshape(len(lanes), *shape))

    @property
    def _formulas(self):
        """Ours."""
        return FORMULAS.get(self.of.name, {})

    def _formula(self, name):
        """Ours, else SciPy's."""
        return self._formulas.get(name) or getattr(self.of, name)

    def _first_of(self, names, y, shapes):
        """The first formula of these that takes the numbers: its name and result."""
        for name in names:
            try:
                return name, self._formula(name)(y, *shapes)
            except TypeError:
                if dtype_in(y, shapes) is None:
                    raise
        raise TypeError(f"scipy.stats.{self.of.name} has no rule for dual numbers here (its formulas call functions "
                        "without one): use dualad.value(...) for what is not differentiated, or dualad.custom_jvp")

    def _inside(self, y, shapes):
        """Where there is a density: an infinite place is not in it, for no shift or scale moves it."""
        plain = [value(item) for item in shapes]
        known = np.isfinite(value(y)) & np.asarray(self.of._argcheck(*plain), bool)
        return self.of._support_mask(value(y), *plain) & known

    def _density(self, y, shapes, log=False):
        """pdf or logpdf in standard form, of places inside the support."""
        ours = "_logpdf" in self._formulas and "_pdf" not in self._formulas
        name, found = self._first_of(("_logpdf", "_pdf") if log or ours else ("_pdf", "_logpdf"), y, shapes)
        if (name == "_logpdf") == log:
            return found
        if log:
            return np.log(found)
        if ours and dtype_in(found) is not None:              # our logarithms may be differences of large numbers
            return self.of._pdf(value(y), *[value(item) for item in shapes]) * np.exp(nilpotent(found))
        return np.exp(found)

    def _placed(self, y, shapes, compute):
        """compute(y, shapes) where there is a density, else 0."""
        inside = self._inside(y, shapes)
        part = as_numbers(compute(y[inside], [shape[inside] for shape in shapes]))
        result = np.zeros(y.shape, part.dtype)
        result[inside] = part
        return result


class Continuous(Distribution):
    """A continuous distribution of SciPy's that takes dual numbers."""

    def pdf(self, x, *args, **kwds):
        def rule(x, shapes, loc, scale):
            return self._placed((x - loc) / scale, shapes, self._density) / scale
        return self._apply("pdf", rule, x, args, kwds)

    def logpdf(self, x, *args, **kwds):
        def rule(x, shapes, loc, scale):
            y = (x - loc) / scale
            found = self._placed(y, shapes, lambda y, s: self._density(y, s, log=True))
            return found - np.where(self._inside(y, shapes), np.log(scale), 0.0)
        return self._apply("logpdf", rule, x, args, kwds)

    def cdf(self, x, *args, **kwds):
        return self._apply("cdf", self._tail("_cdf", 1.0), x, args, kwds)

    def sf(self, x, *args, **kwds):
        return self._apply("sf", self._tail("_sf", -1.0), x, args, kwds)

    def logcdf(self, x, *args, **kwds):
        return self._apply("logcdf", self._tail("_logcdf", 1.0), x, args, kwds)

    def logsf(self, x, *args, **kwds):
        return self._apply("logsf", self._tail("_logsf", -1.0), x, args, kwds)

    def ppf(self, q, *args, **kwds):
        return self._apply("ppf", self._quantile("ppf", "_cdf", 1.0), q, args, kwds)

    def isf(self, q, *args, **kwds):
        return self._apply("isf", self._quantile("isf", "_sf", -1.0), q, args, kwds)

    def _tail(self, name, sign):
        """The rule of a distribution function in standard form."""
        def rule(x, shapes, loc, scale):
            def compute(y, shapes):
                return self._probability(name, sign, y, shapes)
            return self._placed((x - loc) / scale, shapes, compute)
        return rule

    def _probability(self, name, sign, y, shapes):
        """cdf or sf, or their logarithms.

        By our formula; else, where the shapes are plain numbers, from the derivative in the place.
        """
        if name in self._formulas or dtype_in(*shapes) is not None or dtype_in(y) is None:
            return self._first_of((name,), y, shapes)[1]
        at, move = value(y), nilpotent(y)
        middle = at + move / 2 if order_of(y.dtype) == 2 else at
        if name in ("_cdf", "_sf"):
            return getattr(self.of, name)(at, *shapes) + sign * move * self._density(middle, shapes)
        plain = getattr(self.of, name)(at, *shapes)
        if order_of(y.dtype) == 1:
            return plain + sign * move * np.exp(self.of._logpdf(at, *shapes) - plain)
        slope = sign * np.exp(self.of._logpdf(at, *shapes) - plain)
        hazard = np.exp(self._density(middle, shapes, log=True) - plain - slope * move / 2)
        return plain + sign * move * hazard

    def _quantile(self, method, name, sign):
        def rule(q, shapes, loc, scale):
            plain = [value(item) for item in shapes]
            y = getattr(self.of, method)(value(q), *plain)
            inside = np.isfinite(y) & (value(q) > 0) & (value(q) < 1)
            found = [shape[inside] for shape in shapes]
            moved = lifted(lambda at: self._probability(name, sign, at, found) - q[inside], y[inside],
                           dtype_in(q, loc, scale, *shapes), elementwise=True)
            moved = as_numbers(moved)
            lanes = np.zeros((lane_counts(moved.dtype)[1], *y.shape)) if dtype_in(moved) is not None else 0.0
            if dtype_in(moved) is not None:
                ends = self._ends(value(q) if sign > 0 else 1 - value(q), shapes)
                lanes[:, inside] = lanes_in(moved.dtype, moved)
                outer = np.where(lanes_in(moved.dtype, q) != 0, np.nan, lanes_in(moved.dtype, ends))
                lanes[:, ~inside] = outer[:, ~inside]
                y = with_lanes(moved.dtype, y, lanes)
            return y * scale + loc
        return rule

    def _ends(self, q, shapes):
        """Of the support, where q is 0 or 1, as shapes move them; elsewhere, and at infinity, 0."""
        low, high = self.of._get_support(*shapes)
        ends = np.where(q == 0, low, np.where(q == 1, high, 0.0))
        return np.where(np.isfinite(value(ends)), ends, 0.0)

    # -- moments -----------------------------------------------------------------------------------------------

    def mean(self, *args, **kwds):
        return self._moment("mean", lambda m, v, loc, scale: m * scale + loc, args, kwds)

    def var(self, *args, **kwds):
        return self._moment("var", lambda m, v, loc, scale: v * scale**2, args, kwds)

    def std(self, *args, **kwds):
        return self._moment("std", lambda m, v, loc, scale: np.sqrt(v) * scale, args, kwds)

    def median(self, *args, **kwds):
        return self.ppf(0.5, *args, **kwds)

    def interval(self, confidence, *args, **kwds):
        tail = (1.0 - as_numbers(confidence)) / 2
        return self.ppf(tail, *args, **kwds), self.ppf(1.0 - tail, *args, **kwds)

    def _moment(self, name, rule, args, kwds):
        dtype = dtype_in(args, kwds)
        found = getattr(self.of, name)(*stripped(args), **stripped(kwds))
        if dtype is None:
            return found
        shapes, loc, scale = self.of._parse_args(*args, **kwds)
        of_duals = dtype_in(shapes) is not None
        known = self._formula("_stats")(*map(as_numbers, shapes)) if of_duals else self.of._stats(*shapes)
        if known[0] is None or known[1] is None:
            raise TypeError(f"scipy.stats.{self.of.name}.{name} has no formula that takes dual numbers; give "
                            "dualad.value(...), or a rule with dualad.custom_jvp")
        return with_lanes(dtype, found, lanes_in(dtype, rule(*known[:2], loc, scale)))


class Discrete(Distribution):
    """A discrete distribution of SciPy's whose shapes may be dual numbers."""

    def pmf(self, k, *args, **kwds):
        return self._apply("pmf", self._rule(self._mass), k, args, kwds)

    def logpmf(self, k, *args, **kwds):
        return self._apply("logpmf", self._rule(lambda k, s: np.log(self._mass(k, s))), k, args, kwds)

    def cdf(self, k, *args, **kwds):
        return self._apply("cdf", self._rule(self._up_to), k, args, kwds)

    def sf(self, k, *args, **kwds):
        return self._apply("sf", self._rule(lambda k, s: -self._up_to(k, s)), k, args, kwds)

    def _rule(self, compute):
        def rule(k, shapes, loc, scale):
            if dtype_in(k, loc) is not None:
                raise TypeError(f"scipy.stats.{self.of.name}: whole numbers have no derivatives; give "
                                "dualad.value(k) and a plain loc")
            return compute(k - loc, shapes)
        return rule

    def _mass(self, k, shapes):
        def compute(k, shapes):
            name, found = self._first_of(("_logpmf", "_pmf"), k, shapes)
            return np.exp(found) if name == "_logpmf" else found
        return self._placed(np.asarray(k, float), shapes, compute)

    def _up_to(self, k, shapes):
        """The sum of all masses up to k."""
        total = []
        for n, *each in zip(np.floor(k), *shapes):
            low, high = [np.ravel(end)[0] for end in self.of._get_support(*[value(item) for item in each])]
            if not low <= n < high:                 # all or nothing, whatever the shapes
                total.append(0.0)
                continue
            if not n - low < MOST_TERMS:
                raise TypeError(f"scipy.stats.{self.of.name}.cdf of dual numbers sums up to {MOST_TERMS} masses only")
            terms = np.arange(low, n + 1)
            columns = [np.full(terms.shape, item) if dtype_in(item) is None else item + np.zeros(terms.shape)
                       for item in each]
            total.append(np.sum(self._mass(terms, columns)))
        return as_numbers(total)


def stand_in(name):
    """The distribution of this name that takes dual numbers."""
    of = getattr(stats, name)
    return Continuous(of) if isinstance(of, stats.rv_continuous) else Discrete(of)
