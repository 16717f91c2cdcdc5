"""NumPy's functions on arrays of complex dual numbers: bits, and differences of the float program."""

import io
import pickle

import numpy as np
import pytest
from support.complexes import check_complex, close, complex_dual, random_complex, same_bits

import dualad
from dualad import _core


def in_place(change, z):
    y = z.copy()
    change(y)
    return y


OF_ONE_ARRAY = {
    "sum": lambda z: z.sum(axis=0),
    "mean": lambda z: z.mean(),
    "var": lambda z: z.var(axis=0),
    "std": lambda z: np.std(z),
    "prod": lambda z: z.prod(axis=1),
    "cumsum": lambda z: np.cumsum(z, axis=1),
    "cumprod": lambda z: np.cumprod(z, axis=0),
    "diff": lambda z: np.diff(z),
    "abs": abs,
    "angle": np.angle,
    "real": np.real,
    "imag": np.imag,
    "conj": np.conj,
    "conj method": lambda z: z.conj() * z,
    "sort": np.sort,
    "max": lambda z: z.max(axis=0),
    "where": lambda z: np.where(z.real > 0, z, 2j),
    "where real": lambda z: np.where(z.real > 0, z, z.real),
    "concatenate": lambda z: np.concatenate([z, z.real, z[:1]]),
    "stack": lambda z: np.stack([z[0], z[1].imag]),
    "transposed": lambda z: (z.T @ z.conj()).T,
    "matmul": lambda z: z @ z,
    "matmul of rows": lambda z: z[0] @ z @ z[:, 1],
    "matmul with plain": lambda z: z @ PLAIN + PLAIN.real @ z,
    "matmul of stacks": lambda z: np.stack([z, z + 1]) @ z[::-1],
    "matmul with real": lambda z: z.real @ z + z @ z.imag,
    "syrk": lambda z: z @ z.T,
    "vecdot": lambda z: np.vecdot(z, z[::-1]),
    "dot": lambda z: np.dot(z, z),
    "dot of vectors": lambda z: z[0].dot(z[:, 0]),
    "vdot": lambda z: np.vdot(z, z.T),
    "vdot with plain": lambda z: np.vdot(z, PLAIN) + np.vdot(PLAIN, z),
    "inner": lambda z: np.inner(z, z),
    "outer": lambda z: np.outer(z[0], z[1]),
    "tensordot": lambda z: np.tensordot(z, z, axes=([0], [1])),
    "kron": lambda z: np.kron(z[:2, :2], z[:2]),
    "trace": lambda z: np.trace(z),
    "einsum": lambda z: np.einsum("ij,jk,kl->il", z, z.conj(), z),
    "einsum with plain": lambda z: np.einsum("ij,ij->j", z, PLAIN),
    "einsum of a part and the whole": lambda z: np.einsum("ij,jk", z.real, z) + np.einsum("ij,kj", z, z.imag),
    "windows": lambda z: np.lib.stride_tricks.sliding_window_view(z, 2, axis=1).sum(axis=-1),
    "norm of order 0": lambda z: np.linalg.norm(z, 0, axis=0) + np.linalg.norm(z, 3, axis=0),
    "interp beyond the ends": lambda z: np.interp([-1, 0.7, 5], [0, 1, 2], z[0], left=z[1, 1], right=3),
    "polymul": lambda z: np.polymul(z[0], z[1]),
    "poly1d": lambda z: (np.poly1d(z[0]) * np.poly1d(z[1]) ** 2).coeffs,
    "multiply.at": lambda z: in_place(lambda y: np.multiply.at(y, [[0], [1], [0]], z[0]), z),
    "multiply.reduceat": lambda z: np.multiply.reduceat(z, [0, 2, 1], axis=1),
    "partition": lambda z: np.partition(z, 4, axis=None),
    "einsum of one": lambda z: np.einsum("ii->i", z) + np.einsum("ij->i", z),
    "convolve": lambda z: np.convolve(z[0], z[1]),
    "correlate": lambda z: np.correlate(z[0], z[1], "full"),
    "solve": lambda z: np.linalg.solve(z, z[0]),
    "solve matrix": lambda z: np.linalg.solve(z, z.real),
    "solve plain": lambda z: np.linalg.solve(PLAIN, z[0]),
    "inv": np.linalg.inv,
    "det": np.linalg.det,
    "slogdet": lambda z: np.linalg.slogdet(z)[1],
    "norm": np.linalg.norm,
    "norm 1": lambda z: np.linalg.norm(z, 1, axis=0),
    "norm fro": lambda z: np.linalg.norm(z, "fro"),
    "norm of vectors": lambda z: np.stack([np.linalg.norm(z, k, axis=1) for k in (None, 0.5, 2, 3, np.inf, -np.inf)]),
    "norm of matrices": lambda z: np.stack([np.linalg.norm(z, k) for k in (1, -1, 2, -2, np.inf, "nuc")]),
    "cond": lambda z: np.stack([np.linalg.cond(z, k) for k in (None, -2, 1, "fro", np.inf)]),
    "lstsq": lambda z: np.linalg.lstsq(z[:, :2], z[:, 2], rcond=None)[0],
    "lstsq residual": lambda z: np.linalg.lstsq(z[:, :2], z[:, 2], rcond=None)[1],
    "slogdet sign": lambda z: np.linalg.slogdet(z)[0],
    "qr wide": lambda z: np.concatenate(np.linalg.qr(z[:2]), axis=1),
    "qr tall": lambda z: np.concatenate(np.linalg.qr(z[:, :2])),
    "qr complete": lambda z: np.linalg.qr(z[:, :2], mode="complete")[0],
    "qr square": lambda z: np.linalg.qr(z, mode="r"),
    "matrix_power": lambda z: np.linalg.matrix_power(z, 3),
    "eigvals": lambda z: np.linalg.eigvals(z),
    "eig": lambda z: np.concatenate([part.ravel() for part in np.linalg.eig(z)]),
    "svdvals": lambda z: np.linalg.svd(z, compute_uv=False),
    "pinv": np.linalg.pinv,
    "polyval": lambda z: np.polyval(z[0], z[1]),
    "roots": lambda z: np.roots(z[0]),
    "poly": lambda z: np.poly(z[0]),
    "interp": lambda z: np.interp(z[0].real, np.linspace(-3, 3, 3), z[1]),
    "interp plain": lambda z: np.interp(z[0].real, np.linspace(-3, 3, 3), PLAIN[1]),
    "trapezoid": lambda z: np.trapezoid(z, dx=0.5),
    "gradient": lambda z: np.gradient(z, axis=0),
    "nan_to_num": np.nan_to_num,
    "unwrap": lambda z: np.unwrap(np.angle(z)),
    "round trip": lambda z: abs(z) * np.exp(1j * np.angle(z)),
    "cov": lambda z: np.cov(z),
    "polyfit": lambda z: np.polyfit([1.0, 2.0, 4.0], z, 1),
    "median": lambda z: np.median(z, axis=0),
    "piecewise": lambda z: np.piecewise(z, [z.real > 0], [lambda part: part**2, lambda part: part * 1j]),
    "select": lambda z: np.select([z.real > 0, z.imag > 0], [z, z.conj()], 2j),
    "vectorize": lambda z: np.vectorize(lambda a, b: a * b + 1j)(z, 2.0),
    "apply_along_axis": lambda z: np.apply_along_axis(lambda row: row * row.sum(), 1, z),
    "cross": lambda z: np.cross(z, z[::-1]),
    "block": lambda z: np.block([[z, z.real], [np.zeros((1, 6))]]),
    "nan functions": lambda z: np.stack([np.nansum(z, axis=0), np.nanmean(z, axis=0), np.nanprod(z, axis=0)]),
    "nanvar": lambda z: np.nanvar(z, axis=0),
    "take, insert, delete": lambda z: np.insert(np.delete(np.take(z, [2, 0], axis=0), 1, axis=1), 0, 1j, axis=1),
    "reduceat and at": lambda z: np.add.reduceat(z, [0, 1], axis=1) * np.multiply.outer(z[0], z[1])[:, :2],
    "accumulate": lambda z: np.multiply.accumulate(z, axis=1) + np.maximum.accumulate(z, axis=0),
    "corrcoef": lambda z: np.corrcoef(z),
    "matvec": lambda z: np.matvec(z, z[0]) + np.vecmat(z[1], z) if hasattr(np, "matvec") else z[0],
    "polynomial": lambda z: np.polynomial.polynomial.polyval(z, [1, 2j, 3]) + np.polyder(z[0])[0],
    "emath": lambda z: np.emath.sqrt(z) + np.emath.log(z.real),
    "multi_dot": lambda z: np.linalg.multi_dot([z, z, z[0]]),
    "tensorsolve": lambda z: np.linalg.tensorsolve(z, z[0]),
    "exponentials": lambda z: np.exp(z) * np.cosh(z) - np.tanh(z) / np.sqrt(z),
    "average": lambda z: np.average(z, axis=0, weights=[1, 2, 3]),
    "item": lambda z: z[0, 0] * z[1, 1] - z[0, 1] / z[1, 0],
    "in place": lambda z: _in_place(z.copy()),
    "full": lambda z: np.full_like(z, z[0, 0]) + np.zeros_like(z) + np.ones_like(z),
}
PLAIN = random_complex((3, 3), 17)[0]


