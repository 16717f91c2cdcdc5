"""interp, clip, nan_to_num, sinc, casts and powers: closed forms, edges, NumPy's bits."""

import itertools

import mpmath
import numpy as np
import pytest
from support.tangents import same_bits, tangents_by_differences

import dualad

RNG = np.random.default_rng(4)
XP = np.array([-1.0, 0.0, 0.5, 2.0])
FP = np.array([3.0, -1.0, 4.0, 1.0])


def lanes(x):
    return dualad.partials(x)


# -- interp -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [{}, {"left": -7.0}, {"right": 9.0}, {"period": 3.5}, {"period": -3.5}])
def test_interp_in_each_argument(options):
    x = np.array([[-1.7, -0.3, 0.2], [1.3, 2.6, 0.6]])
    given = {"x": x, "xp": XP, "fp": FP}
    total = 0.0
    duals = {}
    for name in given:
        direction = RNG.normal(size=(*given[name].shape, 2))

        def function(t, name=name):
            return np.interp(**{**given, name: t}, **options)
        duals[name] = dualad.seed(given[name], direction)
        result = function(duals[name])
        assert same_bits(dualad.value(result), function(given[name]))
        expected = tangents_by_differences(function, given[name], direction, step=1e-4, levels=3)
        np.testing.assert_allclose(lanes(result), expected, rtol=1e-8, atol=1e-9)
        total = total + lanes(result)
    np.testing.assert_allclose(lanes(np.interp(**duals, **options)), total, rtol=1e-12, atol=1e-13)


def test_interp_of_a_dual_bound_and_of_one_point():
    left = dualad.Dual(5.0, [1.0])
    x = dualad.seed([-3.0, 0.2, 7.0], np.zeros((3, 1)))
    result = np.interp(x, XP, FP, left=left, right=2.0)
    assert lanes(result).ravel().tolist() == [1.0, 0.0, 0.0]
    point = np.interp(dualad.Dual(0.25, [1.0]), XP, FP)
    assert isinstance(point, dualad.Dual) and point.partials[0] == 10.0
    assert np.interp(dualad.seed([2.0, 3.0]), [2.0], [5.0]).shape == (2,)


def test_interp_at_knots_takes_numpys_segment():
    slopes = np.diff(FP) / np.diff(XP)
    x = dualad.seed(XP, np.ones((4, 1)))
    assert lanes(np.interp(x, XP, FP)).ravel().tolist() == [*slopes, slopes[-1]]
    outside = dualad.seed([-1.5, 2.5], np.ones((2, 1)))
    assert not lanes(np.interp(outside, XP, FP)).any()
    assert np.isnan(dualad.value(np.interp(dualad.seed([np.nan]), XP, FP))[0])


def test_interp_errors():
    x = dualad.seed([1.0])
    with pytest.raises(TypeError, match="complex"):
        np.interp(x, XP * 1j, FP)
    with pytest.raises(ValueError, match="period"):
        np.interp(x, XP, FP, period=0)
    with pytest.raises(ValueError):
        np.interp(x, XP, FP[:2])
    with pytest.raises(ValueError):
        np.interp(x, [], [])


def test_interp_of_nothing_by_no_knots():
    none = dualad.seed(np.ones(2))[:0]
    assert np.interp(none, [1.0, 2.0], [1.0, 2.0]).shape == (0,)
    try:
        shape = np.interp(np.zeros((0, 3)), np.zeros(0), np.zeros(0, complex)).shape        # NumPy 2.5
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)):
            np.interp(np.zeros((0, 3)), np.zeros(0), none + 0j)
    else:
        assert np.interp(np.zeros((0, 3)), np.zeros(0), none + 0j).shape == shape


# -- clip -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("bounds", [(0.0, 1.0), (0.0, None), (None, 1.0), (0, 1), (np.zeros(6), np.ones(6))])
def test_clip_is_one_in_the_closed_interval(bounds):
    floats = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, -0.0])
    x = dualad.seed(floats, np.ones((6, 1)))
    low, high = bounds
    expected = [float((low is None or v >= np.max(low)) and (high is None or v <= np.max(high)))
                for v in floats]
    for result in (np.clip(x, low, high), x.clip(low, high), x.clip(min=low, max=high),
                   np.clip(x, a_min=low, a_max=high), np.clip(x, low, high, out=np.zeros_like(x))):
        assert lanes(result).ravel().tolist() == expected
        assert same_bits(dualad.value(result), np.clip(floats, low, high))
        assert type(result) is dualad.DualArray


