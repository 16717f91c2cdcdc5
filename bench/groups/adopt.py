"""What adoption costs those who do not differentiate: adopted code on floats, against the same code as it was."""

import importlib.util
import pathlib

import numpy as np

from ..report import Section
from ..session import ALONE
from ..timing import Call

LIMIT = 1.1
ADOPTED = "adopted"
JACOBIAN = "jacobian"


def twin(name):
    """A copy of the module `bench.adoptee`, apart from all others."""
    spec = importlib.util.spec_from_file_location(name, pathlib.Path(__file__).parents[1] / "adoptee.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(session):
    section = Section("Code that makes floats: as it is, and adopted", "", baseline=ALONE)
    dualad = session.dualad
    if dualad is None:
        section.note("dualad is not there")
        yield section
        return
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
    yield section
