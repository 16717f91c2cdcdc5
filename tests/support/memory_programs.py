"""What is run with failing allocations: programs that leave in `out` what they have computed."""

PRELUDE = '''
import copy, gc, os, pickle, tempfile
import numpy as np
import dualad
from dualad import _core

def fingerprint(x):
    """Text that tells every bit of a result from others."""
    if isinstance(x, (list, tuple)):
        return [fingerprint(part) for part in x]
    if _core.slot_of(x) >= 0:
        read = (dualad.value, dualad.partials, dualad.second)[:3 if _core.kind_of(x)[2] else 2]
        return [str(type(x))] + [fingerprint(part(x)) for part in read]
    return [str(type(x)), str(x.dtype), str(x.shape), x.tobytes().hex()] if isinstance(x, np.ndarray) else repr(x)

def afterwards():
    """The state is clean."""
    assert _core.innermost() is None, "a derivative is being taken still"
    for _ in range(2):
        slot = _core.open_level()
        _core.close_level(slot)
        if slot != 1:
            gc.collect()
    assert slot == 1, f"slot {slot} is the first that is free"
    np.testing.assert_array_equal(jac(X), np.diag(2 * X))
    np.testing.assert_array_equal(hess(X), 2 * np.eye(3))
    np.testing.assert_array_equal(dualad.partials(SEEDED * 2.0), 2 * np.eye(3))
    if "f" in globals():
        assert f.__code__ is CODE and f.__globals__["np"] is np, "adopted still"

jac = dualad.jacobian(lambda x: x * x)
hess = dualad.hessian(lambda x: (x * x).sum())
cubes = lambda x: (x ** 3).sum()

X = np.array([0.3, 0.7, 1.1])
A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]])
SEEDED = dualad.seed(X)
SECOND = dualad.seed(X, order=2)
MATRIX = np.add.outer(SEEDED, X)
LONG = np.tile(SEEDED, 20)
Z = SEEDED * (1 + 2j)
FOLDER = tempfile.mkdtemp()
FLOATS = np.zeros(3)
ROOM = np.linspace(0.9, 1.1, 140_000)
WIDE = ROOM * SEEDED[0]                  # 4.5 MB: the limit of what counts as large is 1 MB

def f(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = float(x[i]) ** 2
    return y
CODE = f.__code__
'''

