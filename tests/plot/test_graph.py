"""Graphs of operations: what they hold, that paths sum to the gradient, and what cannot be followed."""

from __future__ import annotations

import copy
import math
import shutil
import subprocess
import xml.etree.ElementTree

import numpy as np
import pytest

import dualad
import dualad.plot
from dualad.plot.drawing import layers

UNARY = [np.sin, np.tanh, np.exp, np.arctan, np.square, lambda a: -a, abs, lambda a: a**3, lambda a: 2 / (3 + a * a)]
BINARY = [np.add, np.hypot, np.arctan2, np.maximum, np.logaddexp, lambda a, b: a * b, lambda a, b: a - b,
          lambda a, b: b / (2 + a * a), lambda a, b: (1 + a * a) ** np.tanh(b)]  # fmt: skip


def f(x, y):
    return x * y + np.sin(x)


def total(graph, place):
    """The derivative of the result by a node: the sum over all paths of the product of the partials."""
    if place == len(graph.nodes) - 1:
        return 1.0
    return sum(edge.partial * total(graph, edge.target) for edge in graph.edges if edge.source == place)


def random_expression(rng):
    """A function of three numbers: a dozen operations, each of what has been made before."""
    choices = [(rng.integers(2), rng.integers(9), rng.integers(3 + k, size=2)) for k in range(12)]

    def run(*args):
        made = [*args]
        for binary, which, (i, j) in choices:
            made.append(BINARY[which](made[i], made[j]) if binary else UNARY[which](np.tanh(made[i])))
        return sum(made[-3:], 0.5 * made[0])

    return run


