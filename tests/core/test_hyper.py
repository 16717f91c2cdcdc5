"""Hyper-dual numbers: what their second derivatives are.

That they behave as dual numbers do in everything else is tested by the batteries over all kinds.
"""

from __future__ import annotations

import copy
import math
import operator
import pickle

import numpy as np
import pytest
from support.compare import SPECIAL, close, flags_of, same_bits
from support.second import check_second, hyper, pairs_of, second_by_differences

import dualad
from dualad import HyperDual, _core

PATTERNS = ("HyperDual1", "HyperDual3", "HyperDual8", "HyperDual11", "HyperDualDiagonal1", "HyperDualDiagonal5",
            "HyperDual1x1", "HyperDual1x2", "HyperDual3x2")
RULES = [row for row in _core.RULES if row["kind"] != "FUNCTION1"]
IN_SCIPY = [row["name"] for row in RULES if row["kind"].startswith("SPECIAL")]
#: where all derivatives of a function of one argument are smooth; the first one with finite values is taken
INTERVALS = ((0.2, 0.9), (1.2, 2.5), (-0.9, -0.2))


def ufunc_of(rule):
    if rule["name"] in IN_SCIPY:
        return getattr(pytest.importorskip("scipy.special"), rule["ufunc"])
    return getattr(np, rule["ufunc"])


def draw(ufunc, shape, seed=0):
    rng = np.random.default_rng(seed)
    if ufunc.nin == 2:
        return [rng.uniform(0.2, 0.9, shape), rng.uniform(1.1, 1.9, shape)]
    with np.errstate(all="ignore"):
        for interval in INTERVALS:
            x = rng.uniform(*interval, shape)
            if np.isfinite(ufunc(x)).all():
                return [x]
    raise AssertionError("nowhere finite")


def outer(a, b):
    return a[..., :, None] * b[..., None, :]


def chain(name, *arguments):
    """(partials, second) by the rule's derivatives and the chain rule, written with plain arrays.

    Second derivatives are those of all pairs.
    """
    points = np.broadcast_arrays(*[dualad.value(x) for x in arguments])
    each = zip(*[p.ravel() for p in points], strict=True)
    table = np.array([_core.rule_derivatives(name, *point) for point in each])
    table = table.reshape((*points[0].shape, -1))
    first = [table[..., k, None] for k in range(len(arguments))]
    if len(arguments) == 1:
        crossed = {(0, 0): table[..., 1, None, None]}
    else:
        xx, xy, yy = np.moveaxis(table[..., 2:, None, None], -3, 0)
        crossed = {(0, 0): xx, (0, 1): xy, (1, 0): xy, (1, 1): yy}
    moving = [k for k, x in enumerate(arguments) if _core.slot_of(x) >= 0]
    g = {k: dualad.partials(arguments[k]) for k in moving}
    partials = sum(first[k] * g[k] for k in moving)
    second = sum(first[k][..., None] * dualad.second(arguments[k]) for k in moving)
    second = second + sum(crossed[j, k] * outer(g[j], g[k]) for j in moving for k in moving)
    return partials, second


def held(dtype):
    n = dualad.partials(np.empty(0, dtype)).shape[-1]
    mask = np.zeros((n, n), dtype=bool)
    for i, j in pairs_of(dtype):
        mask[i, j] = mask[j, i] = True
    return mask


def check_chain(name, ufunc, *arguments):
    found = ufunc(*arguments)
    same_bits(dualad.value(found), ufunc(*[np.array(dualad.value(x)) for x in arguments]))
    partials, second = chain(name, *arguments)
    scale = np.abs(second).max(initial=1.0)
    close(dualad.partials(found), partials)
    close(dualad.second(found), second * held(found.dtype), atol=1e-14 * scale)
    same_bits(dualad.second(found), np.swapaxes(dualad.second(found), -1, -2))


# ---- the register --------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_ufuncs_follow_the_chain_rule(rule):
    ufunc = ufunc_of(rule)
    for pattern in PATTERNS:
        for size in (1, 2, 7, 130) if pattern == "HyperDual3" else (5,):
            points = draw(ufunc, size)
            x = [hyper(p, pattern, seed=k) for k, p in enumerate(points)]
            check_chain(rule["name"], ufunc, *x)
            if ufunc.nin == 2:
                check_chain(rule["name"], ufunc, x[0], points[1])
                check_chain(rule["name"], ufunc, points[0], x[1])
                check_chain(rule["name"], ufunc, x[0][:1], x[1])