@pytest.mark.parametrize("wrap", [lambda x: x, np.array, lambda x: np.array(x).view(dualad.DualArray)])
def test_clip_of_one_number_takes_the_zero_that_numpy_takes(wrap):
    for zero, low, high in itertools.product([0.0, -0.0], [None, 0.0, -0.0], [None, 0.0, -0.0]):
        found = np.clip(wrap(dualad.Dual(zero, [1.0])), low, high)
        assert same_bits(dualad.value(found), np.clip(np.float64(zero), low, high)), (zero, low, high)


def test_clip_by_bounds_that_move():
    bound = dualad.Dual(0.5, [1.0])
    assert lanes(np.clip(np.array([0.0, 0.5, 1.0]), bound, None)).ravel().tolist() == [1.0, 0.0, 0.0]
    assert lanes(np.clip([0.0, 0.5, 1.0], None, bound)).ravel().tolist() == [0.0, 0.0, 1.0]
    assert lanes(np.clip(bound, 0.0, 1.0)).tolist() == [1.0]
    assert isinstance(np.clip(bound, 0.0, None), dualad.Dual)
    nan = np.clip(dualad.seed([np.nan]), 0.0, None)
    assert np.isnan(dualad.value(nan)[0])


def test_clip_in_place():
    x = dualad.seed([-1.0, 0.5])
    assert np.clip(x, 0.0, None, out=x) is x
    assert dualad.value(x).tolist() == [0.0, 0.5] and lanes(x).tolist() == [[0, 0], [0, 1]]
    with pytest.raises(TypeError, match="derivatives would be lost"):
        np.clip(x, 0.0, None, out=np.zeros(2))


# -- nan_to_num, sinc -------------------------------------------------------------------------------------

def test_nan_to_num():
    floats = np.array([[1.0, np.nan], [np.inf, -np.inf]])
    x = dualad.seed(floats, np.ones((2, 2, 1)))
    result = np.nan_to_num(x, nan=7.0, posinf=8.0)
    assert same_bits(dualad.value(result), np.nan_to_num(floats, nan=7.0, posinf=8.0))
    assert lanes(result).ravel().tolist() == [1, 0, 0, 0]
    assert np.isnan(dualad.value(x)[0, 1])
    assert np.shares_memory(dualad.value(np.nan_to_num(x, copy=False)), dualad.value(x))
    assert dualad.value(x)[0, 1] == 0.0 and lanes(x).ravel().tolist() == [1, 0, 0, 0]


def test_sinc_to_a_few_ulp_of_its_terms():
    points = np.concatenate([np.geomspace(1e-300, 0.3, 60), np.linspace(0.2, 20.0, 300),
                             [0.0, 1e5 + 0.25, 1e15]])
    points = np.concatenate([points, -points])
    x = dualad.seed(points, np.ones((*points.shape, 1)))
    assert same_bits(dualad.value(np.sinc(x)), np.sinc(points))
    assert isinstance(np.sinc(dualad.Dual(0.5, [1.0])), dualad.Dual)
    with mpmath.workdps(50):
        for point, got in zip(points, lanes(np.sinc(x)).ravel(), strict=True):
            t = mpmath.mpf(point)
            if t == 0:
                exact = mpmath.mpf(0)
            elif abs(t) < 1e-12:
                exact = -mpmath.pi**2 * t / 3
            else:
                exact = (mpmath.cos(mpmath.pi * t) - mpmath.sin(mpmath.pi * t) / (mpmath.pi * t)) / t
            size = max(abs(exact), mpmath.mpf(0.3) / abs(t) if abs(t) > 0.2 else 0)
            assert abs(got - exact) <= 1e-15 * size + 1e-320, point


def test_i0_to_a_few_ulp():
    points = np.concatenate([-np.geomspace(1e-8, 700.0, 30), [0.0], np.geomspace(1e-300, 700.0, 60)])
    found = np.i0(dualad.seed(points, np.ones((91, 1))))
    hyper = np.zeros(91, dualad.HyperDual1)
    dualad.value(hyper)[...], lanes(hyper)[...] = points, 1.0
    assert same_bits(dualad.value(found), np.i0(points))
    first, second = lanes(found).ravel(), dualad.second(np.i0(hyper.view(dualad.DualArray))).ravel()
    with mpmath.workdps(30):
        for point, slope, bend in zip(points, first, second, strict=True):
            bound = 2e-15 + 1e-16 * abs(point)                     # the exponent's own rounding
            assert abs(slope / mpmath.besseli(1, point) - 1) < bound if point else slope == 0
            assert abs(2 * bend / (mpmath.besseli(0, point) + mpmath.besseli(2, point)) - 1) < bound


