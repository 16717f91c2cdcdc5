"""A million directions asked for by mistake: an error at once that says what to write, before memory is gone."""

from __future__ import annotations

import time

import numpy as np
import pytest

import dualad

resource = pytest.importorskip("resource")          # of Unix

MILLION = np.zeros(10**6)
HALF = MILLION[:500_000]


def squares(x):
    return (x * x).sum()


def product(x):
    return x[0] * x[1]


TOO_MANY = {
    "chunk": (lambda: dualad.jacobian(np.sin, chunk_size=10**6)(MILLION), MemoryError, "8.39 TB.*chunk_size"),
    "chunk of a gradient": (lambda: dualad.grad(squares, chunk_size=10**6)(MILLION), MemoryError, "chunk_size"),
    "Jacobian": (lambda: dualad.jacobian(lambda x: np.tile(x[:9], 10**5))(MILLION), MemoryError,
                 r"Jacobian of shape \(900000, 1000000\) would take 7.2 TB.*jvp.*reverse mode"),
    "Jacobian by an engine": (lambda: dualad.jacobian(np.sin, map=map)(HALF), MemoryError, "jvp"),
    "Jacobian by two": (lambda: dualad.jacobian(lambda x, y: x * y, argnums=(0, 1))(HALF, HALF),
                        MemoryError, "jvp"),
    "covariances": (lambda: dualad.propagate(np.sin, HALF, std=HALF + 1), MemoryError, "Jacobian"),
    "gradient of many": (lambda: dualad.grad(np.sin)(MILLION[:10**5]), TypeError, "one number.*jacobian"),
    "Hessian": (lambda: dualad.hessian(squares)(MILLION[:400_000]), MemoryError,
                "Hessian by 400000 inputs would take 1.28 TB.*hvp.*laplacian"),
    "Hessian with all else": (lambda: dualad.value_grad_and_hessian(squares)(MILLION), MemoryError, "8 TB.*hvp"),
    "Hessian's chunk": (lambda: dualad.hessian(squares, chunk_size=10**6)(MILLION[:20_000]), MemoryError, "chunk_size"),
    "Hessian of many": (lambda: dualad.hessian(lambda x: product(x) * np.ones(30_000), chunk_size=4)(MILLION[:2000]),
                        MemoryError,
                        r"Hessian of shape \(30000, 2000, 2000\).*hvp"),
    "seeds": (lambda: dualad.seed(MILLION), MemoryError, "8 TB.*directions.*jacobian"),
    "seeds of second order": (lambda: dualad.seed(MILLION[:20_000], order=2), MemoryError, "TB.*jvp"),
    "seeds along": (lambda: dualad.seed(np.ones(1), np.zeros((1, 10**7))), ValueError, "10000000 directions are too"),
    "number": (lambda: dualad.Dual(1.0, np.zeros(10**7)), ValueError, "10000000 directions are too many"),
    "dtype": (lambda: dualad.dual_dtype(10**7), ValueError, "10000000 directions are too many.*chunk"),
    "dtype of second order": (lambda: dualad.dual_dtype(3000, order=2), ValueError, "3000 directions are too many"),
    "dtype, largest": (lambda: dualad.dual_dtype(2**63 - 1), ValueError, "9223372036854775807 directions are too many"),
    "dtype, huge": (lambda: dualad.dual_dtype(10**30), ValueError, "at most some millions, not a number of 100 bits"),
    "dtype, huge below 0": (lambda: dualad.dual_dtype(-(10**30)), ValueError, "at least 1"),
    "dtype below 0": (lambda: dualad.dual_dtype(-1), ValueError, "at least 1 direction, not -1"),
    "dtype of none": (lambda: dualad.dual_dtype(0), ValueError, "at least 1 direction, not 0"),
    "dtype of a float": (lambda: dualad.dual_dtype(2.0), TypeError, "must be an integer, not float"),
    "dtype of a bool": (lambda: dualad.dual_dtype(True), TypeError, "must be an integer, not bool"),
    "dtype of order": (lambda: dualad.dual_dtype(3, order=10**6), ValueError, "order must be 1 or 2, not 1000000"),
    "chunks below 0": (lambda: dualad.jacobian(np.sin, chunk_size=-1), ValueError, "at least 1, not -1"),
    "chunks of none": (lambda: dualad.hessian(np.sin, chunk_size=0), ValueError, "at least 1, not 0"),
    "chunks of a float": (lambda: dualad.jacobian(np.sin, chunk_size=2.0), TypeError, "integer or None, not float"),
    "chunks of a bool": (lambda: dualad.grad(np.sin, chunk_size=np.True_), TypeError, "integer or None, not bool"),
    "name of a type": (lambda: dualad.Dual99999999, AttributeError, "Dual99999999"),
    "name of a longer type": (lambda: getattr(dualad, "Dual" + "9" * 400), AttributeError, "has no attribute"),
}


@pytest.mark.parametrize("case", TOO_MANY)
def test_it_says_so_at_once(case, no_level_is_lost):
    run, kind, words = TOO_MANY[case]
    before = resource.getrusage(resource.RUSAGE_SELF)
    with pytest.raises(kind, match=words):
        run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime - before.ru_utime < 5                    # seconds: of one chunk, at the most
    assert after.ru_maxrss - before.ru_maxrss < 600_000            # kilobytes


def test_what_fits_is_done():
    assert dualad.jacobian(np.sin, chunk_size=10**30)(np.zeros(3)).tolist() == np.eye(3).tolist()
    assert dualad.Dual(1.0, MILLION).partials.shape == (10**6,)
    assert dualad.hessian(product, chunk_size=10**6)(np.ones(100))[0, 1] == 1.0


def test_refusing_takes_no_time():
    f = dualad.hessian(squares)
    start = time.process_time()
    for _ in range(100):
        with pytest.raises(MemoryError):
            f(MILLION)
    assert time.process_time() - start < 2.0
