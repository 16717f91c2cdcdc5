"""Loops over complex dual numbers: reductions, products, overlap and strides, bit for bit; and their lanes."""

import itertools

import numpy as np
import pytest
from support.complexes import check_complex, close, complex_dual, random_complex, same_bits

import dualad


def dual(shape, seed=0, order=1):
    values, partials, second = random_complex(shape, seed)
    return complex_dual(values, partials, second if order == 2 else None)


VIEWS = {
    "whole": lambda z: z,
    "steps": lambda z: z[::2],
    "backwards": lambda z: z[::-1],
    "transposed": lambda z: z.T,
    "columns": lambda z: z[:, 1::3],
    "broadcast": lambda z: np.broadcast_to(z[:1], z.shape),
    "fortran": lambda z: np.asfortranarray(z),
    "swapped": lambda z: z.astype(z.dtype.newbyteorder()),
    "empty": lambda z: z[:0],
    "one": lambda z: z[:1, :1],
}


@pytest.mark.parametrize("name", VIEWS)
def test_reductions(name):
    view, z = VIEWS[name], dual((9, 130), 4)
    x, v = view(z), view(dualad.value(z))
    for function in (np.add, np.multiply, np.maximum, np.minimum, np.fmax):
        for axis in (0, 1, None):
            if v.size == 0 and function not in (np.add, np.multiply):
                with pytest.raises(ValueError, match="zero-size"):
                    function.reduce(x, axis=None)
                continue
            found = function.reduce(x, axis=axis)
            same_bits(dualad.value(found), function.reduce(v, axis=axis))
            if axis is not None:
                same_bits(dualad.value(function.accumulate(x, axis=axis)), function.accumulate(v, axis=axis))
    for axis, keepdims in itertools.product((0, 1), (False, True)):
        same_bits(dualad.value(x.sum(axis, keepdims=keepdims)), v.sum(axis, keepdims=keepdims))
        lanes = dualad.partials(x).sum(axis, keepdims=keepdims)
        close(dualad.partials(x.sum(axis, keepdims=keepdims)), lanes, 1e-13)
    same_bits(dualad.value(np.add.reduce(x, axis=0, initial=2j)), np.add.reduce(v, axis=0, initial=2j))
    where = np.arange(v.size).reshape(v.shape) % 3 > 0
    same_bits(dualad.value(np.add.reduce(x, axis=0, where=where)), np.add.reduce(v, axis=0, where=where))
    same_bits(dualad.value(np.mean(x, axis=0)) if v.size else 0j, np.mean(v, axis=0) if v.size else 0j)


def test_sums_of_negative_zeros_and_long_sums():
    for parts in itertools.product((0.0, -0.0), repeat=2):
        v = np.full(3, complex(*parts))
        z = np.zeros(3, dual((1,)).dtype)
        dualad.value(z.real)[...], dualad.value(z.imag)[...] = v.real, v.imag
        found, expected = dualad.value(z.sum()), v.sum()
        assert np.signbit([found.real, found.imag]).tolist() == np.signbit([expected.real, expected.imag]).tolist()
    z = dual((100_003,), 5)
    same_bits(dualad.value(z.sum()), dualad.value(z).sum())
    close(dualad.partials(z.sum()), dualad.partials(z).sum(axis=0), 1e-13)


@pytest.mark.parametrize("first", VIEWS)
@pytest.mark.parametrize("order", [1, 2])
def test_matrix_products(first, order):
    """Values by BLAS as NumPy takes it for complex128; lanes as products of parts."""
    if first == "empty":
        return
    a = VIEWS[first](dual((6, 9), 7, order))
    for second in VIEWS:
        b = VIEWS[second](dual((9, 6) if second != "transposed" else (6, 9), 8, order))
        k = min(a.shape[-1], b.shape[0])
        x, y = a[:, :k], b[:k]
        v, w = (dualad.value(part) for part in (x, y))
        for left, right, p, q in ((x, y, v, w), (x, w, v, w), (v, y, v, w)):
            found = left @ right
            close(dualad.value(found), p @ q, 1e-14)
            lanes = sum([np.einsum("ijn,jk->ikn", dualad.partials(left), q) if left is x else 0,
                         np.einsum("ij,jkn->ikn", p, dualad.partials(right)) if right is y else 0])
            close(dualad.partials(found), lanes, 1e-12)
            if order == 2:
                lanes = sum([np.einsum("ijmn,jk->ikmn", dualad.second(left), q) if left is x else 0,
                             np.einsum("ij,jkmn->ikmn", p, dualad.second(right)) if right is y else 0])
                if left is x and right is y:
                    cross = np.einsum("ijm,jkn->ikmn", dualad.partials(x), dualad.partials(y))
                    lanes = lanes + cross + np.swapaxes(cross, -1, -2)
                close(dualad.second(found), lanes, 1e-12)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 2), (16, 16, 16), (1, 40, 1), (40, 1, 40), (33, 7, 5),
                                   (0, 3, 2), (2, 0, 3)])
def test_matrix_products_have_numpys_bits(shape):
    rows, inner, columns = shape
    a, b = dual((rows, inner), 1), dual((inner, columns), 2)
    v, w = dualad.value(a), dualad.value(b)
    with np.errstate(all="ignore"):
        for x, y, p, q in ((a, b, v, w), (a, w, v, w), (v, b, v, w), (b.T, a.T, w.T, v.T), (a, a.T, v, v.T),
                           (a[::-1], b[:, ::-1], v[::-1], w[:, ::-1])):
            same_bits(dualad.value(x @ y), p @ q)
        if rows:
            same_bits(dualad.value(a[0] @ b), v[0] @ w)
            same_bits(dualad.value(np.vecdot(a, a)), np.vecdot(v, v))
        if columns:
            same_bits(dualad.value(a @ b[:, 0]), v @ w[:, 0])
        for name in ("matvec", "vecmat"):
            if hasattr(np, name) and rows and columns:
                x, y, p, q = (a, b[:, 0], v, w[:, 0]) if name == "matvec" else (a[0], b, v[0], w)
                same_bits(dualad.value(getattr(np, name)(x, y)), getattr(np, name)(p, q))