def test_i0_stays_still():
    found = np.i0(dualad.seed([2.0, 800.0, np.nan]))
    assert np.array_equal(lanes(found)[1:, 0], [0, 0]) and np.isinf(lanes(found)[1, 1])


# -- casts ------------------------------------------------------------------------------------------------

def test_astype():
    x = dualad.seed([0.0, 2.0])
    for target in (float, np.float64, "f8", "d", x.dtype):
        kept = x.astype(target)
        assert type(kept) is dualad.DualArray and lanes(kept).tolist() == [[1, 0], [0, 1]] and kept is not x
    assert x.astype(float, copy=False) is x
    assert x.astype(bool).tolist() == [False, True] and type(x.astype(bool)) is np.ndarray
    assert type(x.astype(object)[0]) is type(x[0])
    for target in (np.float32, np.float16, np.longdouble, int, np.uint8, np.complex64):
        with pytest.raises(TypeError, match=r"dualad\.value"):
            x.astype(target)
    with pytest.raises(TypeError):
        np.asarray(x).astype(float)


def test_result_type():
    x = dualad.seed([1.0, 2.0])
    for args in ((x,), (x, np.float64, 1.0), (x, 1), (x, np.arange(3)), (1.0, x[0], True),
                 (x, x.dtype, np.float32)):
        assert np.result_type(*args) == x.dtype
    for other in (1j, np.complex128, x[0] * 1j, (x * 1j).dtype):
        assert np.result_type(x, other) == (x + 1j).dtype
    with pytest.raises(TypeError):
        np.result_type(x, "U3")
    with pytest.raises(TypeError, match="directions"):
        np.result_type(x, dualad.seed([1.0]))


@pytest.mark.parametrize("exponent", [2, 0.5, -1, 0, 1, 3, -2, 1.5, 2.0, -1.0, np.float64(2), np.float64(0.5),
                                      np.float32(0.5), np.int64(-1), np.array(2.0), np.array(0.5),
                                       np.array(2)],
                         ids=repr)
def test_powers_have_the_bits_of_the_float_operator(exponent):
    floats = np.abs(RNG.normal(size=1001)) + 1e-3
    direction = np.ones((1001, 1))
    x = dualad.seed(floats, direction)
    assert same_bits(dualad.value(x**exponent), floats**exponent)
    slope = float(exponent) * floats ** (float(exponent) - 1)
    np.testing.assert_allclose(lanes(x**exponent).ravel(), slope, rtol=1e-14)
    if np.asarray(exponent).dtype.kind == "f":
        expected = floats.copy()
        expected **= exponent
        x **= exponent
        assert same_bits(dualad.value(x), expected)


def test_a_power_of_a_power():
    x = dualad.seed([2.0, 3.0])
    y = dualad.seed([0.5, 2.0])
    assert same_bits(dualad.value(x**y), np.array([2.0, 3.0]) ** np.array([0.5, 2.0]))
    assert same_bits(dualad.value(2.0**x), 2.0 ** np.array([2.0, 3.0]))
    with pytest.raises(TypeError):
        pow(x, 2, 3)


# -- dtypes in NumPy's tables -----------------------------------------------------------------------------

def test_numpys_tables_know_the_dtypes():
    dtype = dualad.dual_dtype(5)
    assert np.finfo(dtype).eps == np.finfo(float).eps
    assert np.isdtype(dtype, "real floating") and not np.isdtype(dtype, "integral")
    assert np.issubdtype(dtype, np.floating)
    assert "Dual(1." in repr(np.asarray(dualad.seed([1.0, 2.0])))


def test_what_interp_and_clip_are_not_for():
    x = dualad.seed([1.0, 2.0])
    with pytest.raises(ValueError, match="period must be a non-zero value"):
        np.interp(x, [0, 1], [1, 2], period=0)
    with pytest.raises(ValueError, match="must be 1-D sequences"):
        np.interp(x, np.ones((1, 2)), [1, 2], period=2)
    with pytest.raises(ValueError, match="not of the same length"):
        np.interp(x, [0, 1, 2], [1, 2], period=2)
    with pytest.raises(TypeError, match="clip of complex dual numbers"):
        np.clip(x * 1j, 0, 1)
    assert repr(np.clip(x, None, None)) == repr(x)
