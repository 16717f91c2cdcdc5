"""einsum and its relatives, against themselves at complex arguments."""

import numpy as np
import pytest
from support.tangents import same_bits, tangents_by_complex_step

import dualad

RNG = np.random.default_rng(8)


def check(function, *operands, k=2):
    """Each operand alone, and all together."""
    values = [np.asarray(x, dtype=float) for x in operands]
    directions = [np.random.default_rng(i).normal(size=(*x.shape, k)) for i, x in enumerate(values)]
    duals = [dualad.seed(x, d) for x, d in zip(values, directions, strict=True)]
    expected = []
    for i in range(len(values)):
        def alone(x, i=i):
            return function(*values[:i], x, *values[i + 1:])
        result = alone(duals[i])
        assert same_bits(dualad.value(result), alone(values[i]))
        expected.append(tangents_by_complex_step(alone, values[i], directions[i]))
        np.testing.assert_allclose(dualad.partials(result), expected[-1], rtol=1e-12, atol=1e-13)
    result = function(*duals)
    assert same_bits(dualad.value(result), function(*values))
    np.testing.assert_allclose(dualad.partials(result), sum(expected), rtol=1e-12, atol=1e-13)
    assert isinstance(result, (dualad.DualArray, dualad.Dual))


def random(*shape):
    return RNG.normal(size=shape)


A, B, C = random(3, 4), random(4, 5), random(5, 3)


@pytest.mark.parametrize(("subscripts", "operands"), [
    ("ij,jk->ik", (A, B)), ("ij,jk->ki", (A, B)), ("ij,jk", (A, B)), ("ji", (A,)), ("ij->", (A,)),
    ("ij->j", (A,)), ("ii", (random(4, 4),)), ("ii->i", (random(4, 4),)), ("iij->ji", (random(3, 3, 2),)),
    ("ij,jk,kl->il", (A, B, C)), ("ij,jk,ki->", (A, B, C)),
    ("...ij,...jk->...ik", (random(2, 3, 4), random(2, 4, 2))), ("...ij,jk->ik...", (random(2, 3, 4), B)),
    ("i...,i...", (random(3, 2), random(3, 2))), ("...,...", (A, A)),
    ("i,j->ij", (random(3), random(4))), ("i,i", (random(3), random(3))), (" ij , jk -> ik ", (A, B)),
    ("ab,ba", (A, A.T)), ("i,->i", (random(3), random())), ("ij,j", (A, random(4))), ("ij,ij->ij", (A, A)),
    ("...i->...", (random(2, 3),)), ("ij...,j->i...", (random(2, 3, 2), random(3))), ("Zz,zA->ZA", (A, B)),
])
@pytest.mark.parametrize("optimize", [False, True, "optimal"])
def test_einsum(subscripts, operands, optimize):
    check(lambda *x: np.einsum(subscripts, *x, optimize=optimize), *operands)


def test_einsum_with_lists_of_axes():
    check(lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]), A, B)
    check(lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), A, B)
    check(lambda a, b: np.einsum(a, [Ellipsis, 1], b, [1, 2], [Ellipsis, 2]), A, B)


def test_einsum_of_one_array_twice_and_out():
    x = random(3, 3)
    d = dualad.seed(x)
    square = np.einsum("ij,jk", d, d)
    np.testing.assert_allclose(dualad.partials(square), dualad.partials(d @ d), rtol=1e-14)
    out = np.zeros_like(d)
    assert np.einsum("ij,jk", d, d, out=out) is out
    assert same_bits(dualad.value(out), np.einsum("ij,jk", x, x))
    with pytest.raises(TypeError, match="derivatives would be lost"):
        np.einsum("ij,jk", d, d, out=np.zeros((3, 3)))
    with pytest.raises(TypeError):
        np.einsum("ij,jk", d, d, dtype=np.float32)


def test_einsum_gives_views_as_numpy_does():
    d = dualad.seed(random(3, 3))
    view = np.einsum("ii->i", d)
    view[...] = 0.0
    assert dualad.value(d).trace() == 0.0 and dualad.partials(d)[0, 0].sum() == 0.0
    assert type(view) is dualad.DualArray


def test_einsum_gives_views_of_fields():
    x = dualad.seed(RNG.normal(size=(2, 3)), order=2)
    record = np.zeros(x.shape, np.dtype([("pad", np.int8), ("x", x.dtype)]))
    record["x"] = x
    turned = np.einsum("ij->ji", record["x"].view(dualad.DualArray))
    assert np.may_share_memory(turned, record)
    for part in (dualad.value, dualad.partials, dualad.second):
        assert same_bits(part(turned), part(x).swapaxes(0, 1))