@pytest.mark.parametrize("n", range(1, 10))
def test_triangles_of_every_size(n):
    """Up to 8 directions have code of their own."""
    for name in ("multiply", "divide", "sqrt", "exp", "arctan2", "negative"):
        ufunc = getattr(np, name)
        points = draw(ufunc, 3)
        x = [hyper(p, f"HyperDual{n}", seed=k) for k, p in enumerate(points)]
        check_chain(name, ufunc, *x)
        before = [dualad.second(item).copy() for item in x]
        expected = ufunc(*x)
        for bad in (np.inf, np.nan, 1e308):
            moved = [item.copy() for item in x]
            for item in moved:
                dualad.partials(item)[..., 0] = bad
                dualad.partials(item)[..., 1:] = 0.0
                _core.second_parts(item)[0][...] = 0.0
            with np.errstate(all="ignore"):
                found = ufunc(*moved)
            assert not dualad.partials(found)[..., 1:].any() and not dualad.second(found)[..., 1:, :].any(), name
            if name not in ("negative",) and bad != 1e308:
                assert not np.isfinite(dualad.second(found)[..., 0, 0]).any()
        for item, second in zip(x, before, strict=True):
            same_bits(dualad.second(item), second)
        out = x[0].copy()
        same_bits(dualad.second(ufunc(out, *x[1:], out=out)), dualad.second(expected))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_every_layout_gives_the_same(rule):
    ufunc = ufunc_of(rule)
    points = draw(ufunc, 6)
    x = [hyper(p, seed=k) for k, p in enumerate(points)]
    expected = ufunc(*x)

    def same(found, k=slice(None)):        # but for last bits that NumPy's float loops leave open
        close(dualad.value(found), dualad.value(expected)[k])
        close(dualad.partials(found), dualad.partials(expected)[k])
        close(dualad.second(found), dualad.second(expected)[k])

    same(ufunc(*[np.asarray(item) for item in x]))
    same(ufunc(*[np.repeat(item, 2)[::2] for item in x]))
    same(ufunc(*[item[::-1].copy()[::-1] for item in x]))
    same(ufunc(*[item.astype(item.dtype.newbyteorder()) for item in x]))
    same(ufunc(*[item.reshape(2, 3) for item in x]).ravel())
    out = np.zeros_like(x[0])
    assert ufunc(*x, out=out) is out
    same(out)
    for k in range(len(x)):                                        # over an operand
        operands = [item.copy() for item in x]
        ufunc(*operands, out=operands[k])
        same(operands[k])
    for k in range(6):
        same(ufunc(*[item[k] for item in x]), k)                   # scalars
        same(ufunc(*[item[k:k + 1].reshape(()) for item in x]), k)
    where = np.arange(6) % 2 == 0
    out = np.zeros_like(x[0])
    ufunc(*x, out=out, where=where)
    same(out[where], where)
    assert not dualad.second(out)[~where].any()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_first_order_is_that_of_dual_numbers_everywhere(rule):
    """Also at infinities, NaN, zeros and at the ends of range, and still directions stay still."""
    ufunc = ufunc_of(rule)
    grid = np.meshgrid(*[np.array(SPECIAL)] * ufunc.nin)
    points = [g.ravel() for g in grid]
    with np.errstate(all="ignore"):
        x = [hyper(p, still=[1], seed=k) for k, p in enumerate(points)]
        y = [dualad.seed(p, dualad.partials(item)) for p, item in zip(points, x, strict=True)]
        found, expected = ufunc(*x), ufunc(*y)
    same_bits(dualad.value(found), dualad.value(expected))
    np.testing.assert_allclose(dualad.partials(found), dualad.partials(expected), rtol=1e-15, atol=0)
    assert not dualad.partials(found)[:, 1].any()
    second = dualad.second(found)
    assert not second[:, 1].any() and not second[:, :, 1].any()
    same_bits(second, np.swapaxes(second, -1, -2))


