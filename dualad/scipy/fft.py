"""scipy.fft, with derivatives: every transform is linear; all other names are SciPy's own."""

from scipy import fft as _scipys

from .linear_maps import linear
from .namespace import forward, guarded

dct = linear(_scipys.dct, "x")
dctn = linear(_scipys.dctn, "x")
dst = linear(_scipys.dst, "x")
dstn = linear(_scipys.dstn, "x")
fft = linear(_scipys.fft, "x")
fft2 = linear(_scipys.fft2, "x")
fftn = linear(_scipys.fftn, "x")
hfft = linear(_scipys.hfft, "x")
idct = linear(_scipys.idct, "x")
idctn = linear(_scipys.idctn, "x")
idst = linear(_scipys.idst, "x")
idstn = linear(_scipys.idstn, "x")
ifft = linear(_scipys.ifft, "x")
ifft2 = linear(_scipys.ifft2, "x")
ifftn = linear(_scipys.ifftn, "x")
ihfft = linear(_scipys.ihfft, "x")
irfft = linear(_scipys.irfft, "x")
irfft2 = linear(_scipys.irfft2, "x")
irfftn = linear(_scipys.irfftn, "x")
rfft = linear(_scipys.rfft, "x")
rfft2 = linear(_scipys.rfft2, "x")
rfftn = linear(_scipys.rfftn, "x")

__all__ = ["dct", "dctn", "dst", "dstn", "fft", "fft2", "fftn", "hfft", "idct", "idctn", "idst", "idstn", "ifft",
           "ifft2", "ifftn", "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn"]
globals().update(guarded("scipy.fft", globals(), __all__))
__getattr__, __dir__ = forward("scipy.fft")
