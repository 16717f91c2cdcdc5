"""What stands in for SciPy's functions, by name; importing this imports nothing of SciPy."""

#: SciPy's module -> the names that `dualad.scipy`'s module of the same name has of its own
STAND_INS = {
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
    "scipy.optimize": (
        "basinhopping", "bisect", "brenth", "brentq", "brute", "curve_fit", "differential_evolution", "dual_annealing",
        "fixed_point", "fsolve", "least_squares", "linprog", "milp", "minimize", "minimize_scalar", "newton", "ridder",
        "root", "root_scalar", "shgo", "toms748"),
    "scipy.stats": (
        "bernoulli", "beta", "binom", "cauchy", "chi", "chi2", "erlang", "expon", "exponnorm", "exponweib", "f", "fisk",
        "gamma", "genextreme", "gengamma", "genpareto", "geom", "gumbel_l", "gumbel_r", "halfcauchy", "halfnorm",
        "hypsecant", "invgamma", "invgauss", "johnsonsb", "johnsonsu", "laplace", "levy", "logistic", "loglaplace",
        "lognorm", "loguniform", "lomax", "maxwell", "nbinom", "norm", "pareto", "poisson", "powerlaw", "rayleigh",
        "skewnorm", "t", "triang", "truncnorm", "uniform", "vonmises", "wald", "weibull_max", "weibull_min"),
}
