"""What stands in for SciPy's functions, by name; importing this imports nothing of SciPy."""

#: SciPy's module -> the names that `dualad.scipy`'s module of the same name has of its own
STAND_INS = {
    "scipy.optimize": ("bisect", "brenth", "brentq", "fixed_point", "fsolve", "newton", "ridder", "root",
                       "root_scalar", "toms748"),
}
