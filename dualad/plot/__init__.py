"""Pictures of derivatives, drawn by matplotlib: Jacobians, the errors of differences, graphs of operations.

``pip install dualad[plot]`` brings matplotlib, which is imported with the first picture.
"""

from .graphs import Graph, graph
from .jacobians import jacobian
from .steps import step_errors

__all__ = ["Graph", "graph", "jacobian", "step_errors"]