def _in_place(z):
    z *= 2j
    z[1:] += z[:-1]
    z.real = z.imag
    z.imag[0] = 1.0
    z[2, 2] = 3 - 1j
    z[0] = z[1].real
    return z


@pytest.mark.parametrize("name", OF_ONE_ARRAY)
def test_functions_of_matrices(name):
    check_complex(OF_ONE_ARRAY[name], (3, 3), seed=5, rtol=3e-8)


HERMITIAN = {
    "eigh": lambda a: np.concatenate([np.ravel(abs(part) ** 2) for part in np.linalg.eigh(a)]),
    "eigvalsh": np.linalg.eigvalsh,
    "cholesky": lambda a: np.linalg.cholesky(a @ a.conj().T + 4 * np.eye(3)),
    "qr": lambda a: np.concatenate(np.linalg.qr(a)),
    "svd": lambda a: np.concatenate([np.ravel(abs(part) ** 2) for part in np.linalg.svd(a)]),
}


@pytest.mark.parametrize("name", HERMITIAN)
def test_decompositions(name):
    check_complex(HERMITIAN[name], (3, 3), seed=3, rtol=3e-8, make=lambda z: z + z.conj().T)


@pytest.mark.parametrize("f", [
    lambda x: np.linalg.eigvals(x), lambda x: np.concatenate([part.ravel() for part in np.linalg.eig(x)]),
    lambda x: np.roots(x[0]), lambda x: np.sqrt(x + 0j), lambda x: np.fft.fft(x), lambda x: x * (1 + 2j) + 1j,
    lambda x: np.exp(1j * x), lambda x: np.linalg.solve(x + 1j * np.eye(3), np.ones(3)), lambda x: x @ PLAIN,
], ids=range(9))
def test_complex_results_of_real_arrays(f):
    """Their Jacobians are complex128, and the rotation's eigenvalues have derivatives."""
    x = np.random.default_rng(8).normal(size=(3, 3)) + np.array([[0, 3, 0], [-3, 0, 0], [0, 0, 1]])
    J, H = dualad.jacobian(f)(x), dualad.hessian(f)(x)
    assert J.dtype == H.dtype == np.complex128
    h = 1e-5
    for index in [(0, 0), (1, 2), (2, 1)]:
        e = np.zeros((3, 3))
        e[index] = h
        close(J[(..., *index)], (f(x + e) - f(x - e)) / (2 * h), 1e-8)
        close(H[(..., *index)], (dualad.jacobian(f)(x + e) - dualad.jacobian(f)(x - e)) / (2 * h), 1e-7)


