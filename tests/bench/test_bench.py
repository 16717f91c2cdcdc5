"""The benchmark's smoke test: each answer is right, each group runs and reports."""

import json
import math

import numpy as np
import pytest

from bench import check, native, problems, report
from bench.contenders import all_contenders
from bench.groups import GROUPS, crossover, hessians, load, programs, startup
from bench.session import Session
from bench.timing import Call, Statement, Stopwatch, Timing

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")  # its own

HEAVY = {"jax", "torch"}        # seconds to import
PROBLEMS = [pytest.param(p, n, id=f"{p.name}, {p.kind}") for p, n in problems.ALL]


def contender(name):
    peer = next(c for c in all_contenders() if c.name == name)
    if peer.available():
        pytest.skip(f"{name}: {peer.available()}")
    return peer


@pytest.mark.parametrize("problem, n", PROBLEMS)
def test_closed_form_is_the_complex_step(problem, n):
    if problem.kind == "hessian":
        f = problems.ROSENBROCK.answer
    else:
        f = problem.function(n)
    full = check.complex_step(f, problem.point(n))
    if problem.kind == "jvp":
        full = full @ problem.direction(n)
    assert check.agree(problem.reference(n), full, 1e-14) is None


@pytest.mark.parametrize("problem, n", PROBLEMS)
@pytest.mark.parametrize("name", [
    pytest.param(c.name, marks=pytest.mark.slow if c.module in HEAVY else ())
    for c in all_contenders()])
def test_contender_is_right(name, problem, n):
    call = contender(name).prepare(problem, n)
    if call is None:
        pytest.skip("does not do this kind")
    reference = problem.reference(n)
    assert check.agree(call(), reference, 1e-13) is None
    assert check.agree(call(), reference, 1e-13) is None        # and again


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda p: p.name)
def test_program_is_right(program):
    contender("dualad")
    dualad = pytest.importorskip("dualad")
    if program.f is programs.black_scholes:
        pytest.importorskip("scipy")
    x = np.array(program.point)
    reference = program.answer(x) if program.answer else check.complex_step(program.f, x)
    assert check.agree(dualad.jacobian(program.f)(x), reference, 1e-9) is None


@pytest.mark.parametrize("n", native.ROWS)
def test_handwritten_loops(n):
    library = native.build()
    if library is None:
        pytest.skip("no C compiler")
    a, b = np.random.default_rng(n).uniform(0.5, 1.5, (2, 7, 1 + n))
    value = {"add": a[:, 0] + b[:, 0], "multiply": a[:, 0] * b[:, 0], "exp": np.exp(a[:, 0])}
    slope = {"add": (1, 1), "multiply": (b[:, :1], a[:, :1]),
             "exp": (np.exp(a[:, :1]), 0)}
    for kernel, (da, db) in slope.items():
        got = native.Loop(library, kernel, a, b, np.empty_like(a)).value()
        np.testing.assert_allclose(got[:, 0], value[kernel], rtol=1e-15)
        np.testing.assert_allclose(got[:, 1:], a[:, 1:] * da + b[:, 1:] * db, rtol=1e-14)


@pytest.mark.parametrize("kernel", native.HYPER)
def test_handwritten_loops_of_second_order(kernel):
    library = native.build()
    if library is None:
        pytest.skip("no C compiler")
    a, b = np.random.default_rng(4).uniform(0.5, 1.5, (2, 7, hessians.WIDTH))
    got = native.HyperLoop(library, kernel, a, b, np.empty_like(a)).value()
    np.testing.assert_allclose(got, hessians.hyper_expected(kernel, a, b), rtol=1e-13)


def test_rosenbrock_hessian_is_scipys():
    optimize = pytest.importorskip("scipy.optimize")
    for n in (2, 10, 50):
        x = problems.ROSENBROCK_HESSIAN.point(n)
        reference = problems.ROSENBROCK_HESSIAN.reference(n)
        assert check.agree(reference, optimize.rosen_hess(x), 1e-15) is None


