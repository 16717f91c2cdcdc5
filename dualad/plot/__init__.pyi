from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from numpy.typing import ArrayLike

__all__ = ["Graph", "graph", "jacobian", "step_errors"]

class _Node(NamedTuple):
    name: str
    expression: str
    value: float

class _Edge(NamedTuple):
    source: int
    target: int
    partial: float

class Graph:
    nodes: list[_Node]
    edges: list[_Edge]
    def __init__(self, nodes: list[_Node], edges: list[_Edge]) -> None: ...
    @property
    def dot(self) -> str: ...
    def svg(self) -> str: ...
    def draw(self, ax: Axes | None = None) -> Axes: ...

def graph(f: Callable[..., Any], *args: ArrayLike, names: Sequence[str] | None = None) -> Graph: ...
def jacobian(
    J: Any,
    x: ArrayLike | None = None,
    *,
    ax: Axes | None = None,
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    colorbar: bool = True,
    cmap: str | Colormap = "viridis",
) -> Axes: ...
def step_errors(
    f: Callable[..., Any],
    x: ArrayLike,
    v: ArrayLike | None = None,
    *,
    steps: ArrayLike | None = None,
    exact: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes: ...
