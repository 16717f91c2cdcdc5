"""Filters and transforms: linear in their signal, some in their weights as well."""

import numpy as np
import pytest
from support import of_parameters

import dualad

scipys = pytest.importorskip("scipy")
signal = pytest.importorskip("dualad.scipy.signal")
ndimage = pytest.importorskip("dualad.scipy.ndimage")
fft = pytest.importorskip("dualad.scipy.fft")

X = np.random.default_rng(0).normal(size=8)
B, A = [1.0, 0.5], [1.0, -0.3]
SOS = np.array([[1, 0.5, 0, 1, -0.3, 0]])


def check(f):
    of_parameters.check_numerically(f, X, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("f", [
    lambda x: signal.lfilter(B, A, x**2),
    lambda x: np.concatenate(signal.lfilter(B, A, x[:7], zi=x[7:])),
    lambda x: np.concatenate(signal.lfilter(B, A, x[:7], zi=[0.3])),
    lambda x: signal.lfilter(x[:2], x[2:4] + 3, x[4:]),
    lambda x: signal.lfilter(x[:2], x[2:4] + 3, x[4:].reshape(2, 2), axis=0),
    lambda x: signal.lfilter(x[:2], [2.0], np.ones(3)),
    lambda x: signal.filtfilt(B, A, x**2, padlen=3),
    lambda x: signal.sosfilt(SOS, x**2),
    lambda x: signal.sosfiltfilt(SOS, x**2, padlen=3),
    lambda x: signal.savgol_filter(x**2, 5, 2, mode="constant", cval=2.0),
    lambda x: signal.detrend(x**2),
    lambda x: signal.resample(x**2, 5),
    lambda x: signal.resample_poly(x, 3, 2),
    lambda x: signal.decimate(np.tile(x, 2), 2, ftype="fir"),
], ids=range(14))
def test_filters(f):
    check(f)


@pytest.mark.parametrize("f", [
    lambda x: signal.convolve(x, x),
    lambda x: signal.fftconvolve(x[:5] ** 2, x[5:] * x[0], mode="same"),
    lambda x: signal.oaconvolve(x[:5], x[5:]),
    lambda x: signal.correlate(x**2, [1, 2.0]),
    lambda x: signal.convolve2d(x.reshape(2, 4), x[:4].reshape(2, 2), fillvalue=3.0),
    lambda x: signal.correlate2d(x.reshape(2, 4), np.ones((2, 2)), "same", fillvalue=3.0),
    lambda x: signal.upfirdn(x[:3], x[3:], 2),
], ids=range(7))
def test_convolutions(f):
    check(f)


@pytest.mark.parametrize("f", [
    lambda x: abs(signal.freqz(x[:3], x[3:] + np.array([5, 0, 0, 0, 0]), 16)[1]),
    lambda x: signal.freqz(x[:3], 1, np.array([10.0, 20.0]), fs=100.0)[1].real,
    lambda x: abs(signal.hilbert(x)),
], ids=range(3))
def test_complex_results(f):
    check(f)


@pytest.mark.parametrize("f", [
    lambda x: ndimage.gaussian_filter1d(x**2, 1.0),
    lambda x: ndimage.gaussian_filter(x.reshape(2, 4) ** 2, 1.0, mode="constant", cval=2.0),
    lambda x: ndimage.uniform_filter1d(x, 3),
    lambda x: ndimage.convolve1d(x, x[:3]),
    lambda x: ndimage.correlate(x.reshape(2, 4), x[:4].reshape(2, 2), mode="constant", cval=2.0),
    lambda x: ndimage.zoom(x**2, 2),
    lambda x: ndimage.map_coordinates(x.reshape(2, 4), [[0.3, 0.5], [1.2, 2.0]], order=1),
    lambda x: ndimage.sobel(x.reshape(2, 4) ** 2),
], ids=range(8))
def test_images(f):
    check(f)


@pytest.mark.parametrize("name", ["dct", "idct", "dst", "idst", "dctn", "idstn"])
def test_real_transforms(name):
    check(lambda x: getattr(fft, name)(x.reshape(2, 4) ** 2))


@pytest.mark.parametrize("f", [
    lambda x: abs(fft.rfft(x**2)), lambda x: fft.ifft(fft.fft(x) * fft.fft(x)).real,
    lambda x: abs(fft.rfftn(x.reshape(2, 4))), lambda x: fft.irfft(fft.rfft(x) ** 2),
], ids=range(4))
def test_complex_transforms(f):
    check(f)


def test_refused():
    for f, match in ((lambda x: ndimage.gaussian_filter1d(np.ones(5), x[0]), "sigma can be no dual"),
                     (lambda x: ndimage.gaussian_filter1d(x, 1.0, output=np.zeros(8)), "output"),
                     (lambda x: signal.sosfilt(x[:6], np.ones(4)), "sos can be no dual"),
                     (lambda x: signal.lfilter(x[:2], A, x, zi=[0.3]), "without zi only"),
                     (lambda x: signal.welch(x), "np.fft.rfft")):
        with pytest.raises(TypeError, match=match):
            dualad.jacobian(f)(X)


def test_plain_numbers_get_scipys_result():
    assert signal.lfilter(B, A, X).tobytes() == scipys.signal.lfilter(B, A, X).tobytes()
    assert ndimage.zoom(X, 2).tobytes() == scipys.ndimage.zoom(X, 2).tobytes()
    assert fft.rfft(X).tobytes() == scipys.fft.rfft(X).tobytes()
    assert signal.lfilter.__name__ == "lfilter" and ndimage.zoom.__doc__ == scipys.ndimage.zoom.__doc__


def test_frequencies_are_plain():
    p = dualad.seed([0.5])[0]
    with pytest.raises(TypeError, match="frequencies can be no dual numbers"):
        signal.freqz([p, 1.0], A, worN=[p])