@pytest.mark.parametrize("f", [lambda x: 1 / x, lambda x: np.divide(x, x * x), np.log])
def test_still_directions_stay_still_where_a_factor_overflows(f):
    second = dualad.second(f(dualad.seed([1e-70], [[1e200, 0.0]], order=2)))
    assert not second[0, 1].any() and not second[0, :, 1].any()


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule["name"] not in IN_SCIPY], ids=lambda rule: rule["name"])
def test_flags_are_those_of_the_values(rule):
    ufunc = ufunc_of(rule)
    for pattern in ("HyperDual3", "HyperDual1x2"):
        for point in (0.5, 0.0, -1.0, 1e300, 1e-300, np.inf):
            x = [hyper(np.array([point]), pattern) for _ in range(ufunc.nin)]
            for item in x:
                dualad.partials(item)[...] = 1e200
            found = flags_of(lambda x=x: ufunc(*x))[1]
            expected = flags_of(lambda point=point: ufunc(*[np.array([point])] * ufunc.nin))[1]
            assert found == expected, (point, found, expected)


# ---- scalars -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow,
                                     operator.mod, operator.floordiv], ids=lambda f: f.__name__)
def test_operators_of_scalars_and_arrays_agree(operate, pattern):
    x, y = hyper([0.7, 1.3], pattern), hyper([1.9, 0.4], pattern, seed=2)
    for other in (y, 2, 0.5, np.float64(1.5), np.float32(0.25), np.int8(3), True):
        array = operate(x, other), operate(other, x)
        for k in range(2):
            scalar = other[k] if other is y else other
            for found, expected in zip((operate(x[k], scalar), operate(scalar, x[k])), array, strict=True):
                assert type(found) is type(x[k])
                close(found.value, dualad.value(expected)[k], rtol=1e-15, atol=0)
                close(found.partials, dualad.partials(expected)[k], rtol=1e-14)
                close(found.second, dualad.second(expected)[k], rtol=1e-14)


def test_the_classical_form():
    x = HyperDual(0.7, 1.0, 1.0, 0.0)
    for f, second in [
        (lambda t: t**3, 6 * 0.7), (lambda t: 1 / t, 2 / 0.7**3), (np.sin, -math.sin(0.7)),
        (lambda t: np.exp(np.sin(t)), math.exp(math.sin(0.7)) * (math.cos(0.7) ** 2 - math.sin(0.7))),
        (lambda t: np.exp(t) / np.sqrt(np.sin(t) ** 3 + np.cos(t) ** 3), None),
        (lambda t: t.sqrt() if hasattr(t, "sqrt") else np.sqrt(t), -0.25 * 0.7**-1.5), (lambda t: -abs(t), 0.0),
        (lambda t: t**t, 0.7**0.7 * ((math.log(0.7) + 1) ** 2 + 1 / 0.7)),
        (lambda t: 2**t, 2**0.7 * math.log(2) ** 2),
    ]:
        y = f(x)
        if second is None:
            z = f(dualad.seed(0.7, order=2))
            z = z[()]
            close([y.value, y.eps1, y.eps12], [z.value, z.partials[0], z.second[0, 0]])
        else:
            close(y.eps12, second)
        assert y.eps1 == y.eps2
    x, y = HyperDual(2.0, 1.0, 0.0, 0.0), HyperDual(3.0, 0.0, 1.0, 0.0)
    assert (x**2 * y**3).eps12 == 4 * 27
    with pytest.raises(AttributeError, match="classical form"):
        _ = HyperDual(1.0, [1.0], [[0.0]]).eps12


def test_constructing():
    x = HyperDual(1.0, [1.0, 2.0], [[1.0, 2.0], [2.0, 3.0]])
    assert (x.value, x.partials.tolist(), x.second.tolist()) == (1.0, [1, 2], [[1, 2], [2, 3]])
    for arguments, error in [
        ((), TypeError), ((1.0,), TypeError), ((1.0, [1.0]), TypeError), ((1.0, 2.0, 3.0), ValueError),
        ((1.0, [1.0], [[1.0, 2.0], [2.0, 1.0]]), ValueError), ((1j, 1.0, 1.0, 1.0), TypeError),
        ((1.0, [1.0, 1.0], [[1.0, 2.0], [3.0, 1.0]]), ValueError),
        ((1.0, [], np.zeros((0, 0))), ValueError), (("1", [1.0], [[1.0]]), TypeError),
        ((1.0, 1.0, 1.0, 1.0, 1.0), TypeError), ((dualad.Dual(1.0, [1.0]), 1.0, 1.0, 0.0), TypeError),
        ((x, [1.0], [[1.0]]), TypeError), ((1.0, ["a"], [[1.0]]), (TypeError, ValueError)),
        ((1.0, [x], [[1.0]]), TypeError), ((1.0, [1j], [[1.0]]), TypeError),
    ]:
        with pytest.raises(error):
            HyperDual(*arguments)
    with pytest.raises(TypeError):
        HyperDual(1.0, partials=[1.0], second=[[1.0]])
    with pytest.raises(TypeError, match="subclass"):
        type("Mine", (HyperDual,), {})(1.0, [1.0], [[1.0]])
    three, classical = dualad.HyperDual3, type(HyperDual(1.0, 1.0, 1.0, 0.0))
    assert three(2.0).second.shape == (3, 3) and not three(2.0).partials.any()
    assert classical(1.0, [2.0, 3.0], [[0.0, 4.0], [4.0, 0.0]]).eps12 == 4.0 == classical(1.0, 2.0, 3.0, 4.0).eps12
    for cls, arguments, error, match in [
        (three, (1.0, [7.0], [[5.0]]), ValueError, "takes 3 partials, not 1"),
        (three, (1.0, 1.0, 1.0, 0.0), TypeError, "not 4 arguments"),
        (classical, (1.0, [1.0, 1.0], np.eye(2)), ValueError, "does not carry all pairs"),
        (HyperDual, (), TypeError, "not 0 arguments"), (HyperDual, ("1", 1.0, 1.0, 0.0), TypeError, "HyperDual's part"),
    ]:
        with pytest.raises(error, match=match):
            cls(*arguments)