def test_waves_hessian_is_the_complex_step():
    def gradient(x):
        return (np.cos(x) * x**2 + 2 * x * np.sin(x)
                + np.roll(x, 1) + np.roll(x, -1))

    x = np.linspace(0.1, 2.0, 9)
    assert check.agree(check.complex_step(hessians.waves, x), gradient(x), 1e-14) is None
    assert check.agree(hessians.waves_hessian(x), check.complex_step(gradient, x), 1e-14) is None


def test_slope():
    assert hessians.slope([1, 10, 100], [3.0, 30.0, 300.0]) == pytest.approx(1.0)


@pytest.mark.parametrize("name", [g for g in GROUPS if g != "startup"])
def test_group_runs(name):
    """Each group without peers, hardly timed: nothing of dualad's is left out."""
    contender("dualad")
    session = Session(quick=True, peers=False, watch=Stopwatch(1, 1e-6, 1e-3))
    sections = list(load(name).run(session))
    for section in sections:
        assert section.rows or section.notes
        assert not [note for note in section.notes if "left out" in note
                    and "compiler" not in note and "SciPy" not in note]
        assert str(section)
        json.dumps(section.data())


def test_matrix_product():
    contender("dualad")
    session = Session(quick=True, peers=False, watch=Stopwatch(1, 1e-6, 1e-3))
    section = startup._matmul(session)
    assert not section.notes and len(section.bars) == 2


def test_stopwatch_orders_work():
    watch = Stopwatch(rounds=3, length=1e-4, budget=0.1)
    seen = watch.compare({"row": {"short": Call(lambda: sum(range(10))),
                                  "long": Call(lambda: sum(range(10_000))),
                                  "line": Statement("a * b", a=2.0, b=3.0)}})["row"]
    assert seen["line"].best < seen["short"].best < seen["long"].best
    assert all(t.best <= t.median and t.rounds >= 2 for t in seen.values())


def test_wrong_answers_are_seen():
    assert check.agree([1.0, 2.0], [1.0, 2.0]) is None
    assert "wrong" in check.agree([1.0, 2.1], [1.0, 2.0])
    assert "wrong" in check.agree([1.0, math.nan], [1.0, 2.0])
    assert "shape" in check.agree([1.0], [1.0, 2.0])


def test_wrong_answers_are_not_timed():
    session, section, works = Session(peers=False), report.Section("t", "n"), {}
    session.accept(section, works, "liar", Call(lambda: 1.0), 2.0)
    session.accept(section, works, "broken", Call(lambda: 1 / 0), 2.0)
    session.accept(section, works, "honest", Call(lambda: 2.0), 2.0)
    assert list(works) == ["honest"] and len(section.notes) == 2


def test_bars():
    assert report.Bar("x", 2.0, 2.2).met and not report.Bar("x", 2.3, 2.2).met
    assert report.Bar("x", 9.0, 8.0, least=True).met
    assert report.Bar("x", None, 8.0).met is None
    section = report.Section("t", "n", "a")
    section.fill({1: {"a": Timing(2e-6, 2e-6, 1, 2), "b": Timing(1e-6, 1e-6, 1, 2)}})
    section.worst("w", {"one": 1.0, "two": 3.0, "none": None}, 2.0)
    assert "OVER" in str(section) and "two" in str(section) and "0.50×" in str(section)
    assert "1 missed" in report.summary([section])


def test_crossing():
    sizes = [1, 10, 100]
    assert crossover.crossing(sizes, [1, 1, 1], [2, 2, 2]) is None
    assert crossover.crossing(sizes, [2, 2, 2], [1, 1, 1]) == 0
    assert crossover.crossing(sizes, [1, 10, 100], [10, 10, 10]) == pytest.approx(10)
    assert 10 < crossover.crossing(sizes, [1, 10, 100], [20, 20, 20]) < 100