def test_real_numbers_beside_plain_complex_ones():
    x = dualad.seed([1.0, 2.0])
    complex_dtype = (x + 0j).dtype
    for found in (np.concatenate([x, [1j]]), np.append(x, 1j), np.hstack([x[:1], np.array([1j]), x * 1j]),
                  np.stack([x, [1j, 2j]]), np.where([True, False], x, 1j), np.where([True], x[0], 1j),
                  np.where([True, False], np.array([1j, 2j]), x)):
        assert type(found) is dualad.DualArray and found.dtype == complex_dtype
    assert np.where(x > 1, x, 0).dtype == np.concatenate([x, x]).dtype == x.dtype
    assert np.array([x[0], x[1] * 1j, 2]).dtype == complex_dtype


# -- real and imag -----------------------------------------------------------------------------------------

def test_parts_are_views():
    z = complex_dual(*random_complex((4,))[:2])
    for array in (z, np.asarray(z), z[::-1], z.reshape(2, 2), z.astype(z.dtype.newbyteorder())):
        for name, which in (("real", np.real), ("imag", np.imag)):
            part = getattr(array, name)
            assert type(part) is type(array) and part.shape == array.shape and np.shares_memory(part, array)
            same_bits(dualad.value(part).astype(float), which(dualad.value(array)))
            same_bits(dualad.partials(part).astype(float), which(dualad.partials(array)))
    z.real[0] = dualad.Dual(7.0, [1.0, 2.0])
    assert z[0].real.value == 7 and z[0].partials.real.tolist() == [1, 2]
    z.imag = 0.0
    assert not dualad.value(z).imag.any() and not dualad.partials(z).imag.any()
    z.imag[1:] = z.real[1:]
    assert np.array_equal(dualad.partials(z[1:]).imag, dualad.partials(z[1:]).real)
    with pytest.raises(TypeError, match="real one"):
        z.real[0] = z[1]
    with pytest.raises(TypeError):
        z.real = z
    frozen = z.copy()
    frozen.flags.writeable = False
    with pytest.raises(ValueError):
        frozen.real[0] = 1.0
    with pytest.raises(AttributeError):
        del z.real


