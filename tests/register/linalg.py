"""numpy.linalg and numpy.fft."""

import numpy as np

from .rows import M, S, T, Table, V, alone


def _without_signs(*results):
    """Vectors, whose signs LAPACK chooses, as their squares."""
    return [part if part.ndim == 1 else part**2 for result in results for part in result]


TABLE = Table(
    "numpy.linalg",
    rule=[
        ("inv det slogdet pinv cond eigvals svdvals", alone, S),
        ("qr", lambda f, x: [*f(x), *f(x, mode="complete"), f(x[:, :3], mode="r")], S),
        ("cholesky eigvalsh", lambda f, x: f(x @ x.T), S),
        ("eig", lambda f, x: _without_signs(f(x)), S),
        ("eigh", lambda f, x: _without_signs(f(x + x.T), f(x, UPLO="U")), S),
        ("svd", lambda f, x: [*_without_signs(f(x), f(x, full_matrices=False)), f(x, compute_uv=False)], M),
        ("pinv", alone, M),
        ("lstsq", lambda f, x: f(x[:, :2], x[:, 3])[:2], S),
        ("solve", lambda f, x: [f(x, V[:4]), f(x, x[:, :2]), f(S, x)], S),
        ("tensorsolve", lambda f, x: f(x.reshape(2, 2, 4), np.ones((2, 2))), S),
        ("tensorinv", lambda f, x: f(x.reshape(4, 2, 2), ind=1), S),
        ("norm", lambda f, x: [f(x), *(f(x, kind) for kind in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf))], S),
        ("norm", lambda f, x: [f(x, kind, axis=1) for kind in (None, 0.5, 1, 2, 3, np.inf, -np.inf)], M),
    ],
    own=[
        ("cross", lambda f, x: f(x[:, :3], x[:, 1:]), M),
        ("diagonal trace matrix_transpose", alone, T),
        ("matmul vecdot", lambda f, x: f(x, x * x), S),
        ("tensordot", lambda f, x: f(x, S, axes=1), S),
        ("outer", lambda f, x: f(x, x * x), V),
        ("matrix_power", lambda f, x: [f(x, 3), f(x, -2), f(x, 0) + x], S),
        ("multi_dot", lambda f, x: f([x, M.T, M, S]), S),
        ("matrix_norm", lambda f, x: [f(x), f(x, ord=2), f(x, ord="nuc", keepdims=True)], M),
        ("vector_norm", lambda f, x: [f(x), f(x, axis=0, ord=3)], M),
    ],
    plain=[("matrix_rank", alone, S)],
    other="LinAlgError",
)

FOURIER = Table(
    "numpy.fft",
    own=[("fftshift ifftshift", alone, V)],
    stripped=[("fftfreq rfftfreq", lambda f, x: f(5, x[0]), V)],
    rule=[("fft ifft rfft irfft hfft ihfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn",
           lambda f, x: [part(f(x * x)) for part in (np.real, np.imag)], S)],
)