#: Run often in one process: whatever is made when first needed is there.
WARM = {
    "scalars": '''
d = dualad.Dual(2.0, [1.0, 0.0, 0.0])
e = np.sin(d * d + 1.0) / d
out = [e, d * 3.0, 2 - d, repr(e), str(e), f"{e:.3f}", abs(d), d ** 2, d < e, max(d, e), round(d, 1), divmod(d, 0.7)]
out += [d * np.float64(2.0), np.exp(d), np.hypot(d, e), d.partials, -d, e * 2j, dualad.HyperDual(1.0, 1, 1, 0) ** 2]
''',
    "ufuncs": '''
out = [np.exp(SEEDED) * 2.0, np.hypot(SEEDED, 1), np.maximum(SEEDED, X), np.logaddexp.outer(SEEDED, SEEDED)]
out += [np.divmod(SEEDED, 0.5), np.modf(SEEDED), np.frexp(SEEDED), np.clip(SEEDED, 0.4, 1.0), np.sin(LONG)]
out += [np.where(LONG > 0.5, LONG, 0.0), np.sin(LONG[::-2]), np.add(SEEDED, 1, where=X > 0.5, out=SEEDED * 0)]
y = SEEDED.copy(); np.multiply.at(y, [0, 0], 2.0); out.append(y)
''',
    "reductions": '''
out = [LONG.sum(), LONG.prod(), LONG.mean(), LONG.std(), LONG.max(), np.cumsum(LONG), np.cumprod(SEEDED)]
out += [np.add.reduceat(LONG, [0, 5]), np.logaddexp.reduce(SEEDED), MATRIX.sum(axis=0), MATRIX.T.sum(axis=1)]
out += [np.linalg.norm(LONG), np.median(LONG), np.diff(LONG), np.average(SEEDED, weights=X)]
''',
    "products": '''
out = [MATRIX @ MATRIX, A @ SEEDED, MATRIX @ A, SEEDED @ SEEDED, np.dot(MATRIX, SEEDED), np.vecdot(MATRIX, MATRIX)]
out += [np.einsum("ij,j->i", MATRIX, SEEDED), np.matmul(np.stack([MATRIX, MATRIX]), A), np.outer(SEEDED, SEEDED)]
out += [np.tensordot(MATRIX, A), np.asarray(MATRIX).dot(np.asarray(SEEDED)), np.kron(SEEDED, SEEDED)]
''',
    "sorting": '''
out = [np.sort(LONG), np.argsort(LONG), np.sort(LONG, kind="stable"), np.partition(LONG, 3), np.unique(LONG)]
out += [np.searchsorted(SEEDED, 0.5), np.lexsort((LONG, LONG)), np.argmax(LONG), np.sort(Z), np.argsort(Z)]
out += [np.sort(np.asarray(LONG)), np.sort(MATRIX, axis=0)]
''',
    "casts": '''
out = [np.array([1, 2, 3]).astype(SEEDED.dtype), X.astype(np.float32).astype(SEEDED.dtype), X.astype(Z.dtype)]
out += [SEEDED.astype(Z.dtype), np.asarray([1.0, SEEDED[0]]), np.concatenate([SEEDED, X]), SEEDED.astype(bool)]
y = np.zeros(3, SEEDED.dtype); y[:] = 1.0; y[0] = 2; y[1] = SEEDED[0]; y[2] = X[0]; out.append(y)
out += [str(np.result_type(SEEDED, X)), SEEDED.astype(SEEDED.dtype.newbyteorder()).sum(), np.full(3, SEEDED[0])]
''',
    "refused": '''
out = []
for refused in (lambda: SEEDED.view(np.ndarray).astype(float), lambda: FLOATS.__setitem__(0, SEEDED[0]),
                lambda: jac(np.array(["a"])), lambda: float(SEEDED[0]), lambda: np.add(SEEDED, X, out=FLOATS)):
    try:
        out.append(refused())
    except TypeError as error:
        out.append(str(error)[:40])
''',
    "linalg": '''
out = [np.linalg.solve(MATRIX + A, SEEDED), np.linalg.inv(MATRIX + A), np.linalg.det(MATRIX + A)]
out += [*np.linalg.eigh(A * SEEDED[0]), *np.linalg.qr(MATRIX + A), np.linalg.cholesky(A * SEEDED[0])]
out += [*np.linalg.svd(A * SEEDED[0] + MATRIX), np.linalg.lstsq(MATRIX + A, SEEDED)[0]]
''',
    "array functions": '''
out = [np.fft.fft(SEEDED), np.interp(SEEDED, X, X), np.polyval(SEEDED, 2.0), np.cross(SEEDED, X), np.pad(SEEDED, 1)]
out += [np.stack([SEEDED, X]), np.convolve(SEEDED, X), np.trapezoid(SEEDED), np.gradient(SEEDED), np.roll(SEEDED, 1)]
''',
    "second order": '''
out = [SECOND @ SECOND, A @ SECOND, SECOND.sum(), np.tile(SECOND, 20).prod(), np.sort(SECOND), np.cumsum(SECOND)]
out += [np.logaddexp.reduce(SECOND), np.hypot(SECOND, SECOND), repr(SECOND), repr(SECOND[0]), SECOND[0] ** 3]
''',
    "complex": '''
out = [np.exp(Z), Z * Z, Z.sum(), np.cumsum(Z), Z @ Z, abs(Z), Z.real, Z.imag, np.conj(Z), Z[0] * 2, np.angle(Z)]
out += [np.prod(Z), repr(Z), SEEDED + 1j, np.add.outer(Z, Z) @ Z, np.linalg.inv(A + 1j * MATRIX), Z[0] ** 2]
''',
    "printing": '''
out = [repr(SEEDED), str(LONG), repr(MATRIX), repr(np.asarray(SEEDED)), repr(SEEDED.dtype), str(Z)]
''',
    "jacobian": '''
out = [jac(X), dualad.jacobian(np.sin, chunk_size=2)(X), dualad.grad(cubes)(X), dualad.derivative(np.sin)(0.5)]
out += [*dualad.value_and_jacobian(lambda x, a: [x[0] * a, x[1]], argnums=(0, 1))(X, 2.0)]
out += [dualad.jvp(np.exp, (X,), (X,)), dualad.jacobian(lambda x: np.exp(1j * x))(X)]
''',
    "hessian": '''
out = [hess(X), dualad.hessian(cubes, chunk_size=2)(X), dualad.laplacian(cubes)(X), dualad.hvp(cubes, (X,), (X,))]
out += [dualad.hessian(cubes, pattern=np.eye(3, dtype=bool))(X), dualad.value_grad_and_hessian(cubes)(X)]
''',
    "nested": '''
out = [dualad.jacobian(dualad.grad(cubes))(X), dualad.hessian(lambda x: (x[0] * x[1] * 1j).imag)(X)]
out += [dualad.derivative(lambda x: x * dualad.derivative(lambda y: x + y)(x))(1.0)]
''',
    "adopting": '''
with dualad.adopting(f):
    out = [dualad.jacobian(f)(X)]
''',
    "files": '''
path = os.path.join(FOLDER, "x.npz")
dualad.save(path, SEEDED)
out = [dualad.load(path)]
''',
    "pickles": '''
out = [pickle.loads(pickle.dumps(SEEDED)), pickle.loads(pickle.dumps(SEEDED[0])), copy.deepcopy(SEEDED), copy.copy(Z)]
''',
    "custom rules": '''
rule = dualad.custom_jvp(lambda x: np.asarray(x) ** 2)
rule.defjvp(lambda p, t: (rule(*p), 2 * p[0] * t[0]))
out = [dualad.jacobian(lambda x: rule(x))(X), dualad.propagate(lambda x: x[0] * x[1], X, std=[0.1, 0.1, 0.1]).std]
''',
    "large arrays": '''
y = np.exp(WIDE)
out = [y.sum(), np.sort(WIDE)[0], np.argsort(WIDE)[0], np.cumsum(WIDE)[-1], (WIDE * 2.0)[-1], WIDE @ WIDE, WIDE.prod()]
out += [np.cumprod(WIDE)[-1], dualad.partials(WIDE).copy().sum(), WIDE.astype(Z.dtype)[0], (WIDE * 1j).sum()]
out += [jac(ROOM[:1000]).sum(), hess(ROOM[:200]).sum(), np.concatenate([WIDE, WIDE])[-1], WIDE[::-1].sum()]
out += [np.linalg.norm(WIDE), np.median(WIDE), np.where(ROOM > 0, WIDE, 0.0)[5], repr(WIDE), (WIDE * 1j)[::-1].sum()]
''',
}

#: Run once in a process: the first numbers of their kind.
COLD = {
    "a new kind": '''
x = dualad.seed(np.ones(7))
out = [np.exp(x), x @ x]
''',
    "a new kind of second order": '''
x = dualad.seed(np.ones(5), order=2)
out = [np.exp(x), x.sum()]
''',
    "a new complex kind": '''
x = dualad.seed(np.ones(7)) * 1j
out = [np.exp(x), dualad.jacobian(lambda x: np.exp(1j * x))(np.zeros(5))]
''',
    "a new nesting": '''
out = [dualad.jacobian(dualad.grad(cubes))(np.ones(4))]
''',
    "a new pattern": '''
out = [dualad.hessian(cubes, pattern=np.eye(6, dtype=bool))(np.ones(6))]
''',
}
