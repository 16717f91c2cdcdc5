"""What stands in for SciPy's functions, by name; importing this imports nothing of SciPy."""

#: SciPy's module -> the names that `dualad.scipy`'s module of the same name has of its own
STAND_INS = {
    "scipy.fft": (
        "dct", "dctn", "dst", "dstn", "fft", "fft2", "fftn", "hfft", "idct", "idctn", "idst", "idstn", "ifft",
        "ifft2", "ifftn", "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn"),
    "scipy.integrate": ("dblquad", "nquad", "odeint", "quad", "quad_vec", "simpson", "solve_ivp", "tplquad"),
    "scipy.interpolate": (
        "Akima1DInterpolator", "BSpline", "CubicHermiteSpline", "CubicSpline", "InterpolatedUnivariateSpline",
        "PPoly", "PchipInterpolator", "RegularGridInterpolator", "UnivariateSpline", "interp1d", "interpn",
        "make_interp_spline", "make_lsq_spline", "splev", "splrep"),
    "scipy.linalg": (
        "cho_factor", "cho_solve", "cholesky", "det", "eigh", "eigvalsh", "expm", "inv", "logm", "lstsq", "lu",
        "lu_factor", "lu_solve", "norm", "pinv", "qr", "solve", "solve_banded", "solve_continuous_are",
        "solve_continuous_lyapunov", "solve_discrete_are", "solve_discrete_lyapunov", "solve_lyapunov",
        "solve_sylvester", "solve_toeplitz", "solve_triangular", "solveh_banded", "sqrtm", "svd", "svdvals"),
    "scipy.ndimage": (
        "affine_transform", "convolve", "convolve1d", "correlate", "correlate1d", "gaussian_filter",
        "gaussian_filter1d", "gaussian_laplace", "laplace", "map_coordinates", "prewitt", "rotate", "shift", "sobel",
        "spline_filter", "spline_filter1d", "uniform_filter", "uniform_filter1d", "zoom"),
    "scipy.optimize": (
        "basinhopping", "bisect", "brenth", "brentq", "brute", "curve_fit", "differential_evolution",
        "dual_annealing", "fixed_point", "fsolve", "least_squares", "linprog", "milp", "minimize", "minimize_scalar",
        "newton", "ridder", "root", "root_scalar", "shgo", "toms748"),
    "scipy.signal": (
        "convolve", "convolve2d", "correlate", "correlate2d", "csd", "decimate", "detrend", "fftconvolve", "filtfilt",
        "freqz", "hilbert", "lfilter", "medfilt", "oaconvolve", "periodogram", "resample", "resample_poly",
        "savgol_filter", "sosfilt", "sosfiltfilt", "upfirdn", "welch", "wiener"),
    "scipy.sparse": (
        "block_array", "block_diag", "bmat", "bsr_array", "bsr_matrix", "coo_array", "coo_matrix", "csc_array",
        "csc_matrix", "csr_array", "csr_matrix", "dia_array", "dia_matrix", "diags", "diags_array", "dok_array",
        "dok_matrix", "eye", "eye_array", "hstack", "identity", "kron", "kronsum", "lil_array", "lil_matrix",
        "spdiags", "tril", "triu", "vstack"),
    "scipy.sparse.linalg": (
        "bicgstab", "cg", "expm_multiply", "factorized", "gmres", "minres", "splu", "spsolve", "spsolve_triangular"),
    "scipy.spatial": (),
    "scipy.spatial.distance": (
        "cdist", "chebyshev", "cityblock", "correlation", "cosine", "euclidean", "pdist", "sqeuclidean"),
    "scipy.special": (
        "airy", "beta", "betainc", "betaincinv", "betaln", "binom", "chdtr", "chdtrc", "comb", "cosdg", "dawsn",
        "ellipe", "ellipeinc", "ellipk", "ellipkinc", "eval_chebyt", "eval_chebyu", "eval_gegenbauer",
        "eval_genlaguerre", "eval_hermite", "eval_hermitenorm", "eval_jacobi", "eval_laguerre", "eval_legendre",
        "expn", "factorial", "fresnel", "gammainc", "gammaincc", "gammaincinv", "hyp0f1", "hyp1f1", "hyp2f1", "i0",
        "i0e", "i1", "i1e", "iv", "ive", "j0", "j1", "jn", "jv", "k0", "k0e", "k1", "k1e", "kn", "kv", "kve",
        "lambertw", "log_softmax", "logsumexp", "owens_t", "pdtr", "pdtrc", "perm", "poch", "polygamma", "shichi",
        "sici", "sindg", "softmax", "spence", "stdtr", "tandg", "y0", "y1", "yn", "yv", "zeta"),
    "scipy.stats": (
        "bernoulli", "beta", "binom", "cauchy", "chi", "chi2", "erlang", "expon", "exponnorm", "exponweib", "f",
        "fisk", "gamma", "genextreme", "gengamma", "genpareto", "geom", "gumbel_l", "gumbel_r", "halfcauchy",
        "halfnorm", "hypsecant", "invgamma", "invgauss", "johnsonsb", "johnsonsu", "laplace", "levy", "logistic",
        "loglaplace", "lognorm", "loguniform", "lomax", "maxwell", "nbinom", "norm", "pareto", "poisson", "powerlaw",
        "rayleigh", "skewnorm", "t", "triang", "truncnorm", "uniform", "vonmises", "wald", "weibull_max",
        "weibull_min"),
}
