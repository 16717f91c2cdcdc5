"""The graph of operations of a scalar expression, with the partial derivative on each edge."""

import inspect
import subprocess
from typing import NamedTuple

import numpy as np

from .tracing import SIGNS, trace


class Node(NamedTuple):
    """An input, or an operation.

    Attributes
    ----------
    name : str
        Such as 'x[0]', 'v1', or for the result the function's name.
    expression : str
        What it is made of, such as 'sin(x[0])'; of inputs ''.
    value : float
    """

    name: str
    expression: str
    value: float


class Edge(NamedTuple):
    """From an operand to an operation.

    Attributes
    ----------
    source, target : int
        Places in `Graph.nodes`.
    partial : float
        The derivative of the operation by this operand, the others held fixed.
    """

    source: int
    target: int
    partial: float


class Graph:
    """What `graph` found: operations, and the partial derivative of each by each of its operands.

    The derivative of the result by an input is the sum, over all paths from the input to the result, of the product
    of the partials along the path.

    Attributes
    ----------
    nodes : list of Node
        Inputs first, then operations in the order of their execution; the last is the result.
    edges : list of Edge
        An operation that takes a number twice, such as ``x * x``, has two edges from it.
    dot : str
        The graph in Graphviz' language.
    """

    def __init__(self, nodes, edges):
        self.nodes, self.edges = nodes, edges

    def __repr__(self):
        inputs = sum(not node.expression for node in self.nodes)
        return f"<Graph of {self.nodes[-1].name}: {inputs} inputs, {len(self.nodes) - inputs} operations>"

    @property
    def dot(self):
        font = 'fontname="Helvetica,Arial,sans-serif", fontsize=11'
        lines = ["digraph {", "  rankdir=LR;", f'  node [shape=box, style="rounded,filled", fillcolor=white, {font}];',
                 f'  edge [color="#7f8c8d", fontcolor="#c0392b", {font}];']
        for place, node in enumerate(self.nodes):
            text = r"\n".join(map(_quoted, label(node)))
            lines.append(f'  n{place} [label="{text}", color="{color(self, place)}"];')
        lines += [f'  n{edge.source} -> n{edge.target} [label=" {number(edge.partial)} "];' for edge in self.edges]
        return "\n".join([*lines, "}"]) + "\n"

    def svg(self):
        """The graph as SVG, laid out by Graphviz.

        Returns
        -------
        str

        Raises
        ------
        RuntimeError
            Where Graphviz' program ``dot`` is not installed, or fails.
        """
        try:
            done = subprocess.run(["dot", "-Tsvg"], input=self.dot, capture_output=True, text=True, encoding="utf-8")
        except OSError as error:
            raise RuntimeError("Graph.svg() is drawn by Graphviz, whose program `dot` was not found: install graphviz, "
                               "or use Graph.draw(), which needs matplotlib only") from error
        if done.returncode:
            raise RuntimeError(f"Graphviz' dot failed: {done.stderr.strip()}")
        return done.stdout

    def draw(self, ax=None):
        """Draw it with matplotlib alone.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw. By default on a new figure.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from .drawing import draw
        return draw(self, ax)

    def _repr_svg_(self):
        """For notebooks: by Graphviz, or else by matplotlib."""
        try:
            text = self.svg()
        except RuntimeError:
            from .drawing import as_svg
            text = as_svg(self)
        return text and text[text.index("<svg"):]


def graph(f, *args, names=None):
    """The operations of a function that returns one number, each with its partial derivatives.

    The function is run once, at ``args``. Operators and NumPy's ufuncs are followed, also on arrays, with sums and
    products of them; a branch is followed as it is taken. Constants stand within the operation.

    Parameters
    ----------
    f : callable
        Of real numbers or arrays of them.
    *args : float or array_like
        Where it is run.
    names : sequence of str, optional
        Names of the inputs, one for each number. By default those of the parameters of ``f``.

    Returns
    -------
    Graph
        With ``nodes`` and ``edges``, the text ``dot`` for Graphviz, ``svg()`` and ``draw(ax)``. A notebook shows the
        picture.

    Raises
    ------
    TypeError
        When ``f`` does what cannot be followed (``math.sin``, ``float``, `numpy.linalg`), or returns anything but one
        real number.
    ValueError
        When there are more than a thousand operations, or names are too many or few.

    Notes
    -----
    Of equal numbers in an array made within `f`, by ``np.array([a, b])``, the first is the maximum; elsewhere each has
    half of the derivative, as for dual numbers.

    Examples
    --------
    >>> import numpy as np, dualad.plot
    >>> def f(x, y):
    ...     return x * y + np.sin(x)
    >>> found = dualad.plot.graph(f, 2.0, 3.0)
    >>> for node in found.nodes:
    ...     print(f"{node.name:2} {node.expression:8} {node.value:.4f}")
    x           2.0000
    y           3.0000
    v1 x * y    6.0000
    v2 sin(x)   0.9093
    f  v1 + v2  6.9093
    >>> for edge in found.edges:
    ...     print(found.nodes[edge.source].name, "->", found.nodes[edge.target].name, f"{edge.partial:.4f}")
    x -> v1 3.0000
    y -> v1 2.0000
    x -> v2 -0.4161
    v1 -> f 1.0000
    v2 -> f 1.0000
    """
    steps, result, value = trace(f, args)
    inputs = [place for place, step in enumerate(steps) if not step.function]
    names = _names(f, args) if names is None else [str(name) for name in names]
    if len(names) != len(inputs):
        raise ValueError(f"{len(names)} names were given for {len(inputs)} numbers")
    last = getattr(f, "__name__", "f")
    last = next(name for name in (last, "f", "result") if name.isidentifier() and name not in names)
    if result is None:
        return Graph([*(Node(name, "", steps[k].value) for name, k in zip(names, inputs)),
                      Node(last, number(value), value)], [])
    kept = [*inputs, *(place for place in _needed(steps, result) if steps[place].function)]
    place_of = {place: k for k, place in enumerate(kept)}
    nodes, edges = [], []
    count = 0
    for place in kept:
        step = steps[place]
        if step.function:
            count += place != result
            names.append(last if place == result else f"v{count}")
            sources = [operand for operand in step.operands if isinstance(operand, int)]
            edges += [Edge(place_of[source], len(nodes), partial) for source, partial in zip(sources, step.partials)]
        nodes.append(Node(names[len(nodes)], _expression(step, lambda k: names[place_of[k]]), step.value))
    if not steps[result].function:      # f returns an input as it is
        nodes.append(Node(last, names[place_of[result]], value))
        edges.append(Edge(place_of[result], len(nodes) - 1, 1.0))
    return Graph(nodes, edges)


def _names(f, args):
    """A name for each number in ``args``, after the parameters of f."""
    try:
        bound = inspect.signature(f).bind(*range(len(args)))
        named = {}
        for name, given in bound.arguments.items():
            named |= {k: f"{name}{n + 1}" for n, k in enumerate(given)} if isinstance(given, tuple) else {given: name}
    except (TypeError, ValueError):
        named = {}
    names = []
    for k, arg in enumerate(args):
        name = named.get(k, f"x{k + 1}" if len(args) > 1 else "x")
        shape = np.shape(arg)
        names += [f"{name}[{', '.join(map(str, place))}]" for place in np.ndindex(shape)] if shape else [name]
    return names


def _needed(steps, result):
    """The steps that lead to the result, in order."""
    needed, waiting = set(), [result]
    while waiting:
        place = waiting.pop()
        if place not in needed:
            needed.add(place)
            waiting += [operand for operand in steps[place].operands if isinstance(operand, int)]
    return sorted(needed)


def _expression(step, name_of):
    texts = [name_of(operand) if isinstance(operand, int) else operand for operand in step.operands]
    if not step.function:
        return ""
    if step.function in SIGNS:
        return f"{texts[0]} {step.function} {texts[1]}" if len(texts) == 2 else step.function + texts[0]
    name, bracket, part = step.function.partition("[")
    return f"{name}({', '.join(texts)}){bracket}{part}"


def label(node):
    """The lines of a node's text."""
    return [f"{node.name} = {node.expression}" if node.expression else node.name, number(node.value)]


def color(graph, place):
    """Of a node's border: inputs, operations, the result."""
    if place == len(graph.nodes) - 1:
        return "#c0392b"
    return "#2471a3" if graph.nodes[place].expression else "#1e8449"


def number(value):
    """A number's text, short."""
    return f"{value + 0.0:.4g}"


def _quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