def test_infinite_values_in_products_leave_still_directions_alone():
    partials = np.array([[[0, 0], [1, 0]], [[1, 0], [0, 0]]], complex)
    z = complex_dual(np.array([[np.inf + 0j, 1.0], [1.0, 2.0]]), partials)
    with np.errstate(all="ignore"):
        found = z @ z
    assert not dualad.partials(found)[..., 1].any()


# -- memory that overlaps ------------------------------------------------------------------------------------

def statement(text):
    def program(z):
        scope = {"np": np, "z": z.copy()}
        exec(text, scope)
        return scope["z"]
    return program


@pytest.mark.parametrize("text", [
    "z[1:] += z[:-1]",
    "z[:-1] += z[1:]",
    "z[1:] *= z[:-1]",
    "z[::-1] += z",
    "z *= z",
    "z /= z[2]",
    "z **= 2",
    "z -= z[0]",
    "np.exp(z, out=z)",
    "np.multiply(z[:-1], z[1:], out=z[1:])",
    "np.subtract(z[1:], z[:-1], out=z[:-1])",
    "np.sqrt(z[1:], out=z[:-1])",
    "np.abs(z, out=z.real)",
    "np.abs(z, out=z.imag)",
    "np.exp(z.real, out=z)",
    "np.sign(z, out=z)",
    "np.conjugate(z, out=z)",
    "np.conjugate(z[::-1], out=z)",
    "np.add(z.real, z.imag, out=z.imag)",
    "np.multiply(z.imag, z.real, out=z.real)",
    "z.real *= z.imag; z.imag += z.real",
    "z.real[1:] = z.imag[:-1]",
    "z.imag[...] = z.real[::-1]",
    "z[...] = z[::-1]",
    "z[[0, 1]] = z[[1, 0]]",
    "z.real, z.imag = z.imag.copy(), z.real.copy()",
    "np.cumsum(z, out=z)",
    "np.cumprod(z, out=z)",
    "np.add.at(z, [0, 0, 1], z[2])",
    "z[z.real > 0] *= 1j",
    "z.real = 1.0",
    "z.sort()",
    "np.negative(z, out=z, where=z.real > 0)",
])
def test_memory_that_overlaps(text):
    check_complex(statement(text), (5,), seed=11)
    check_complex(statement(text), (5,), seed=12)


@pytest.mark.parametrize("function", [np.exp, np.abs, np.sign, np.conjugate, np.square, np.isnan])
def test_odd_memory(function):
    """Other byte order, unaligned, in structures, broadcast: as the plain copy."""
    z = dual((4,), 3)
    expected = function(z)
    raw = np.zeros(z.nbytes + 1, np.uint8)[1:].view(z.dtype)
    raw[...] = z
    record = np.zeros(4, [("pad", np.int8), ("z", z.dtype)])
    record["z"] = z
    for odd in (z.astype(z.dtype.newbyteorder()), raw, record["z"], np.asarray(z)):
        found = function(odd)
        if function is np.isnan:
            assert found.tolist() == expected.tolist()
            continue
        same_bits(dualad.value(found), dualad.value(expected))
        same_bits(dualad.partials(found), dualad.partials(expected))


def test_order_is_numpys():
    """Sorting, extremes and searches, with ties and NaN."""
    rng = np.random.default_rng(2)
    v = rng.choice([0.0, 1.0, -1.0, np.nan, np.inf], 200) + 1j * rng.choice([0.0, 1.0, -2.0, np.nan], 200)
    z = complex_dual(v, np.arange(400.0).reshape(200, 2) + 0j)
    for kind in ("quicksort", "heapsort", "stable"):
        assert np.argsort(z, kind=kind).tolist() == np.argsort(v, kind=kind).tolist()
        same_bits(dualad.partials(np.sort(z, kind=kind)), dualad.partials(z)[np.argsort(v, kind=kind)])
    assert z.argmax() == v.argmax() and z.argmin() == v.argmin() and np.count_nonzero(z) == np.count_nonzero(v)
    finite = np.isfinite(v)
    assert z[finite].argmax() == v[finite].argmax() and z[finite].argmin() == v[finite].argmin()
    ordered = np.sort(v[finite])
    assert np.searchsorted(np.sort(z[finite]), z[finite]).tolist() == np.searchsorted(ordered, v[finite]).tolist()
    same_bits(dualad.value(np.unique(z[finite])), np.unique(v[finite]))
    assert np.lexsort((z[finite],)).tolist() == np.lexsort((v[finite],)).tolist()
    same_bits(dualad.value(np.partition(z[finite], 20)[20]), np.partition(v[finite], 20)[20])


def test_partitions_of_swapped_numbers():
    z = dual((4, 9), 11)
    swapped = np.asarray(z.astype(z.dtype.newbyteorder()))
    for found in (np.partition(swapped, 3), np.take_along_axis(swapped, np.argpartition(swapped, 3), -1)):
        same_bits(np.sort(dualad.value(found)[:, :4]), np.sort(dualad.value(z))[:, :4])