def test_real_arrays_have_parts():
    x = dualad.seed([1.0, 2.0])
    assert x.real is x and np.real(x) is x and not dualad.partials(x.imag).any() and x.imag.tolist() == [0, 0]
    assert x[0].real is x[0] or x[0].real == x[0]
    plain = np.array([1 + 2j, 3.0])
    assert plain.imag.tolist() == [2, 0] and plain.real.tolist() == [1, 3]
    plain.imag = 5
    assert plain.imag.tolist() == [5, 5] and np.zeros(2).imag.tolist() == [0, 0]


def test_questions_about_the_dtype():
    z, x = complex_dual(*random_complex((3,))[:2]), dualad.seed([1.0, 2.0])
    assert np.iscomplexobj(z) and not np.isrealobj(z) and z.dtype.kind == "c" and z.dtype.itemsize == 48
    assert np.issubdtype(z.dtype, np.complexfloating) and np.isdtype(z.dtype, "complex floating")
    assert np.iscomplex(z).all() and not np.isreal(z).any() and np.isreal(z.real + 0j).all()
    assert np.finfo(z.dtype).eps == np.finfo(float).eps
    assert not np.iscomplexobj(np.real_if_close(x + 0j)) and np.iscomplexobj(np.real_if_close(x + 1j))
    assert np.result_type(z, 1.0) == np.result_type(z, z.real) == np.result_type(1j, z.real) == z.dtype
    assert x.astype(complex).dtype == (x + 0j).dtype and z.astype(complex).dtype == z.dtype
    assert z.astype(bool).all() and type(z.astype(object)[0]) is z.dtype.type


# -- what would lose something -------------------------------------------------------------------------------

@pytest.mark.parametrize("columns", [lambda z: (z[:, 0], z[:, 1]), lambda z: (z[:, :1], z[1]),
                                     lambda z: (z[0].real, z[:, 1].imag), lambda z: (z[::2], z[:, ::2])])
def test_vdot_goes_by_strides_as_of_floats(columns):
    for seed in range(10):
        values, partials, _ = random_complex((8, 8), seed)
        found = np.vdot(*columns(complex_dual(values, partials)))
        same_bits(dualad.value(found), np.vdot(*columns(values)))
        x, y = columns(values)
        moved = [np.vdot(dx, y) + np.vdot(x, dy) for dx, dy in (columns(partials[..., k]) for k in range(2))]
        close(dualad.partials(found), np.array(moved), 1e-12)


