"""`nox -s tests` and friends; CONTRIBUTING.md says which when."""

import pathlib

import nox

nox.options.sessions = ["lint", "tests"]
PYTHONS = ["3.11", "3.12", "3.13"]
NUMPYS = ["2.0.*", "2.2.*", ""]          # the floor, a middle one, the newest


@nox.session(python=PYTHONS)
@nox.parametrize("numpy", NUMPYS)
def tests(session, numpy):
    """The tests of the README, for each Python and NumPy."""
    if numpy == "2.0.*" and session.python == "3.13":
        session.skip("NumPy 2.0 has no build for Python 3.13")
    session.install(".[test]")
    if numpy:
        session.install(f"numpy=={numpy}")
    session.run("python", "-P", "-m", "pytest", *session.posargs)


@nox.session
def slow(session):
    """Full domains, leaks, clusters and fuzz."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-m", "slow", *session.posargs)


@nox.session
def lint(session):
    """Style of Python and Cython."""
    session.install("ruff", "cython-lint")
    session.run("ruff", "check", ".")
    session.run("cython-lint", *sorted(map(str, pathlib.Path("src").glob("*.p[yx]*"))))


@nox.session
def bench(session):
    """The benchmarks, against every peer that installs."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def wheel(session):
    """sdist, and a wheel from it."""
    session.install("build")
    session.run("python", "-m", "build", "--outdir", "dist")
