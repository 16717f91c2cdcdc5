"""Draws the guide's pictures: python docs/figures/make_figures.py [name ...]

Each function below writes the SVG of its name beside this file.  Needs matplotlib and SciPy.
(forward_reverse.svg is the benchmark's: python -m bench crossover --figures docs/figures.)
"""

import pathlib
import sys

import practice
import teaching
from matplotlib import pyplot

HERE = pathlib.Path(__file__).parent

GRAPHS = [teaching.total_graph, teaching.partial_total, teaching.operation_graph]
FIGURES = [
    *GRAPHS,
    teaching.secants,
    teaching.difference_error,
    teaching.partial_slices,
    teaching.jacobian_patterns,
    teaching.stationary,
    teaching.softmax,
    teaching.neuron,
    teaching.network,
    practice.curve_fit,
    practice.stiff,
    practice.newton,
    practice.uncertainty,
    practice.optimisation,
    practice.sensitivities,
    practice.greeks,
    practice.plot_jacobian,
    practice.plot_steps,
    practice.plot_graph,
]


def main(names, folder=HERE):
    for draw in FIGURES:
        if names and draw.__name__ not in names:
            continue
        figure = draw()
        if draw not in GRAPHS and figure.get_layout_engine() is None:
            figure.tight_layout()
        figure.savefig(folder / f"{draw.__name__}.svg", metadata={"Date": None})
        pyplot.close(figure)


if __name__ == "__main__":
    main(sys.argv[1:])