@pytest.mark.parametrize("seed", range(30))
def test_paths_sum_to_the_gradient(seed):
    rng = np.random.default_rng(seed)
    run, args = random_expression(rng), rng.uniform(0.2, 1.5, 3)
    graph = dualad.plot.graph(run, *args)
    assert graph.nodes[-1].value == run(*args)
    sums = [total(graph, k) for k in range(3)]
    np.testing.assert_allclose(sums, dualad.grad(run, argnums=(0, 1, 2))(*args), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(sums, dualad.grad(lambda p: run(*p))(args), rtol=1e-12, atol=1e-12)


def test_what_it_holds():
    graph = dualad.plot.graph(f, 2.0, 3.0)
    assert [node[:2] for node in graph.nodes] == [
        ("x", ""), ("y", ""), ("v1", "x * y"), ("v2", "sin(x)"), ("f", "v1 + v2")]
    assert [node.value for node in graph.nodes] == [2.0, 3.0, 6.0, math.sin(2.0), 6.0 + math.sin(2.0)]
    assert [edge[:2] for edge in graph.edges] == [(0, 2), (1, 2), (0, 3), (2, 4), (3, 4)]
    assert [edge.partial for edge in graph.edges] == pytest.approx([3.0, 2.0, math.cos(2.0), 1.0, 1.0], rel=1e-15)
    assert repr(graph) == "<Graph of f: 2 inputs, 3 operations>"


def test_a_number_taken_twice_has_two_edges():
    graph = dualad.plot.graph(lambda x: x * x, 3.0)
    assert graph.edges == [(0, 1, 3.0), (0, 1, 3.0)]
    assert graph.nodes[-1] == ("f", "x * x", 9.0)


def test_constants_stand_within_operations():
    def g(x):
        return 2 * x ** (-1.5) - np.float64(0.25) + np.array(1.0)

    graph = dualad.plot.graph(g, 4.0)
    assert [node.expression for node in graph.nodes] == ["", "x ** (-1.5)", "2 * v1", "v2 - 0.25", "v3 + 1"]
    assert total(graph, 0) == pytest.approx(-3 * 4.0**-2.5, rel=1e-14)


def test_what_does_not_lead_to_the_result_is_left_out():
    def g(x, y):
        np.exp(y)
        return np.sin(x)

    graph = dualad.plot.graph(g, 1.0, 2.0)
    assert [node.name for node in graph.nodes] == ["x", "y", "g"] and len(graph.edges) == 1
    assert [node.name for node in dualad.plot.graph(lambda x: x, 1.0).nodes] == ["x", "f"]
    constant = dualad.plot.graph(lambda f: 3.0, 1.0)
    assert constant.nodes == [("f", "", 1.0), ("result", "3", 3.0)] and constant.edges == []


def test_arrays_branches_and_ufuncs_of_two_results():
    def g(p, k):
        if p[0] > p[1]:
            return np.nan
        fraction, whole = np.modf(np.sum(p**2) * k)
        return np.where(p[2] > 0, fraction, -whole) + np.prod(p[1:]) + round(k) + divmod(k, 2)[1]

    p = np.array([0.5, 0.75, 1.25])
    graph = dualad.plot.graph(g, p, 1.5)
    assert [node.name for node in graph.nodes[:4]] == ["p[0]", "p[1]", "p[2]", "k"]
    assert {"modf(v6)[0]", "divmod(k, 2)[1]"} <= {node.expression for node in graph.nodes}
    by_p, by_k = dualad.grad(g, argnums=(0, 1))(p, 1.5)
    np.testing.assert_allclose([total(graph, k) for k in range(4)], [*by_p, by_k], rtol=1e-14)


def test_arrays_of_numbers_times_a_traced_one():
    def g(x):
        return np.sum(np.array([1.0, 2.0]) * x) + np.sum(np.logaddexp(x, np.array([0.5, 2.0]))) + (x * np.eye(2))[1, 1]

    graph = dualad.plot.graph(g, 0.75)
    assert total(graph, 0) == pytest.approx(dualad.derivative(g)(0.75), rel=1e-14)


@pytest.mark.parametrize(
    "g",
    [
        np.max,
        lambda x: np.maximum(x, 1.0).sum(),
        lambda x: np.clip(x, 1.0, 2.0).prod(),
        lambda x: np.fmin.reduce(x) * np.add.reduce(x),
        lambda x: np.sum(x[np.isfinite(x) & (x > 0.5)] ** 2),
        lambda x: np.sum(np.sign(x) * np.floor(x) * x) + np.cumsum(np.sqrt(x))[-1],
        lambda x: np.linalg.norm(x) * np.std(x) * np.mean(x) + x @ x + np.einsum("i,i->", x, np.roll(x, 1)),
        lambda x: np.concatenate([x, np.zeros_like(x)]).sum() + np.logaddexp.reduce(np.sort(x)),
        lambda x: (lambda y: np.add(y, x, out=y).prod())(np.zeros(3, x.dtype)),
        lambda x: np.real(x[0]) * x.real[1] + np.sum(np.imag(x)) + np.imag(x[0]),
        lambda x: np.outer(x, x)[1:, :2].ravel() @ np.tile(x, 2)[:4],
    ],
)
def test_arrays_as_dual_arrays_do(g):
    x = np.array([1.0, 2.0, 2.0])
    graph = dualad.plot.graph(g, x)
    assert graph.nodes[-1].value == pytest.approx(g(x), rel=1e-15)
    np.testing.assert_allclose([total(graph, k) for k in range(3)], dualad.grad(g)(x), rtol=1e-14)


UFUNCS = [name for name in dir(np) if isinstance(getattr(np, name), np.ufunc) and not getattr(np, name).signature]


@pytest.mark.parametrize("name", UFUNCS)
def test_every_ufunc_as_on_dual_numbers(name):
    ufunc = getattr(np, name)

    def first(*args):
        result = ufunc(*args)
        return result[0] if isinstance(result, tuple) else result

    args, outcomes = (0.625, 0.75)[:ufunc.nin], []
    for call in (lambda: dualad.grad(first, argnums=tuple(range(ufunc.nin)))(*args),
                 lambda: [total(graph, k) for graph in [dualad.plot.graph(first, *args)] for k in range(ufunc.nin)]):
        with np.errstate(all="ignore"):
            try:
                outcomes.append(call())
            except TypeError:
                outcomes.append("refused")
    assert np.array_equal(*outcomes, equal_nan="refused" not in outcomes)


def test_special_functions_of_scipy():
    special = pytest.importorskip("scipy.special")
    array = dualad.plot.graph(lambda x: np.sum(special.erf(x)), [0.5, 0.25])
    assert [node.expression for node in array.nodes[2:]] == ["erf(x[0])", "erf(x[1])", "v1 + v2"]
    graph = dualad.plot.graph(lambda x: special.erf(x), 0.5)
    assert graph.nodes[-1].expression == "erf(x)"
    assert graph.edges[0].partial == pytest.approx(2 / math.sqrt(math.pi) * math.exp(-0.25), rel=1e-14)


def test_names():
    def g(*q, **options):
        return q[0] * q[1]

    assert [node.name for node in dualad.plot.graph(g, 1.0, 2.0).nodes] == ["q1", "q2", "g"]
    assert [node.name for node in dualad.plot.graph(np.hypot, 1.0, 2.0).nodes] == ["x1", "x2", "hypot"]
    assert [node.name for node in dualad.plot.graph(g, 1.0, 2.0, names=["a", "b"]).nodes] == ["a", "b", "g"]
    with pytest.raises(ValueError, match="1 names were given for 2 numbers"):
        dualad.plot.graph(g, 1.0, 2.0, names=["a"])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: math.sin(x), r"np\.sin"),
        (lambda x: float(x), "plot.graph follows"),
        (lambda x: np.array([x, 1.0], float)[0], "plot.graph follows"),
        (lambda x: np.add.reduce(x), r"np\.add\.reduce"),
        (lambda x: np.linalg._umath_linalg.det(x * np.eye(2)), "single elements, not det"),
        (lambda x: np.linalg.det(x * np.eye(2)), "det"),
        (lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0]), "plot.graph follows"),
        (lambda x: np.sin(x, dtype=float), "dtype="),
        (lambda x: x * 1j, "complex"),
        (lambda x: x * dualad.Dual(1.0, 2.0), r"dualad\.value\(x\)"),
        (lambda x: x + "a", "unsupported operand"),
        (lambda x: np.array([x, x]), r"an array of shape \(2,\)"),
        (lambda x: [x], "it returned list"),
        (lambda x: x.T, None),
        (lambda x: {x: 1}, "unhashable"),
    ],
)  # fmt: skip
def test_refused(function, message):
    with pytest.raises(AttributeError if message is None else TypeError, match=message):
        dualad.plot.graph(function, 0.5)


