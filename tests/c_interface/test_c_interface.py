"""A package in C and Cython (example/) is built against the dualad that is installed, and used."""

import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from support.leaks import assert_leaves_nothing

import dualad
from dualad import partials, second, value

mpmath = pytest.importorskip("mpmath")
EXAMPLE = pathlib.Path(__file__).parent / "example"
HEADER = pathlib.Path(dualad.get_include()) / "dualad.h"


def test_the_header_and_the_pxd_name_the_same():
    header, pxd = HEADER.read_text("utf-8"), HEADER.parents[1].joinpath("__init__.pxd").read_text("utf-8")
    functions = set(re.findall(r"#define (Dualad_\w+)\(", header)) | {"import_dualad"}
    assert functions == set(re.findall(r"(Dualad_\w+|import_dualad)\(", pxd))
    assert set(re.findall(r"\} (Dualad(?:Kind|Rule));", header)) == set(re.findall(r"ctypedef struct (\w+)", pxd))


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    pytest.importorskip("Cython")
    pytest.importorskip("setuptools")
    folder = tmp_path_factory.mktemp("c_interface")
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    done = subprocess.run([sys.executable, "setup.py", "build_ext", "--inplace"], cwd=folder, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "warning" not in re.sub(r".*(from_cython|numpy).*warning.*", "", done.stderr), done.stderr
    sys.path.insert(0, str(folder))
    try:
        import from_c
        import from_cython
        yield from_c, from_cython
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def from_c(example):
    return example[0]


@pytest.fixture
def from_cython(example):
    return example[1]


slow = pytest.mark.slow


@slow
def test_describe(from_c, from_cython):
    x = np.zeros((2, 3), dualad.dual_dtype(4))
    assert from_c.describe(x) == from_c.describe(x.dtype) == from_c.describe(x[0, 0]) == (4, 1, False, [])
    assert from_c.describe(np.zeros(1, x.dtype.newbyteorder())) == (4, 1, False, [])
    hyper = np.zeros((), dualad.dual_dtype(2, 2))
    assert from_c.describe(hyper) == (2, 2, False, [(0, 0), (0, 1), (1, 1)])
    assert from_c.describe(x * 1j) == (4, 1, True, [])
    for other in (np.zeros(3), np.dtype(object), 1.0, None, np.float64, dualad.Dual):
        assert from_c.describe(other) is None
    assert from_cython.directions(x) == 4 and from_cython.directions(1.0) == 0


@slow
def test_a_level_that_has_ended(from_c):
    kept = []
    dualad.jacobian(lambda x: kept.append(x) or x)(np.ones(2))
    with pytest.raises(TypeError, match="outlived"):
        from_c.describe(kept[0])


@slow
def test_elements(from_c, from_cython):
    x = from_c.variables([1.0, 2.0, 3.0])
    assert x.dtype == dualad.dual_dtype(3)
    np.testing.assert_array_equal(partials(x), np.eye(3))
    for part in (x, x[::-1], x[::2]):
        total, expected = from_c.sum_of_squares(part), (part * part).sum()
        assert type(total) is type(expected)
        assert from_c.doubles(total) == [value(expected), *partials(expected)]
    from_cython.scale(x[::2], -2.0)
    np.testing.assert_array_equal(value(x), [-2.0, 2.0, -6.0])
    np.testing.assert_array_equal(partials(x), np.diag([-2.0, 1.0, -2.0]))
    assert repr(from_cython.variable(1.5)) == repr(dualad.Dual(1.5, [1.0]))
    assert from_cython.slope(np.exp(from_cython.variable(0.0))) == 1.0
    complex_number = dualad.Dual(1.0, [2.0]) * (1 + 2j)
    assert from_c.doubles(complex_number) == [1.0, 2.0, 2.0, 4.0]


@slow
def test_refusals(from_c, from_cython):
    with pytest.raises(TypeError, match="expected, not an array of float64"):
        from_c.doubles(np.ones(3))
    with pytest.raises(TypeError, match="expected, not float"):
        from_c.doubles(1.0)
    with pytest.raises(TypeError, match="vector of dual numbers"):
        from_c.sum_of_squares(np.zeros(3, dualad.dual_dtype(1, 2)))
    with pytest.raises(ValueError, match="at least 1 direction"):
        from_c.variables([])
    for ufunc in (np.exp, from_c.softplus, from_cython.logistic):
        with pytest.raises(ValueError, match="has derivatives already"):
            from_c.give_rule(ufunc, True)
    with pytest.raises(ValueError, match="not complete"):
        from_c.give_rule(from_c.unknown, False)
    with pytest.raises(ValueError, match="elementwise functions of one or two"):
        from_c.give_rule(np.matmul, True)
    with pytest.raises(TypeError, match="not to builtin_function"):
        from_c.give_rule(len, True)
    with pytest.raises(TypeError):
        from_c.unknown(dualad.Dual(1.0, [1.0]))


POINTS = [-40.0, -3.0, -0.5, 0.0, 0.25, 2.0, 30.0]
REFERENCES = {"softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "logistic": lambda x: 1 / (1 + mpmath.exp(-x))}


@slow
@pytest.mark.parametrize("name", REFERENCES)
def test_one_argument(example, name):
    ufunc = getattr(example[name == "logistic"], name)
    x = np.array(POINTS * 40)                       # more than a block
    y, slopes, bends = dualad.value_grad_and_hessian(lambda p: ufunc(x * p[0] + p[1]).sum())(np.array([1.0, 0.0]))
    first, twice = np.zeros(2), np.zeros((2, 2))
    with mpmath.workdps(40):
        for point in POINTS:
            for k, powers in enumerate((point, 1.0)):
                first[k] += 40 * float(mpmath.diff(REFERENCES[name], point)) * powers
                for m, others in enumerate((point, 1.0)):
                    twice[k, m] += 40 * float(mpmath.diff(REFERENCES[name], point, 2)) * powers * others
    assert y == ufunc(x).sum()
    np.testing.assert_allclose(slopes, first, rtol=1e-13)
    np.testing.assert_allclose(bends, twice, rtol=1e-12)


@slow
def test_first_order_by_element(from_c):
    x = np.linspace(-3.0, 3.0, 300)
    J = dualad.jacobian(from_c.softplus)(x)
    with mpmath.workdps(30):
        expected = [float(mpmath.diff(REFERENCES["softplus"], point)) for point in x[::30]]
    np.testing.assert_allclose(J.diagonal()[::30], expected, rtol=1e-14)
    assert np.count_nonzero(J) == 300


@slow
def test_two_arguments(from_c):
    p0 = np.array([0.7, -1.3])

    def reference(order):
        return float(mpmath.diff(lambda x, y: y * y * mpmath.sin(x), tuple(p0), order))

    def f(p):
        return from_c.swing(p[0], p[1])
    y, slopes, bends = dualad.value_grad_and_hessian(f)(p0)
    assert y == from_c.swing(*p0)
    np.testing.assert_allclose(slopes, [reference((1, 0)), reference((0, 1))], rtol=1e-13)
    xy = reference((1, 1))
    np.testing.assert_allclose(bends, [[reference((2, 0)), xy], [xy, reference((0, 2))]], rtol=1e-12)
    for k, alone in enumerate((lambda p: from_c.swing(p, p0[1]), lambda p: from_c.swing(p0[0], p))):
        assert dualad.derivative(alone)(p0[k]) == slopes[k]
        assert dualad.second_derivative(alone)(p0[k]) == bends[k, k]


@slow
def test_reductions_in_place_and_where(from_c):
    p0 = np.array([0.3, 1.2, -0.4, 0.9])
    def hand(p):
        return from_c.swing(from_c.swing(from_c.swing(p[0], p[1]), p[2]), p[3])
    def reduced(p):
        return from_c.swing.reduce(p)
    def accumulated(p):
        return from_c.swing.accumulate(p)[-1]
    expected = dualad.value_grad_and_hessian(hand)(p0)
    for f in (reduced, accumulated):
        for found, wanted in zip(dualad.value_grad_and_hessian(f)(p0), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)
    assert expected[0] == from_c.swing.reduce(p0)

    x = from_c.variables(p0)
    y = x.copy()
    from_c.softplus(y, out=y)
    np.testing.assert_array_equal(partials(y), partials(from_c.softplus(x)))
    y = x.copy()
    from_c.swing(y[1:], y[:-1], out=y[1:])
    np.testing.assert_array_equal(partials(y[1:]), partials(from_c.swing(x[1:], x[:-1])))


@slow
def test_without_second_derivatives(from_c):
    assert dualad.derivative(from_c.half_known)(3.0) == 6.0
    with pytest.raises(TypeError, match="no second derivatives"):
        dualad.second_derivative(from_c.half_known)(3.0)


@slow
def test_infinite_derivatives_leave_other_directions_alone(from_c):
    x = np.zeros(1, dualad.dual_dtype(2))
    value(x)[...], partials(x)[...] = -np.inf, [[0.0, 1.0]]
    with np.errstate(invalid="ignore"):
        found = from_c.swing(x, 1.0)
    assert partials(found)[0, 0] == 0.0 and np.isnan(partials(found)[0, 1])


@slow
def test_warnings_are_those_of_the_value(from_c):
    x = from_c.variables([800.0])
    with np.errstate(all="raise", under="ignore"):
        from_c.softplus(x)                          # cosh overflows in f''
        hyper = np.ones(1, dualad.dual_dtype(1, 2))
        value(hyper)[...] = 1600.0
        assert second(from_c.softplus(hyper))[0, 0, 0] == 0.0
    with pytest.warns(RuntimeWarning, match="overflow encountered in half_known"):
        from_c.half_known(x * 1e200)


@slow
def test_nothing_is_left_behind(from_c, from_cython):
    x, hyper = from_c.variables([1.0, 2.0, 3.0]), np.zeros((), dualad.dual_dtype(2, 2))

    def refused(call, *args):
        with pytest.raises((TypeError, ValueError)):
            call(*args)

    def use():
        from_c.describe(x), from_c.describe(hyper), from_c.doubles(x[0] * 1j), from_c.variables([1.0, 2.0])
        from_c.sum_of_squares(x), from_cython.slope(np.exp(from_cython.variable(0.0)))
        from_c.softplus(x), from_c.swing(x, 1.0), from_c.swing.reduce(x), from_cython.logistic(x)
        dualad.hessian(from_c.softplus)(np.ones(2))

    def misuse():
        refused(from_c.doubles, 1.0)
        refused(from_c.doubles, np.ones(3))
        refused(from_c.variables, [])
        refused(from_c.give_rule, np.exp, True)
        refused(from_c.give_rule, from_c.unknown, False)
        refused(from_c.give_rule, len, True)
        refused(from_c.half_known, np.zeros(3, hyper.dtype))

    assert_leaves_nothing(use)
    assert_leaves_nothing(misuse)