def test_mixing_is_refused_with_a_reason():
    x = hyper([1.0])
    for other in (hyper([1.0], "HyperDual2"), hyper([1.0], "HyperDualDiagonal3"), hyper([1.0], "HyperDual1x2"),
                  dualad.seed([1.0], np.ones((1, 3))), dualad.seed([1.0])):
        for a, b in ((x, other), (other, x), (x[0], other), (x, other[0]), (x[0], other[0])):
            for operate in (operator.add, operator.mul, np.hypot, operator.lt, np.matmul):
                if operate is np.matmul and not (np.ndim(a) and np.ndim(b)):
                    continue
                if operate is operator.lt and not (np.ndim(a) or np.ndim(b)):
                    continue
                with pytest.raises(TypeError, match=r"pattern|which direction"):
                    operate(a, b)
        with pytest.raises(TypeError):
            x[0] = other[0]
        with pytest.raises(TypeError, match=r"pattern|which direction"):
            np.concatenate([x, other])


def test_losing_the_derivatives_is_refused():
    x = hyper([1.0])
    for lose in (float, int, complex, math.sin, hash, lambda t: np.zeros(1).__setitem__(0, t)):
        with pytest.raises(TypeError):
            lose(x[0])
    with pytest.raises(TypeError):
        np.zeros(1)[...] = x
    with pytest.raises(TypeError):
        x.astype(dualad.dual_dtype(3))


# ---- reductions and products ---------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["HyperDual3", "HyperDualDiagonal5", "HyperDual1x2"])
@pytest.mark.parametrize("function", [
    np.add.reduce, np.multiply.reduce, np.maximum.reduce, np.hypot.reduce, np.logaddexp.reduce,
    np.subtract.reduce, np.true_divide.reduce, np.add.accumulate, np.multiply.accumulate,
    lambda x: np.add.reduceat(x * x, [0, 2], axis=1), lambda x: np.multiply.outer(x, x), lambda x: x.sum(),
    lambda x: x.prod(axis=(0, 1)), lambda x: x.mean(axis=1), lambda x: x.std(),
    lambda x: np.sum(x * x, axis=0, keepdims=True), lambda x: np.sum(x, where=x > 0.5, initial=2.0),
    lambda x: np.multiply.reduce(x, axis=None), lambda x: np.sum(x.T[::-1], axis=0),
    lambda x: (x**3).sum(-1),
])
def test_reductions(function, pattern):
    check_second(function, hyper(np.random.default_rng(4).uniform(0.2, 1.5, (3, 4)), pattern))


@pytest.mark.parametrize("size", [1, 2, 9, 100, 1001])
def test_long_sums_and_products_are_their_elements_one_by_one(size):
    for pattern in ("HyperDual3", "HyperDual1x2", "HyperDualDiagonal5"):
        x = hyper(np.random.default_rng(size).uniform(0.99, 1.01, size), pattern)
        close(dualad.second(x.sum()), dualad.second(x).sum(axis=0), rtol=1e-11)
        product = x[0]
        for item in x[1:]:
            product = product * item
        close(dualad.second(x.prod()), product.second, rtol=1e-9, atol=1e-9)
        same_bits(dualad.second(np.cumsum(x)[-1:]), [sum(x[1:], x[0]).second])


