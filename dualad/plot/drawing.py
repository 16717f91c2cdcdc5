"""A graph laid out in layers and drawn with matplotlib.

All lengths are in ems, the size of the letters.
"""

import io
import itertools

import numpy as np

from .axes import axes_of
from .graphs import color, label, number

LETTER, LINE = 0.64, 1.35        # width and height of text
GAP = 1.3                        # between neighbours in a layer
LANE = 0.6                       # height of an edge that passes a layer
FONT = 9.0
POINTS = 72.0


def layers(nodes, edges):
    """The nodes in layers, so that all edges point to the right and few cross.

    Parameters
    ----------
    nodes : int
        Their number; each edge leads from a smaller to a larger one.
    edges : list of (int, int)

    Returns
    -------
    rank : list of int
        The layer of each node.
    order : list of list
        The layers from left to right, each from top to bottom: nodes, and a place (edge, layer) for each edge that
        passes this layer.
    before, after : dict of list
        The neighbours of each place, in the layers to its left and right.

    References
    ----------
    K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE
    Transactions on Systems, Man, and Cybernetics 11 (1981), 109-125.
    """
    rank = [0] * nodes
    for source, target in edges:
        rank[target] = max(rank[target], rank[source] + 1)
    inputs = set(range(nodes)) - {target for _, target in edges}
    for k in inputs:                         # close to where they are needed first
        rank[k] = min((rank[target] - 1 for source, target in edges if source == k), default=0)
    if not edges and nodes > 1:              # a constant, to the right of inputs that it does not need
        rank[-1] = 1
    order = [[] for _ in range(max(rank) + 1)]
    for k in range(nodes):
        order[rank[k]].append(k)
    before, after = {}, {}
    for k, (source, target) in enumerate(edges):
        chain = [source, *((k, layer) for layer in range(rank[source] + 1, rank[target])), target]
        for place in chain[1:-1]:
            order[place[1]].append(place)
        for left, right in itertools.pairwise(chain):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    for sweep in range(12):                  # each where its neighbours are on average
        there = sweep % 2 == 0
        height = {place: k - len(layer) / 2 for layer in order for k, place in enumerate(layer)}
        for layer in order[1:] if there else order[-2::-1]:
            near = before if there else after
            layer.sort(key=lambda place: np.mean([height[p] for p in near.get(place, [place])]))
            height.update({place: k - len(layer) / 2 for k, place in enumerate(layer)})
    return rank, order, before, after


def _heights(order, before, after, tall):
    """The height of each place: in order, and as near to its neighbours as that allows."""
    y = {}
    for layer in order:
        lengths = np.array([tall(place) + GAP for place in layer])
        below = np.cumsum(lengths) - lengths / 2
        y.update(zip(layer, np.sum(lengths) / 2 - below))
    for sweep in range(20):
        for layer in order if sweep % 2 == 0 else order[::-1]:
            wanted = np.array([np.mean([y[p] for p in before.get(place, []) + after.get(place, [])] or [y[place]])
                               for place in layer])
            lengths = np.array([tall(place) + GAP for place in layer])
            apart = np.concatenate([[0.0], np.cumsum((lengths[1:] + lengths[:-1]) / 2)])
            # In order means: height plus distance does not rise; the nearest such heights (pool adjacent violators).
            y.update(zip(layer, _falling(wanted + apart) - apart))
    return y


def _falling(values):
    """The nearest sequence, in least squares, that never rises."""
    blocks = []
    for value in values:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            mean, count = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + mean * count) / (blocks[-1][1] + count),
                          blocks[-1][1] + count]
    return np.repeat([mean for mean, _ in blocks], [count for _, count in blocks])


