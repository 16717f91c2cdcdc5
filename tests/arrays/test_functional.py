"""np.vectorize on dual numbers, and numpy.polynomial imported before and after them."""

import numpy as np
import pytest

import dualad

X = np.array([-0.7, 0.4, 1.3])


def bend(t, power=2):
    return t**power if t > 0 else 0.0


def check(found, values, slopes):
    assert type(found) is dualad.DualArray
    np.testing.assert_array_equal(dualad.value(found), values)
    np.testing.assert_allclose(dualad.partials(found), np.diag(slopes))


@pytest.mark.parametrize("options", [{}, {"otypes": [float]}, {"otypes": "d"}, {"cache": True}], ids=str)
def test_vectorize(options):
    x = dualad.seed(X)
    check(np.vectorize(bend, **options)(x), X.clip(0) ** 2, 2 * X.clip(0))
    check(np.vectorize(bend, excluded=["power"], **options)(x, power=3), X.clip(0) ** 3, 3 * X.clip(0) ** 2)
    check(np.vectorize(bend, **options)(list(x)), X.clip(0) ** 2, 2 * X.clip(0))


def test_vectorize_of_complex_results():
    x = dualad.seed(X)
    for options in ({}, {"otypes": [complex]}):
        found = np.vectorize(lambda t: t * t + 1j * t, **options)(x)
        assert type(found) is dualad.DualArray and found.dtype.kind == "c"
        np.testing.assert_allclose(dualad.partials(found), np.diag(2 * X + 1j))
    found = np.vectorize(lambda t: t, otypes=[complex])(x)
    assert found.dtype.kind == "c" and np.array_equal(dualad.partials(found), np.eye(3))
    with pytest.raises(TypeError):
        np.vectorize(lambda t: 1j * t, otypes=[float])(x)


def test_vectorize_over_plain_numbers_with_dual_parameters():
    p = dualad.Dual(2.0, [1.0])
    for options in ({}, {"otypes": [float]}):
        found = np.vectorize(lambda t: t * p if t > 0 else 0.0, **options)(X)
        assert dualad.partials(found).ravel().tolist() == [0.0, 0.4, 1.3]


def test_vectorize_with_a_signature():
    x = dualad.seed(np.outer(X, X))
    for options in ({}, {"otypes": [float]}):
        found = np.vectorize(lambda row: (row * row).sum(), signature="(n)->()", **options)(x)
        assert type(found) is dualad.DualArray
        np.testing.assert_allclose(dualad.partials(found)[1], np.r_[0, 0, 0, 2 * X[1] * X, 0, 0, 0])


def test_vectorize_keeps_other_types():
    x = dualad.seed(X)
    values, whole = np.vectorize(lambda t: (t, int(dualad.value(t))), otypes=[float, int])(x)
    assert type(values) is dualad.DualArray and whole.tolist() == [0, 0, 1] and whole.dtype == int
    assert np.vectorize(lambda t: "+" if t > 0 else "-")(x).tolist() == ["-", "+", "+"]
    assert np.vectorize(bend)(X).dtype == float and np.vectorize(int)(X).dtype == int
    for kind in ("f", int):
        with pytest.raises(TypeError, match="would be lost"):
            np.vectorize(lambda t: t, otypes=[kind])(x)
    with pytest.raises(TypeError, match="would be lost"):                 # floats would be made integers
        np.vectorize(lambda t: t if t > 0 else 0)(x)


@pytest.mark.parametrize("first", ["import numpy.polynomial, numpy.ma", "pass"])
def test_late_imports(fresh_python, first):
    fresh_python(f"""
import numpy as np, dualad
{first}
x = dualad.seed([1.0, 2.0, 3.0])
c = np.polynomial.Chebyshev(x).deriv()
assert type(c.coef) is dualad.DualArray and type(c(0.3)) is dualad.Dual3, type(c(0.3))
assert np.ma.max(np.ma.array(x, mask=[0, 0, 1])).value == 2.0
assert type(np.polynomial.polynomial.polyval([1.0, 2.0], [1.0, 2.0])) is np.ndarray
""")