def test_arguments_refused():
    for wrong in ("a", 1j, None, True):
        with pytest.raises(TypeError, match="real numbers or arrays"):
            dualad.plot.graph(f, wrong, 1.0)
    with pytest.raises(TypeError, match=r"dualad\.value\(x\)"):
        dualad.plot.graph(f, dualad.Dual(1.0, 2.0), 1.0)
    with pytest.raises(TypeError, match=r"x\.compressed\(\)"):
        dualad.plot.graph(np.sum, np.ma.array([1.0, 2.0], mask=[True, False]))
    with pytest.raises(ValueError, match="more than 1000 operations"):
        dualad.plot.graph(lambda x: sum(x for _ in range(2000)), 1.0)

    kept = []
    dualad.plot.graph(lambda x: kept.append(x) or x, 1.0)
    for mixed in (lambda x: x * kept[0], lambda x: kept[0]):
        with pytest.raises(TypeError, match="two calls"):
            dualad.plot.graph(mixed, 1.0)


def test_copies_and_texts():
    said = []

    def g(x, y):
        said.extend((f"{y:.2f}", f"{x}"))
        return copy.deepcopy(x)[0] * copy.copy(y) + copy.deepcopy(y)

    graph = dualad.plot.graph(g, [2.0], 3.0)
    assert [edge.partial for edge in graph.edges] == [3.0, 2.0, 1.0, 1.0]
    assert said == ["Traced(3.00)", "[Traced(2.0)]"]


def awkward():
    return dualad.plot.graph(lambda a, b: a * b, 1.0, 2.0, names=['a"\\n"]; evil [label="', "<b>$x_$\n&"])


