"""numpy.fft: values to the last bit, and lanes as transforms of the lanes one by one."""

import numpy as np
import pytest
from support.complexes import complex_dual, random_complex, same_bits

import dualad

ONE_AXIS = "fft ifft rfft irfft hfft ihfft".split()
AXES = "fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn".split()
REAL_INPUT = {"rfft", "ihfft", "rfft2", "rfftn"}


def array(name, shape, order=1, seed=3):
    values, partials, second = random_complex(shape, seed)
    z = complex_dual(values, partials, second if order == 2 else None)
    return z.real if name in REAL_INPUT else z


def check(name, z, *args, **kwargs):
    """The transform is linear: each lane is the transform of that lane."""
    function = getattr(np.fft, name)
    found, expected = function(z, *args, **kwargs), function(dualad.value(z), *args, **kwargs)
    assert type(found) is dualad.DualArray
    same_bits(dualad.value(found), expected)
    scale = abs(expected).max(initial=0.0) + 1.0
    for k in range(2):
        lane = function(dualad.partials(z)[..., k], *args, **kwargs)
        np.testing.assert_allclose(dualad.partials(found)[..., k], lane, rtol=1e-12, atol=1e-13 * scale)
    if hasattr(z.dtype.type, "second"):
        for i, j in ((0, 0), (0, 1), (1, 1)):
            lane = function(dualad.second(z)[..., i, j], *args, **kwargs)
            np.testing.assert_allclose(dualad.second(found)[..., i, j], lane, rtol=1e-12, atol=1e-13 * scale)
    return found


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", ONE_AXIS)
def test_one_axis(name, order):
    z = array(name, (3, 8), order)
    for args in ((), (6,), (11,), (None, 0), (5, 0), (4, 1), (4, -2)):
        check(name, z, *args)
    for norm in (None, "backward", "ortho", "forward"):
        check(name, z, norm=norm)
    for view in (z[0], z[:, ::2], z[::-1], z.T, array(name, (2, 3, 4), order)):
        check(name, view)
    check(name, z[:0].reshape(0, 8))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", AXES)
def test_several_axes(name, order):
    z = array(name, (3, 4, 6), order)
    check(name, z)
    check(name, z, axes=(0, 1))
    check(name, z, axes=(2, 0))
    check(name, z, axes=(-1, 0), norm="ortho")
    check(name, z, (4, 5), axes=(0, -1))
    check(name, z, axes=(1,))
    check(name, z.transpose(1, 0, 2))


@pytest.mark.filterwarnings("ignore:.*s.*axes:DeprecationWarning")
def test_sizes_without_axes():
    check("fftn", array("fftn", (3, 4, 6)), (4, 5))
    check("fft2", array("fft2", (3, 4, 6)), (2, 8))


def test_real_numbers_and_shifts():
    x = dualad.seed([1.0, 2.0, -0.5])
    for name in ("fft", "ifft", "irfft", "hfft", "fftn"):
        check(name, dualad.seed(np.array([1.0, 2.0, -0.5]), np.random.default_rng(1).normal(size=(3, 2))))
    z = np.fft.fft(x)
    assert np.fft.fftshift(z)[1] == z[0] and np.fft.ifftshift(np.fft.fftshift(z))[2] == z[2]
    assert np.fft.fftfreq(4, 0.5).tolist() == [0, 0.5, -1, -0.5]


def test_out():
    z = array("fft", (4,))
    out = np.zeros_like(z)
    assert np.fft.fft(z, out=out) is out
    same_bits(dualad.partials(out), dualad.partials(np.fft.fft(z)))
    with pytest.raises(TypeError, match="out="):
        np.fft.fft(z, out=np.zeros(4, complex))
    with pytest.raises(TypeError, match="out="):
        np.fft.fft(np.ones(4), out=out)


@pytest.mark.parametrize("call", [
    lambda z: np.fft.fft(z, 0), lambda z: np.fft.fft(z, axis=3), lambda z: np.fft.fft(z, norm="loud"),
    lambda z: np.fft.fft2(z[0]), lambda z: np.fft.fftn(z, axes=(0, 5)), lambda z: np.fft.fft(z[0, 0]),
    lambda z: np.fft.fft(z, -2), lambda z: np.fft.fftn(z, (2, 3, 4), axes=(0, 1)),
])
def test_errors_are_numpys(call):
    z = array("fft", (3, 4))
    with pytest.raises(Exception) as expected:
        call(dualad.value(z))
    with pytest.raises(type(expected.value)):
        call(z)


def test_real_transforms_of_complex_numbers():
    with pytest.raises(TypeError):
        np.fft.rfft(array("fft", (4,)))


def test_infinite_lanes_stay_in_their_direction():
    x = dualad.seed([0.0, 1.0])
    with np.errstate(all="ignore"):
        z = np.fft.fft(np.sqrt(x))
    assert not np.isfinite(dualad.partials(z)[:, 0]).all() and np.isfinite(dualad.partials(z)[:, 1]).all()


def test_jacobian_and_power_spectrum():
    x = np.random.default_rng(0).normal(size=16)
    np.testing.assert_allclose(dualad.jacobian(np.fft.fft)(x), np.fft.fft(np.eye(16)).T, atol=1e-14)

    def spectrum(x):
        return np.abs(np.fft.rfft(x * np.hanning(16))) ** 2

    F = np.fft.rfft(np.diag(np.hanning(16)), axis=0)
    z = F @ x
    np.testing.assert_allclose(dualad.jacobian(spectrum)(x), 2 * (z.conj()[:, None] * F).real, rtol=1e-10, atol=1e-12)
    H = dualad.hessian(lambda x: spectrum(x).sum())(x)
    np.testing.assert_allclose(H, 2 * (F.conj().T @ F).real, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ONE_AXIS + AXES)
def test_plain_arrays_and_lists_of_dual_numbers(name):
    transform, point = getattr(np.fft, name), np.arange(1.0, 7.0).reshape(2, 3)

    def of_lists(x):
        return transform([[x[0, 0], x[0, 1], x[0, 2]], list(x[1])], norm="ortho")

    def of_arrays(x):
        return transform(np.asarray(x) * 1.0, norm="ortho")

    value, slopes = dualad.value_and_jacobian(lambda x: transform(x, norm="ortho"))(point)
    for program in (of_lists, of_arrays):
        found = dualad.value_and_jacobian(program)(point)
        np.testing.assert_array_equal(found[0], program(point))
        np.testing.assert_array_equal(found[0], value)
        np.testing.assert_allclose(found[1], slopes, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", ["fft2", "rfft2", "ifft2"])
def test_two_axes_may_be_all(name):
    z = array(name, (3, 4))
    assert repr(getattr(np.fft, name)(z, axes=None)) == repr(getattr(np.fft, name)(z))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", ["fftn", "ifftn", "fft2", "ifft2"])
def test_no_axes(name, order):
    """An array of none is its own transform; so is any array along none."""
    for z in (array(name, (), order), array(name, (), order).real, array(name, (3,), order)):
        check(name, z, axes=())
    if name.endswith("n"):
        x = np.array(0.37)
        assert dualad.jacobian(getattr(np.fft, name))(x) == 1.0
        assert dualad.second_derivative(lambda x: getattr(np.fft, name)(x * x))(x) == 2.0
