"""Special functions that the core's table does not have."""

import mpmath
import numpy as np
import pytest
from support.of_parameters import check_closed_form, check_numerically

import dualad

scipys = pytest.importorskip("scipy.special")
special = pytest.importorskip("dualad.scipy.special")

#: the arguments that are differentiated are in the list, all others before them
CASES = {
    "airy": ((), [0.7]), "beta": ((), [0.7, 1.9]), "betaln": ((), [0.7, 1.9]), "betainc": ((1.5, 2.5), [0.4]),
    "betaincinv": ((1.5, 2.5), [0.4]), "binom": ((), [5.3, 2.2]), "chdtr": ((3.0,), [1.7]), "chdtrc": ((3.0,), [1.7]),
    "cosdg": ((), [33.0]), "sindg": ((), [33.0]), "tandg": ((), [33.0]), "dawsn": ((), [0.7]), "ellipe": ((), [0.4]),
    "ellipk": ((), [0.4]), "expn": ((3,), [0.7]), "factorial": ((), [3.4]), "fresnel": ((), [0.7]),
    "gammainc": ((1.5,), [0.9]), "gammaincc": ((1.5,), [0.9]), "gammaincinv": ((1.5,), [0.4]),
    "hyp0f1": ((1.5,), [0.7]), "hyp1f1": ((0.5, 1.5), [0.7]), "hyp2f1": ((0.5, 1.5, 2.2), [0.4]),
    "owens_t": ((), [0.7, 1.3]), "pdtr": ((3,), [1.7]), "pdtrc": ((3,), [1.7]), "poch": ((), [1.7, 2.2]),
    "polygamma": ((1,), [1.7]), "shichi": ((), [0.7]), "sici": ((), [0.7]), "spence": ((), [0.7]),
    "stdtr": ((4.0,), [0.7]), "zeta": ((2.5,), [1.7]),
    **{name: ((), [0.7]) for name in "i0 i0e i1 i1e j0 j1 k0 k0e k1 k1e y0 y1".split()},
    **{name: ((1.5,), [0.7]) for name in "iv ive jv kv kve yv".split()},
    **{name: ((2,), [0.7]) for name in "jn kn yn".split()},
    **{f"eval_{name}": ((5,), [0.7]) for name in
       "chebyt chebyu hermite hermitenorm laguerre legendre".split()},
    "eval_gegenbauer": ((5, 0.7), [0.6]), "eval_genlaguerre": ((5, 0.7), [0.6]), "eval_jacobi": ((5, 0.7, 1.2), [0.6]),
}


@pytest.mark.parametrize("name", CASES)
def test_slopes(name):
    fixed, point = CASES[name]

    def found(p):
        result = getattr(special, name)(*fixed, *p)
        return np.stack(result) if isinstance(result, tuple) else result
    check_numerically(found, point, step=0.05, rtol=1e-8, atol=1e-9)
    assert np.array_equal(found(point), getattr(scipys, name)(*fixed, *point))


def test_every_stand_in_is_tested():
    apart = {"logsumexp", "softmax", "log_softmax", "comb", "perm", "ellipkinc", "ellipeinc", "lambertw"}
    assert set(CASES) | apart == set(special.__all__)


def test_by_mpmath():
    check_closed_form(lambda p: special.ellipk(p[0]), lambda q: mpmath.ellipk(q[0]), [0.0])
    check_closed_form(lambda p: special.ellipe(p[0]), lambda q: mpmath.ellipe(q[0]), [-3.0])
    check_closed_form(lambda p: special.ellipk(p[0]), lambda q: mpmath.ellipk(q[0]), [0.999])
    check_closed_form(lambda p: special.lambertw(p[0]).real, lambda q: mpmath.lambertw(q[0]), [0.7], rtol=1e-8)
    check_closed_form(lambda p: special.ellipkinc(p[0], 0.3), lambda q: mpmath.ellipf(q[0], mpmath.mpf(0.3)), [0.7])
    check_closed_form(lambda p: special.ellipeinc(p[0], 0.3), lambda q: mpmath.ellipe(q[0], mpmath.mpf(0.3)), [0.7])
    check_closed_form(lambda p: special.j1(p[0]), lambda q: mpmath.besselj(1, q[0]), [0.0])


def test_degrees_zero_and_one():
    for name in "chebyt chebyu hermite hermitenorm laguerre legendre".split():
        for n in (0, 1, 2):
            check_numerically(lambda p, name=name, n=n: getattr(special, f"eval_{name}")(n, p[0]), [0.6], rtol=1e-8,
                              atol=1e-8)
        check_numerically(lambda p, name=name: getattr(special, f"eval_{name}")(np.arange(4), p[0]), [0.6], rtol=1e-8,
                          atol=1e-8)


def test_expn_down_to_zero():
    for n in (0, 1, 2):
        check_numerically(lambda p, n=n: special.expn(n, p[0]), [0.7], rtol=1e-8)


def test_combinations():
    check_numerically(lambda p: special.comb(p[0], 3), [7.3], rtol=1e-8)
    check_numerically(lambda p: special.comb(p[0], 3, repetition=True), [7.3], rtol=1e-8)
    check_numerically(lambda p: special.perm(p[0], 3), [7.3], rtol=1e-8)
    assert special.comb(7, 3, exact=True) == 35 and special.comb(7, 3, exact=True, repetition=True) == 84
    assert special.perm(7, 3) == scipys.perm(7, 3) and special.factorial(5, exact=True) == 120


def test_refused():
    with pytest.raises(TypeError, match="argument 0"):
        dualad.grad(lambda p: special.jv(p[0], 1.0))([2.0])


@pytest.mark.parametrize("f", [
    lambda x: special.logsumexp(x), lambda x: special.softmax(x), lambda x: special.log_softmax(x),
    lambda x: special.logsumexp(x, b=x**2), lambda x: special.logsumexp(np.outer(x, x), axis=1),
    lambda x: special.softmax(np.outer(x, x), axis=0), lambda x: special.logsumexp([-np.inf, x[0]]),
], ids=range(7))
def test_arrays(f):
    check_numerically(f, np.array([0.3, 1.2, -0.7]), rtol=1e-8)


def test_no_sign():
    with pytest.raises(TypeError, match="return_sign"):
        dualad.grad(lambda x: special.logsumexp(x, return_sign=True)[0])([1.0, 2.0])


def test_edges():
    assert np.isnan(dualad.derivative(lambda x: special.gammainc(1.0, x))(-1.0))
    assert dualad.jacobian(lambda x: special.j0(x[:0]))([1.0]).shape == (0, 1)
    assert dualad.jacobian(lambda x: special.jv(np.arange(3)[:, None], x))([1.0, 2.0]).shape == (3, 2, 2)


def test_arguments_by_name():
    """lambertw has two branches below 0: the slope belongs to the one that is asked for."""
    for named in {"k": -1}, {"k": -1, "tol": 1e-9}, {"tol": 1e-9}:
        check_numerically(lambda p, named=named: special.lambertw(p[0], **named).real, [-0.2], rtol=1e-8)
        check_numerically(lambda p, named=named: special.lambertw(z=p[0], **named).real, [-0.2], rtol=1e-8)
    check_numerically(lambda p: special.polygamma(n=1, x=p[0]), [2.3], rtol=1e-8)
    with pytest.raises(TypeError):
        dualad.grad(lambda p: special.lambertw(k=p[0]))([1.0])
