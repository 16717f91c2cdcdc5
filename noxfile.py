"""`nox -s tests` and friends; CONTRIBUTING.md says which when."""

import os
import pathlib
import re
import shutil
import subprocess

import nox

nox.options.sessions = ["lint", "types", "tests"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
NUMPYS = ["2.0.*", "2.2.*", ""]          # the floor, a middle one, the newest
NEWEST_PYTHON = {"2.0.*": "3.12", "2.2.*": "3.13"}          # that this NumPy has builds for
NOT_SANITIZED = {                        # by default, each with the reason
    "tests/core/test_baseline.py": "looks at the machine code, to which sanitizers add",
    "tests/reliability/test_memory.py": "has a malloc of its own, where the sanitizer's has to be",
    "tests/bench": "runs peers, whose C is not ours",
}
VALGRIND = [f"tests/core/test_{part}.py" for part in ("memory", "common_dtype", "given", "hyper", "scalar")]
CYTHON = [*map(str, sorted(pathlib.Path("src").glob("*.p[yx]*"))), *map(str, pathlib.Path("tests").rglob("*.pyx"))]
C = [str(path) for folder in ("src", "dualad/include", "bench", "tests")
     for path in sorted(pathlib.Path(folder).rglob("*.[ch]")) if path.name != "_core.c"]          # which Cython makes


@nox.session(python=PYTHONS)
@nox.parametrize("numpy", NUMPYS)
def tests(session, numpy):
    """The tests of the README, for each Python and NumPy."""
    if numpy in NEWEST_PYTHON and session.python > NEWEST_PYTHON[numpy]:
        session.skip(f"NumPy {numpy} has no build for Python {session.python}")
    session.install(".[test]")
    if numpy:
        session.install(f"numpy=={numpy}")
    session.run("python", "-P", "-m", "pytest", *session.posargs)


@nox.session
def slow(session):
    """Full domains, leaks, clusters, an old processor, packages in C."""
    session.install("-e", ".[test]", "cython", "setuptools")
    session.run("python", "-m", "pytest", "-m", "slow", *session.posargs)


@nox.session
def packages(session):
    """Packages of others, as they are or adopted."""
    session.install("-e", ".[test,packages]")
    session.run("python", "-m", "pytest", "-m", "packages", "tests/packages", *session.posargs)


@nox.session
def lint(session):
    """Style of Python, Cython and C, and the security of the workflows."""
    session.install("ruff", "cython-lint", "clang-format==20.1.8", "zizmor")
    session.run("ruff", "check", ".")
    session.run("cython-lint", *CYTHON)
    session.run("clang-format", "--dry-run", "--Werror", *C)
    session.run("zizmor", "--offline", "--quiet", ".github/workflows")


@nox.session
def types(session):
    """The stubs in themselves, and against the module that they describe."""
    session.install(".", "mypy", "scipy")
    session.run("mypy", *map(str, sorted(pathlib.Path("dualad").rglob("*.pyi"))))
    here = pathlib.Path.cwd()
    session.chdir(session.create_tmp())          # the installed package, not the folder
    session.run("stubtest", "--mypy-config-file", str(here / "pyproject.toml"), "--ignore-disjoint-bases",
                "--ignore-unused-allowlist", "--allowlist", str(here / "tests/types/not_in_stubs.txt"), "dualad")


@nox.session
def docs(session):
    """The documentation site, in build/docs: no warning, no link that leads nowhere, and nothing that looks wrong."""
    session.install("-e", ".[docs,scipy]", "playwright")
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-c", "docs", ".", "build/docs", *session.posargs)
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        session.run("python", "docs/look.py", "build/docs")


@nox.session
def sanitize(session):
    """The tests under AddressSanitizer and UndefinedBehaviorSanitizer (GCC on Linux)."""
    checks = "address,undefined,float-cast-overflow"
    session.install("-e", ".[test]", env={
        "DUALAD_CFLAGS": f"-O1 -g -fno-omit-frame-pointer -fsanitize={checks} -fno-sanitize-recover=all "
                         "-DFREE_SCALARS=0",
        "LDFLAGS": f"-fsanitize={checks}",
    })
    libraries = [subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()
                 for name in ("libasan.so", "libubsan.so", "libstdc++.so")]
    session.run("python", "-X", "faulthandler", "-m", "pytest",
                *(session.posargs or [f"--ignore={path}" for path in NOT_SANITIZED]), env={
        "LD_PRELOAD": " ".join(libraries),
        "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "OPENBLAS_NUM_THREADS": "1",
    })


@nox.session
def fuzz(session):
    """Coverage-guided fuzzing of the core under sanitizers, for so many seconds (clang on Linux)."""
    sanitizers = "-fsanitize=fuzzer-no-link,address,undefined"
    session.install("-e", ".", "atheris", env={
        "CC": "clang", "LDSHARED": "clang -shared", "LDFLAGS": sanitizers,
        "DUALAD_CFLAGS": f"-O1 -g1 -fno-omit-frame-pointer {sanitizers} -fno-sanitize-recover=undefined",
    })
    session.run("python", "-m", "tests.fuzz", *(session.posargs or ["600"]))


@nox.session
def valgrind(session):
    """A part of the core's tests under valgrind's memcheck (of the system): errors in our code or called from it."""
    session.install("-e", ".[test]", env={"DUALAD_CFLAGS": "-DFREE_SCALARS=0"})
    logs = pathlib.Path(session.create_tmp()).resolve()
    for log in logs.glob("memcheck.*"):
        log.unlink()
    session.run("valgrind", "--num-callers=40", "--error-limit=no", f"--log-file={logs}/memcheck.%p",
                str(pathlib.Path(session.bin, "python")), "-m", "pytest", "-n", "0", *(session.posargs or VALGRIND),
                env={"PYTHONMALLOC": "malloc", "OPENBLAS_NUM_THREADS": "1"}, external=True,
                success_codes=[0, 1])               # it calculates long doubles as doubles
    errors = [error for log in logs.glob("memcheck.*") for error in re.split(r"\n==\d+== *\n", log.read_text())
              if "/dualad/_core." in error]
    if errors:
        session.error("\n\n".join(errors))


@nox.session
def coverage(session):
    """Lines of Python (htmlcov/) and of C and Cython (coverage_c/) that the tests run; under 95 % of either fails."""
    objects = pathlib.Path(session.create_tmp()).resolve()
    session.install("-e", ".[test]", "pytest-cov", "gcovr", "cython", "setuptools")
    session.run("python", "setup.py", "-q", "build_ext", "--inplace", "--force", "--build-temp", str(objects),
                env={"DUALAD_CFLAGS": "--coverage -O1", "LDFLAGS": "--coverage"})
    session.run("python", "-m", "pytest", "--cov", "--cov-report=", "--cov-fail-under=0", "-m", "slow",
                "tests/c_interface")          # they compile, too long for the tests of every day
    session.run("python", "-m", "pytest", "--cov", "--cov-append", "--cov-report=html",
                "--cov-report=term:skip-covered", *session.posargs)
    os.makedirs("coverage_c", exist_ok=True)
    # A macro's function counts once, however often the macro makes it. Cython's functions begin with "__",
    # as a compiler's own do; what it adds of its own names files that are not here, or the line of the "def",
    # which runs when an exception leaves the function.
    session.run("gcovr", "--filter", "src/", "--exclude", "src/_core.c", "--merge-lines",
                "--include-internal-functions", "--exclude-lines-by-pattern", r'\s*(@|(cp?)?def |""")',
                "--gcov-ignore-errors=source_not_found", "--gcov-ignore-errors=no_working_dir_found",
                "--html-details", "coverage_c/index.html", "--txt", "-", "--fail-under-line", "95", str(objects))


@nox.session
def bench(session):
    """The benchmarks, against every peer that installs."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def wheels(session):
    """The sdist, and from it what cibuildwheel builds on this machine (in containers, on Linux)."""
    session.install("build", "cibuildwheel")
    session.run("python", "-m", "build", "--sdist", "--outdir", "dist")
    newest = max(pathlib.Path("dist").glob("dualad-*.tar.gz"), key=os.path.getmtime)
    session.run("cibuildwheel", "--output-dir", "dist", str(newest), *session.posargs)