def test_infinite_lanes_of_a_matrix_stay_out_of_directions_at_rest():
    rng = np.random.default_rng(2)
    a = hyper(rng.normal(size=(7, 6)), seed=1, still=(1, 2))
    b = hyper(rng.normal(size=(6, 5)), seed=2, still=(1, 2))
    expected = dualad.second(a @ b)
    assert not expected[..., 1:, :].any()
    dualad.partials(a)[0, 0, 0] = np.inf
    found = dualad.second(a @ b)
    assert not found[..., 1:, :].any() and not np.isfinite(found[0, :, 0, 0]).any()
    close(found[1:], expected[1:])


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("a_shape", "b_shape"), [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (3, 2)), ((1, 1), (1, 1)),
    ((2, 0), (0, 2)), ((20, 17), (17, 9)),
])
def test_matmul(a_shape, b_shape, pattern):
    rng = np.random.default_rng(1)
    a, b = hyper(rng.normal(size=a_shape), pattern), hyper(rng.normal(size=b_shape), pattern, seed=3)

    def product(x, y):                     # x, y with axes of lanes in front
        rows, columns = x if a.ndim > 1 else x[..., None, :], y if b.ndim > 1 else y[..., :, None]
        found = rows @ columns
        found = found if a.ndim > 1 else found[..., 0, :]
        return found if b.ndim > 1 else found[..., 0]

    def parts(x):
        n = dualad.partials(x).shape[-1]
        return (dualad.value(x), np.moveaxis(dualad.partials(x), -1, 0),
                np.moveaxis(dualad.second(x), (-2, -1), (0, 1)).reshape(n, n, *x.shape))

    (u, gu, hu), (v, gv, hv) = parts(a), parts(b)
    pad = (1,) * (max(a.ndim, 2) - max(b.ndim, 2))   # lanes' axes are in front of those that broadcast
    w, gw, hw = v, gv.reshape(len(gv), *pad, *b.shape), hv.reshape(*hv.shape[:2], *pad, *b.shape)
    crossed = product(gu[:, None], gw[None, :])
    crossed = crossed + np.swapaxes(crossed, 0, 1)
    cases = [
        (a, b, product(hu, w) + product(u, hw) + crossed),
        (a, v, product(hu, w)),
        (u, b, product(u, hw)),
    ]
    for x, y, second in cases:
        for layout in (lambda t: t, lambda t: np.asarray(t)[..., ::-1].copy()[..., ::-1],
                       lambda t: np.asarray(t).T.copy().T):
            found = np.matmul(layout(x), layout(y))
            expected = np.moveaxis(second, (0, 1), (-2, -1)) * held(found.dtype)
            close(dualad.second(found), expected, rtol=1e-11, atol=1e-12)
            same_bits(dualad.second(found), np.swapaxes(dualad.second(found), -1, -2))
    squared = hyper(rng.normal(size=(3, 3)), pattern)
    check_second(lambda t: t @ t, squared)


# ---- arrays --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_moves_elements_moves_all_their_lanes(pattern):
    x = hyper([3.0, -1.0, 2.0, 0.5, 7.0, -4.0], pattern)
    order = np.argsort(dualad.value(x))
    grid, grid_second = x.reshape(2, 3), dualad.second(x).reshape(2, 3, *dualad.second(x).shape[1:])
    for found, expected in [
        (np.sort(x), dualad.second(x)[order]), (x[::-1], dualad.second(x)[::-1]),
        (x[[2, 0, 2]], dualad.second(x)[[2, 0, 2]]), (x[x > 1], dualad.second(x)[dualad.value(x) > 1]),
        (x.take([1, -1]), dualad.second(x)[[1, -1]]), (np.repeat(x, 2), np.repeat(dualad.second(x), 2, axis=0)),
        (grid.T.copy(), grid_second.swapaxes(0, 1)), (np.where(x > 0, x, -x)[:1], dualad.second(x)[:1]),
        (np.concatenate([x, x]), np.concatenate([dualad.second(x)] * 2)),
        (np.array(list(x)), dualad.second(x)), (x.astype(object).astype(x.dtype), dualad.second(x)),
        (x.astype(x.dtype.newbyteorder()), dualad.second(x)),
        (copy.deepcopy(x), dualad.second(x)), (pickle.loads(pickle.dumps(x)), dualad.second(x)),
        (np.partition(x, 2)[2:3], dualad.second(x)[order[2:3]]), (x.max(), dualad.second(x)[order[-1]]),
        (np.choose([0, 1, 0, 1, 0, 1], [x, x[::-1]])[1], dualad.second(x)[4]),
    ]:
        same_bits(dualad.second(found), expected)
    assert np.argsort(x).tolist() == order.tolist() and np.searchsorted(np.sort(x), x[0]) == 4
    y = np.zeros_like(x)
    assert not dualad.second(y).any()
    y[:2], y[2] = x[3:5], x[5]
    same_bits(dualad.second(y)[:3], dualad.second(x)[3:])
    y[...] = 2.0
    assert not dualad.second(y).any() and not dualad.partials(y).any()
    np.copyto(y, x, where=dualad.value(x) > 1)
    same_bits(dualad.second(y)[0], dualad.second(x)[0])
    assert not dualad.second(y)[1].any()
    assert not dualad.second(np.ones(3).astype(x.dtype)).any()