def test_zero_tangents_stay_out_of_infinities():
    x = dualad.seed([0.0, 1.0], np.array([[1.0, 0.0], [0.0, 0.0]]))
    for product in (np.dot(x, [np.inf, 2.0]), np.einsum("i,i", x, [np.inf, 2.0]),
                    np.tensordot(x, [np.inf, 2.0], 1),
                    np.einsum("i,i", [np.inf, 2.0], x), np.dot([np.inf, 2.0], x), np.inner(x, [np.inf, 2.0])):
        assert dualad.partials(product).tolist() == [np.inf, 0.0]
    m = np.array([[np.nan, 1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(dualad.partials(np.einsum("ij,j->i", m, x)), [[np.nan, 0], [2, 0]])


@pytest.mark.parametrize(("a", "b"), [
    ((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((3, 4), (4, 5)), ((2, 3, 4), (4,)), ((2, 3, 4), (5, 4, 2)),
    ((), (3,)), ((3, 2), ()), ((0,), (0,)), ((3, 0), (0, 2)), ((1, 1), (1, 1)),
])
def test_dot(a, b):
    check(np.dot, random(*a), random(*b))
    check(lambda x, y: x.dot(y) if type(x) is dualad.DualArray else np.dot(x, y), random(*a), random(*b))


@pytest.mark.parametrize(("a", "b"), [((4,), (4,)), ((3, 4), (5, 4)), ((2, 3, 4), (4,)), ((4,), (2, 4)),
                                      ((), (3,))])
def test_inner(a, b):
    check(np.inner, random(*a), random(*b))


@pytest.mark.parametrize("axes", [0, 1, 2, ([1, 0], [0, 1]), (1, 0), ([-1], [0])])
def test_tensordot(axes):
    right = random(4, 3, 2) if axes == ([1, 0], [0, 1]) else random(4, 4, 3)
    check(lambda a, b: np.tensordot(a, b, axes), random(3, 4, 4), right)


def test_other_products():
    check(np.outer, random(3), random(2, 2))
    check(np.kron, random(2, 2), random(3))
    check(np.convolve, random(5), random(3))
    check(lambda a, b: np.correlate(a, b, "full") if not np.iscomplexobj(a) and not np.iscomplexobj(b)
          else np.convolve(a, b[::-1]), random(5), random(3))
    x, y = random(2, 3), random(2, 3)
    d, e = dualad.seed(x), dualad.seed(y)
    assert same_bits(dualad.value(np.vdot(d, e)), np.vdot(x, y))
    np.testing.assert_allclose(dualad.partials(np.vdot(d, y)), y.ravel(), rtol=0)
    np.testing.assert_allclose(dualad.partials(np.vdot(d, e)), (x + y).ravel(), rtol=0)


def test_bits_of_products_in_every_layout():
    big = RNG.normal(size=(70, 66))
    d = dualad.seed(big, np.ones((*big.shape, 1)))
    makers = [lambda t: t[:66], lambda t: t[:66].T, lambda t: t[2:68][::-1], lambda t: t[:66, ::-1],
              lambda t: t[::2].repeat(2, 0)[:66], lambda t: t[:66].T[::1],
              lambda t: np.broadcast_to(t[0], (66, 66))]
    for left in makers:
        for right in makers:
            for function in (np.dot, np.inner, lambda a, b: np.tensordot(a, b, 1), lambda a, b: a @ b,
                             lambda a, b: np.dot(a, b[:, 0]), lambda a, b: np.dot(a[0], b[:, 1])):
                assert same_bits(dualad.value(function(left(d), right(d))), function(left(big), right(big)))


def laid_out(dual, order):
    """A copy in C or Fortran order, in every second place, or of overlapping windows."""
    if order in "CF":
        return np.array(dual, order=order)
    if order == "wide":
        room = np.zeros([2 * n for n in dual.shape], dual.dtype)[::2, ::2]
        room[...] = dual
        return room
    return np.lib.stride_tricks.sliding_window_view(dual.ravel().copy(), dual.shape[1])[:dual.shape[0]]


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("into", ["C", "F", "wide", "left", "right"])
def test_bits_of_products_into_every_layout(into, is_complex):
    """BLAS takes another way where out= lies by columns, and none where rows of windows overlap."""
    for left in ("C", "F", "wide", "windows"):
        for right in ("C", "F", "wide", "windows"):
            results = []
            for dtype in (None, np.dtype("complex" if is_complex else "float")):
                rng = np.random.default_rng(3)
                made = []
                for order in (left, right, into if into not in ("left", "right") else "C"):
                    x = dualad.seed(rng.normal(size=(9, 9)), rng.normal(size=(9, 9, 2)))
                    x = np.asarray(x + 1j * x * x if is_complex else x)
                    made.append(laid_out(x if dtype is None else dualad.value(x), order))
                a, b, out = made
                if (into == "left" and left == "windows") or (into == "right" and right == "windows"):
                    continue                                        # not to be written to
                out = {"left": a, "right": b}.get(into, out)
                found = [a @ b, np.matmul(a, a.T), np.matvec(a, b) if hasattr(np, "matvec") else a @ b[0]]
                if hasattr(np, "vecmat") and dtype is None:
                    found.append(np.vecmat(a, b, out=laid_out(made[2], into if into in ("F", "wide") else "C")))
                elif hasattr(np, "vecmat"):
                    found.append(np.vecmat(a, b))           # NumPy's is wrong where out= is not contiguous
                results.append([*found, np.matmul(a, b, out=out)])
            for found, expected in zip(*(results or [[], []]), strict=True):
                assert dualad.value(found).tobytes() == np.ascontiguousarray(expected).tobytes(), (left, right)
