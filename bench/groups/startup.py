"""Start-up and size: import, first gradient, wheel, and one matrix product.

Imports are timed in fresh processes, with their bytecode cached, as a user has it.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

from ..report import Section
from ..timing import Call, Timing

IMPORT = """
import sys, time
import numpy
start = time.perf_counter()
import dualad
print(time.perf_counter() - start, "scipy" in sys.modules)
"""

#: library -> a gradient of f(x) = sum(x * x) at (0, 1, 2), from a cold start
FIRST = {
    "NumPy alone": "print(2 * np.arange(3.0))",
    "dualad": "import dualad; print(dualad.grad(f)(np.arange(3.0)))",
    "num-dual": """
import num_dual
print(num_dual.gradient(lambda x: f(np.array(x)), [0.0, 1.0, 2.0])[1])""",
    "HyperJet": """
import hyperjet
print(f(np.array(hyperjet.variables([0.0, 1.0, 2.0], order=1))).g)""",
    "autograd": "import autograd; print(autograd.grad(f)(np.arange(3.0)))",
    "CasADi": """
import casadi as ca
x = ca.SX.sym("x", 3)
print(ca.Function("g", [x], [ca.gradient(ca.sumsqr(x), x)])(np.arange(3.0)))""",
    "jax": "import jax; print(jax.grad(f)(np.arange(3.0)))",
    "torch": """
import torch
x = torch.arange(3.0, requires_grad=True)
f(x).backward()
print(x.grad)""",
}
PRELUDE = "import numpy as np\nf = lambda x: (x * x).sum()\n"
WHEEL_LIMIT, IMPORT_LIMIT, MATMUL_LIMIT = 3.0, 5.0, 2.5


def in_fresh_process(code):
    """Run code in a fresh interpreter, from this directory: (seconds, output)."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True,
                          text=True, check=False, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])
    return seconds, done.stdout


def _seconds(code):
    return in_fresh_process(code)[0]


def _timing(seen):
    return Timing(min(seen), statistics.median(seen), 1, len(seen))


def _import(session):
    section = Section("import dualad after NumPy, fresh processes", "")
    if session.dualad:
        in_fresh_process(IMPORT)                         # writes the bytecode
        seen, scipy = [], False
        for _ in range(session.pick(20, 5)):
            seconds, loaded = in_fresh_process(IMPORT)[1].split()
            seen.append(float(seconds))
            scipy |= loaded == "True"
        timing = _timing(seen)
        section.rows["import dualad"] = {
            "least": timing, "median": _timing([timing.median])}
        section.bar("import dualad, median", timing.median * 1e3, IMPORT_LIMIT, "ms")
        section.note("SciPy is " + ("imported by it: it must not be" if scipy
                                    else "not imported by it"))
    return section


def _first_gradient(session):
    section = Section("import and first gradient, whole process", "library", "NumPy alone")
    names = {c.name for c in session.contenders}
    codes = {name: PRELUDE + code for name, code in FIRST.items()
             if name == "NumPy alone" or name in names}
    seen = {name: [] for name in codes}
    for turn in range(session.pick(6, 2)):
        for name in list(codes):
            took = session.attempt(section, name, _seconds, codes[name])
            if took is None:
                del codes[name]
            elif turn:                          # the first one warms the caches
                seen[name].append(took)
    section.rows["process"] = {name: _timing(times) for name, times in seen.items() if times}
    return section


def _wheel():
    section = Section("the wheel", "")
    wheels = sorted(pathlib.Path("dist").glob("dualad-*.whl"),
                    key=lambda path: path.stat().st_mtime)
    size = wheels[-1].stat().st_size / 1e6 if wheels else None
    if not wheels:
        section.note("no wheel in dist/: build one with `python -m build`")
    section.bar(wheels[-1].name if wheels else "wheel", size, WHEEL_LIMIT, "MB")
    return section


def _matmul(session, size=64, n=8):
    section = Section(f"matrix product, {size} x {size}, N={n}, both factors dual",
                      "product", "float64")
    random = np.random.default_rng(0)
    a, b = random.standard_normal((2, size, size))
    p, q = random.standard_normal((2, size, size, n))
    works = {"float64": Call(lambda: a @ b)}
    if session.dualad:
        dualad = session.dualad
        expected = np.concatenate(
            [(a @ b)[..., None], np.einsum("ijn,jk->ikn", p, b) + np.einsum("ij,jkn->ikn", a, q)],
            axis=-1)

        def read(y):
            return np.concatenate([dualad.value(y)[..., None], dualad.partials(y)], axis=-1)

        pair = session.attempt(section, "seed", lambda: (dualad.seed(a, directions=p),
                                                         dualad.seed(b, directions=q)))
        if pair:
            x, y = map(np.asarray, pair)
            session.accept(section, works, "dual", Call(lambda: x @ y), expected, 1e-12,
                           read=read)
            session.accept(section, works, "DualArray", Call(lambda: pair[0] @ pair[1]),
                           expected, 1e-12, read=read)
    section.fill(session.watch.compare({"A @ B": works}))
    for name in ("dual", "DualArray"):
        whole = section.quotient("A @ B", name, "float64")
        section.bar(f"A @ B, {name}, against {1 + 2 * n} float64 products",
                    whole and whole / (1 + 2 * n), MATMUL_LIMIT)
    return section


def run(session):
    yield _import(session)
    yield _first_gradient(session)
    yield _wheel()
    yield _matmul(session)
