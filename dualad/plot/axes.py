"""Axes to draw on."""


def axes_of(ax, **figure):
    """The axes given, or those of a new figure.

    Raises
    ------
    ImportError
        Where matplotlib is missing; it says how to install it.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("dualad.plot draws with matplotlib, which cannot be imported: "
                          "pip install dualad[plot]") from error
    return pyplot.subplots(layout="constrained", **figure)[1] if ax is None else ax