def test_nothing_is_lost_in_silence():
    z = complex_dual(*random_complex((3,))[:2])
    remedy = r"z\.real|dualad\.value"
    for lose in (complex, float, int, lambda s: np.zeros(1, complex).__setitem__(0, s), np.complex128,
                 lambda s: np.zeros(1).__setitem__(0, s), lambda s: z.real.copy().__setitem__(0, s)):
        with pytest.raises(TypeError, match=remedy):
            lose(z[0])
    for lose in (lambda: np.zeros(3, complex).__setitem__(..., z), lambda: np.zeros(3).__setitem__(..., z),
                 lambda: z.astype(float), lambda: z.astype(np.complex64), lambda: np.asarray(z, complex),
                 lambda: z.astype(z.real.dtype), lambda: np.add(z, 1, out=np.zeros(3, complex)),
                 lambda: np.add(z, 1, out=z.real), lambda: z.view(complex), lambda: memoryview(z),
                 lambda: np.exp(z.real, dtype=complex), lambda: z.tobytes()):
        with pytest.raises(TypeError):
            lose()
    for undefined in (np.floor, np.arctan2, np.hypot, np.cbrt, np.sinc, np.i0, np.logaddexp, np.remainder):
        with pytest.raises(TypeError):
            undefined(*[z] * getattr(undefined, "nin", 1))
    for operate in (lambda: z // 2, lambda: z % 2, lambda: divmod(z[0], 2), lambda: z[0] // 1):
        with pytest.raises(TypeError):
            operate()
    with pytest.raises(TypeError, match="@"):
        np.vdot(np.asarray(z), np.asarray(z))
    with pytest.raises(TypeError, match="hash"):
        hash(z[0])


def test_levels_join():
    def inner(y, x):
        return np.exp(1j * x * y)

    f = dualad.jacobian(lambda x: dualad.derivative(lambda y: inner(y, x[0]) * x[1])(2.0))
    x = np.array([0.7, 1.3])
    # d/dy = i x0 x1 exp(i x0 y)
    e = np.exp(2j * x[0])
    close(f(x), np.array([1j * x[1] * e - 2 * x[0] * x[1] * e, 1j * x[0] * e]), 1e-14)
    kept = []
    dualad.jacobian(lambda x: kept.append(x * 1j) or x)(x)
    with pytest.raises(TypeError, match="outlived"):
        kept[0] + 1
    with pytest.raises(TypeError, match="outlived"):
        kept[0][0] * 2


def test_slots_are_given_back():
    for _ in range(150):
        dualad.jacobian(lambda x: np.fft.fft(x * 1j).real + abs(x[0] * 1j))(np.ones(3))


# -- printing, files -----------------------------------------------------------------------------------------

def test_text():
    z = dualad.seed([1.0, 2.0]) * 1j
    assert repr(z) == "DualArray([0.+1.j, 0.+2.j], partials=[[0.+1.j, 0.+0.j], [0.+0.j, 0.+1.j]])"
    assert repr(z[0]) == "ComplexDual(1j, [1j, 0j])" and str(z[0]) == repr(z[0])
    assert f"{z[0]:.2f}" == "ComplexDual(0.00+1.00j, [0.00+1.00j, 0.00+0.00j])"
    assert "ComplexDual" in repr(np.asarray(z))


@pytest.mark.parametrize("order", [1, 2])
def test_pickles_and_files(order):
    values, partials, second = random_complex((2, 3))
    z = complex_dual(values, partials, second if order == 2 else None)
    for x in (z, z[0, 0], np.asarray(z)):
        for again in (pickle.loads(pickle.dumps(x)), _through_file(x)):
            same_bits(dualad.value(again), dualad.value(x))
            same_bits(dualad.partials(again), dualad.partials(x))
            if order == 2:
                same_bits(dualad.second(again), dualad.second(x))
            assert again.dtype == x.dtype
    assert pickle.loads(pickle.dumps(z.dtype)) == z.dtype
    with pytest.raises(TypeError, match=r"dualad\.save"):
        np.save(io.BytesIO(), z)


def _through_file(x):
    file = io.BytesIO()
    dualad.save(file, x)
    file.seek(0)
    return dualad.load(file)


def test_made_by_hand():
    z = dualad.ComplexDual(1 + 2j, [1, 1j])
    assert z.value == 1 + 2j and z.partials.tolist() == [1, 1j] and z.real == 1 and z.imag.partials.tolist() == [0, 1]
    assert type(z)(3.0).partials.tolist() == [0, 0] and type(z)(z.real).value == 1
    assert type(z + dualad.Dual(1.0, [0.0, 1.0])) is type(z) and z == 1 + 2j and z != 1 and bool(z)
    for bad in ((1j,), (1j, "a"), (1j, []), (1j, [[1]]), ("a", [1])):
        with pytest.raises((TypeError, ValueError)):
            dualad.ComplexDual(*bad)
    with pytest.raises(TypeError, match="directions"):
        z + dualad.Dual(1.0, [1.0])
    with pytest.raises(TypeError):
        type("Sub", (dualad.ComplexDual,), {})(1j, [1])
    assert _core.is_complex(z) and not _core.is_complex(z.real)


def test_levels_join_in_whatever_order_their_numbers_are_made(fresh_python):
    """Complex numbers of both levels before those of one, and the other way round; scalars, arrays, storing."""
    fresh_python("""
import itertools
import numpy as np, dualad

STEPS = {
    "both": lambda x, y: (x * y) * 1j,
    "outer": lambda x, y: (x * 1j) * y,
    "inner": lambda x, y: x * (y * 1j),
    "complex": lambda x, y: ((x * 1j) * (y * 1j)) * -1j,
    "stacked": lambda x, y: np.stack([x * 1j, x * y])[0] * y,
}
for n, order in enumerate(itertools.permutations(STEPS, 3)):
    for name in order:
        x0 = np.linspace(0.5, 1.0, 1 + n % 7)          # other numbers of directions, so new kinds of number
        J = dualad.jacobian(lambda x: dualad.jacobian(lambda y: STEPS[name](x, y))(2 * x0 + 1))(x0)
        expected = np.zeros(J.shape, complex)
        for i in range(len(x0)):
            expected[i, i, i] = 1j
        assert np.array_equal(J, expected), name
""")
