"""What adoption costs those who do not differentiate: adopted code on floats, against the same code as it was."""

import importlib.util
import json
import pathlib
import statistics

import numpy as np

from ..report import Section
from ..session import ALONE
from ..timing import Call, Timing
from .startup import in_fresh_process

LIMIT = 1.1
ADOPTED = "adopted"
JACOBIAN = "jacobian"
BESIDE = "beside dualad"

#: Float programs, timed in a process with dual numbers of several kinds and in one without.
FLOATS = """
import json, timeit
import numpy as np
{beside}
x, m = np.linspace(0.1, 1.0, 10), np.eye(5) + 0.1
works = {{
    "x * x + 1": lambda: x * x + 1.0,
    "np.exp(x)": lambda: np.exp(x),
    "x.sum()": lambda: x.sum(),
    "np.concatenate": lambda: np.concatenate((x, x)),
    "np.where": lambda: np.where(x > 0.5, x, 0.0),
    "np.interp": lambda: np.interp(0.3, x, x),
    "np.linalg.solve": lambda: np.linalg.solve(m, m),
    "np.linalg.eigvals": lambda: np.linalg.eigvals(m),
    "np.fft.fft": lambda: np.fft.fft(x),
    "np.array of floats": lambda: np.array([1.0, 2.0, 3.0]),
    "np.polyval": lambda: np.polyval(x, 0.5),
    "np.float64 * float": lambda a=np.float64(2.0): a * 3.0 + a,
}}
print(json.dumps({{name: min(timeit.repeat(f, number=300, repeat=15)) / 300 for name, f in works.items()}}))
"""
IMPORTED = """
import dualad
dualad.jacobian(np.exp)(np.ones(3)), dualad.hessian(lambda x: abs(np.fft.fft(x)).sum())(np.ones(4))
"""


def twin(name):
    """A copy of the module `bench.adoptee`, apart from all others."""
    spec = importlib.util.spec_from_file_location(name, pathlib.Path(__file__).parents[1] / "adoptee.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(session):
    yield adopted_floats(session)
    yield floats_beside(session)


def floats_beside(session):
    """What dualad costs programs that only import it."""
    section = Section("Floats, small arrays: with and without dual numbers in the process", "", baseline=ALONE)
    if session.dualad is None:
        section.note("dualad is not there")
        return section
    seen = {ALONE: [], BESIDE: []}
    for _ in range(session.pick(7, 2)):
        for column, beside in (ALONE, ""), (BESIDE, IMPORTED):
            seen[column].append(json.loads(in_fresh_process(FLOATS.format(beside=beside))[1]))
    for case in seen[ALONE][0]:
        times = {column: [run[case] for run in runs] for column, runs in seen.items()}
        section.rows[case] = {column: Timing(min(runs), statistics.median(runs), 300, len(runs))
                              for column, runs in times.items()}
    section.worst("beside dualad, against without it",
                  {case: section.quotient(case, BESIDE, ALONE) for case in section.rows}, LIMIT)
    return section


def adopted_floats(session):
    section = Section("Code that makes floats: as it is, and adopted", "", baseline=ALONE)
    dualad = session.dualad
    if dualad is None:
        section.note("dualad is not there")
        return section
    plain, adopted = twin("adoptee_plain"), twin("adoptee_adopted")
    table = {}
    with dualad.adopt(adopted):
        for case, (f, p) in plain.CASES.items():
            g = getattr(adopted, f.__name__)
            works = table[case] = {ALONE: Call(lambda f=f, p=p: f(p))}
            session.accept(section, works, ADOPTED, Call(lambda g=g, p=p: g(p)), f(p), 0.0, case)
            jacobian, x = dualad.jacobian(g), np.array(p)
            works[JACOBIAN] = Call(lambda jacobian=jacobian, x=x: jacobian(x))
        section.fill(session.watch.compare(table))
    section.worst("adopted, on floats, against itself",
                  {case: section.quotient(case, ADOPTED, ALONE) for case in table}, LIMIT)
    return section