def test_second_takes_all_that_holds_hyper_duals():
    x = hyper([1.0, 2.0])
    same_bits(dualad.second([x[0], x[1]]), dualad.second(x))
    same_bits(dualad.second(x.astype(object)), dualad.second(x))
    same_bits(dualad.second(x[0]), x[0].second)
    same_bits(dualad.second(x.astype(x.dtype.newbyteorder())), dualad.second(x))
    assert dualad.second(x[:0]).shape == (0, 3, 3) and dualad.second(x.reshape(2, 1)).shape == (2, 1, 3, 3)
    for other in (1.0, np.ones(2), dualad.seed([1.0])):
        with pytest.raises(TypeError, match="hyper-dual"):
            dualad.second(other)


def test_seeds_of_second_order():
    x = dualad.seed([[1.0, 2.0]], order=2)
    assert dualad.partials(x).tolist() == [[[1.0, 0.0], [0.0, 1.0]]] and not dualad.second(x).any()
    x = dualad.seed([1.0, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], order=2)
    assert x.dtype == dualad.dual_dtype(3, 2) and dualad.partials(x)[1].tolist() == [4.0, 5.0, 6.0]
    assert dualad.second(x[0] * x[1])[0].tolist() == [8.0, 13.0, 18.0]
    for order in (0, 3, 2.5, "2"):
        with pytest.raises((ValueError, TypeError)):
            dualad.seed([1.0], order=order)


# ---- two levels ----------------------------------------------------------------------------------


def test_numbers_of_two_levels_raise_when_one_has_ended():
    kept = []

    def inner(x):
        def f(y):
            z = x * y
            kept.append(z)
            kept.append(z[0])
            return z
        dualad.jacobian(f)(np.ones(2))
        for z in kept:
            for use in (lambda t: t + t, np.sin, lambda t: 2.0 * t, lambda t: -t, lambda t, x=x: t * x):
                with pytest.raises(TypeError, match="outlived"):
                    use(z)
        return x * 1.0

    dualad.jacobian(inner)(np.ones(2))
    for z in kept:
        with pytest.raises(TypeError, match="outlived"):
            z * 2.0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_mixed_second_derivatives_by_nesting(rule):
    """d2 f(x + y^2, y x) / dx dy by one derivative inside another, against the one-level number."""
    ufunc = ufunc_of(rule)
    points = [p[0] for p in draw(ufunc, 1)]

    def f(x, y):
        arguments = [points[0] + 0.1 * x * y + 0.01 * y * y, points[-1] + 0.1 * x - 0.1 * y * x]
        return ufunc(*arguments[:ufunc.nin])

    nested = dualad.derivative(lambda x: dualad.derivative(lambda y: f(x, y))(0.3))(0.2)
    close(nested, f(HyperDual(0.2, 1.0, 0.0, 0.0), HyperDual(0.3, 0.0, 1.0, 0.0)).eps12, rtol=1e-13)
    array = dualad.jacobian(lambda x: dualad.jacobian(lambda y: f(x, y))(np.array([0.3])))(np.array([0.2]))
    close(np.squeeze(array), nested, rtol=1e-13)


def test_the_reference_by_differences_sees_errors():
    x = hyper([0.5, 0.7])
    close(dualad.second(np.exp(x)), second_by_differences(np.exp, x), rtol=1e-8)
    assert np.abs(dualad.second(np.exp(x)) - second_by_differences(lambda t: np.exp(t * 1.001), x)).max() > 1e-5