def test_dot():
    assert dualad.plot.graph(f, 2.0, 3.0).dot.splitlines()[4:] == [
        r'  n0 [label="x\n2", color="#1e8449"];',
        r'  n1 [label="y\n3", color="#1e8449"];',
        r'  n2 [label="v1 = x * y\n6", color="#2471a3"];',
        r'  n3 [label="v2 = sin(x)\n0.9093", color="#2471a3"];',
        r'  n4 [label="f = v1 + v2\n6.909", color="#c0392b"];',
        '  n0 -> n2 [label=" 3 "];',
        '  n1 -> n2 [label=" 2 "];',
        '  n0 -> n3 [label=" -0.4161 "];',
        '  n2 -> n4 [label=" 1 "];',
        '  n3 -> n4 [label=" 1 "];',
        "}",
    ]
    assert r'label="a\"\\n\"]; evil [label=\"\n1"' in awkward().dot
    assert r'label="<b>$x_$ &\n2"' in awkward().dot


def texts(svg):
    root = xml.etree.ElementTree.fromstring(svg)
    return {text.text.replace("\xa0", " ").strip() for text in root.iter("{http://www.w3.org/2000/svg}text")}


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_svg_by_graphviz():
    assert {"v1 = x * y", "0.9093", "-0.4161"} <= texts(dualad.plot.graph(f, 2.0, 3.0).svg())
    assert {'a"\\n"]; evil [label="', "<b>$x_$ &"} <= texts(awkward()._repr_svg_())


def test_svg_without_graphviz(monkeypatch, pyplot):
    monkeypatch.setenv("PATH", "")
    graph, before = dualad.plot.graph(f, 2.0, 3.0), pyplot.get_fignums()
    with pytest.raises(RuntimeError, match=r"install graphviz, or use Graph\.draw\(\)"):
        graph.svg()
    assert graph._repr_svg_().startswith("<svg") and pyplot.get_fignums() == before

    def fails(*_, **__):
        return subprocess.CompletedProcess([], 1, "", "Error: syntax")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(RuntimeError, match="dot failed: Error: syntax"):
        graph.svg()


def drawn(axes):
    return [text.get_text() for text in axes.texts]


def test_draw(pyplot):
    graph = dualad.plot.graph(f, 2.0, 3.0)
    axes = graph.draw()
    assert sorted(drawn(axes)) == sorted([
        "3", "2", "-0.4161", "1", "1", "x\n2", "y\n3", "v1 = x * y\n6", "v2 = sin(x)\n0.9093", "f = v1 + v2\n6.909"])
    assert len(axes.patches) == len(graph.nodes) + len(graph.edges)
    mine = pyplot.figure(figsize=(2, 2)).add_subplot()
    assert graph.draw(mine) is mine and mine.texts[0].get_fontsize() < axes.texts[0].get_fontsize()
    awkward().draw().figure.canvas.draw()


@pytest.mark.parametrize("seed", range(5))
def test_text_stands_in_its_box_and_boxes_apart(seed, pyplot):
    rng = np.random.default_rng(seed)
    graph = dualad.plot.graph(random_expression(rng), *rng.uniform(0.2, 1.5, 3))
    axes = graph.draw()
    axes.figure.canvas.draw()
    boxes = [patch.get_window_extent() for patch in axes.patches if "Bbox" in type(patch).__name__]
    labels = [text.get_window_extent() for text in axes.texts if "\n" in text.get_text()]
    assert len(boxes) == len(labels) == len(graph.nodes)
    for box, text in zip(boxes, labels):
        assert box.x0 < text.x0 and text.x1 < box.x1 and box.y0 < text.y0 and text.y1 < box.y1
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    edges = [edge[:2] for edge in graph.edges]
    rank, order, *_ = layers(len(graph.nodes), edges)
    assert all(rank[source] < rank[target] for source, target in edges)
    assert sum(map(len, order)) == len(rank) + sum(rank[target] - rank[source] - 1 for source, target in edges)


def test_graphs_without_edges_are_drawn(pyplot):
    assert len(drawn(dualad.plot.graph(lambda x: 3.0, 1.0).draw())) == 2
    assert len(drawn(dualad.plot.graph(lambda: 3.0).draw())) == 1


def test_long_graphs_are_drawn_soon(pyplot):
    def recurrence(x):
        for _ in range(100):
            x = x + 0.1 * np.sin(x)
        return x

    graph = dualad.plot.graph(recurrence, 1.0)
    assert len(graph.nodes) == 301 and len(drawn(graph.draw())) == 301 + 400
