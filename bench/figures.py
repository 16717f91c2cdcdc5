"""Pictures of sections whose rows are sizes; matplotlib is optional."""

import os

COLORS = {"dualad": "#c0392b", "autograd": "#2471a3", "jax": "#e59866", "jax.jit": "#27ae60",
          "torch": "#7d3c98", "CasADi": "#b7950b", "f alone": "#888888"}


def draw(section, folder):
    """Write the section's figure as SVG; the file's name, or why there is none."""
    try:
        import matplotlib
    except ImportError:
        return "no figure: matplotlib is not installed"
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "dualad"      # the same file every time
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for column in section.columns:
        points = [(label, cells[column].best) for label, cells in section.rows.items()
                  if column in cells]
        axes.loglog(*zip(*points), marker="o", markersize=3.5, label=column,
                    color=COLORS.get(column),
                    linewidth=2.5 if column == "dualad" else 1.3,
                    linestyle="--" if column == "f alone" else "-")
    axes.set_xlabel(section.row)
    axes.set_ylabel("seconds")
    axes.set_title(section.title, fontsize=10)
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, section.figure + ".svg")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return path