def draw(graph, ax=None):
    """Draw a `Graph`; the axes."""
    texts = [label(node) for node in graph.nodes]
    wide = [LETTER * max(map(len, lines)) + 1.2 for lines in texts]
    high = 2 * LINE + 0.7
    rank, order, before, after = layers(len(texts), [edge[:2] for edge in graph.edges])
    y = _heights(order, before, after, lambda place: LANE if isinstance(place, tuple) else high)
    x, right = [], 0.0
    for layer in range(len(order)):
        half = max((wide[k] for k in order[layer] if not isinstance(k, tuple)), default=0.0) / 2
        x.append(right + half)
        right += 2 * half + 3.6 + LETTER * max((len(number(edge.partial)) for edge in graph.edges), default=0)
    limits = (-0.5, x[-1] + half + 0.5, min(y.values()) - high / 2 - 0.5, max(y.values()) + high / 2 + 0.5)
    inches = np.array([limits[1] - limits[0], limits[3] - limits[2]]) * FONT / POINTS
    axes = axes_of(ax, figsize=inches)
    if ax is None:
        axes.set_position((0, 0, 1, 1))
    axes.set(xlim=limits[:2], ylim=limits[2:], aspect="equal")
    axes.axis("off")
    font = _font_size(axes, limits)
    for edge, points in zip(graph.edges, _routes(graph, rank, x, y, wide, high)):
        _draw_edge(axes, points, number(edge.partial), font)
    for k, lines in enumerate(texts):
        _draw_node(axes, (x[rank[k]], y[k]), wide[k], high, "\n".join(lines), color(graph, k), font)
    return axes


def _font_size(axes, limits):
    """In points, so that text fits its box."""
    box = axes.get_window_extent()
    pixels = min(box.width / (limits[1] - limits[0]), box.height / (limits[3] - limits[2]))
    return min(FONT, pixels * POINTS / axes.figure.dpi)


def _routes(graph, rank, x, y, wide, high):
    """The points through which each edge goes, from the right of its source to the left of its target."""
    leaving, entering = {}, {}
    for k, edge in enumerate(graph.edges):
        first = y[(k, rank[edge.source] + 1)] if rank[edge.target] > rank[edge.source] + 1 else y[edge.target]
        last = y[(k, rank[edge.target] - 1)] if rank[edge.target] > rank[edge.source] + 1 else y[edge.source]
        leaving.setdefault(edge.source, []).append((-first, k))
        entering.setdefault(edge.target, []).append((-last, k))

    def port(group, k):
        """How far above its middle an edge meets a box: spread out, from top to bottom."""
        place = [number for _, number in sorted(group)].index(k)
        return high * 0.8 * (0.5 - (place + 0.5) / len(group)) if len(group) > 1 else 0.0

    for k, edge in enumerate(graph.edges):
        start, end = rank[edge.source], rank[edge.target]
        yield [
            (x[start] + wide[edge.source] / 2, y[edge.source] + port(leaving[edge.source], k)),
            *((x[layer], y[(k, layer)]) for layer in range(start + 1, end)),
            (x[end] - wide[edge.target] / 2, y[edge.target] + port(entering[edge.target], k)),
        ]


def _draw_node(axes, middle, wide, high, text, edgecolor, font):
    from matplotlib.patches import FancyBboxPatch
    corner = middle[0] - wide / 2 + 0.3, middle[1] - high / 2 + 0.3
    axes.add_patch(FancyBboxPatch(corner, wide - 0.6, high - 0.6, boxstyle="round,pad=0.3", facecolor="white",
                                  edgecolor=edgecolor, linewidth=1.4, zorder=3))
    axes.text(*middle, text, ha="center", va="center", fontsize=font, zorder=4, color="black", parse_math=False)


def _draw_edge(axes, points, text, font):
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path
    vertices, codes = [points[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (x0 + x1) / 2
        vertices += [(middle, y0), (middle, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    axes.add_patch(FancyArrowPatch(path=Path(vertices, codes), arrowstyle="-|>", mutation_scale=font, color="#7f8c8d",
                                   linewidth=1.1, zorder=1))
    # Close to the operation: there no other edge is near.
    (x0, y0), (x1, y1) = points[-2:]
    axes.text(x0 + 0.66 * (x1 - x0), y0 + 0.78 * (y1 - y0), text, ha="center", va="center", fontsize=font,
              color="#c0392b", zorder=2, parse_math=False,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})


def as_svg(graph):
    """The picture as SVG; None where matplotlib is missing."""
    try:
        figure = draw(graph).figure
    except ImportError:
        return None
    from matplotlib import pyplot
    text = io.StringIO()
    figure.savefig(text, format="svg")
    pyplot.close(figure)
    return text.getvalue()
