"""Optics and colour."""

import numpy as np

from .case import ADOPTED, field

CASES = []
case = field(CASES)


@case("tmm", "coh_tmm", [100.0, 300.0, 2.2], ADOPTED)
def _():
    from tmm import coh_tmm

    def f(x):
        film = coh_tmm("s", [1, x[2], 3.3 + 0.3j, 1], [np.inf, x[0], x[1], np.inf], 0.1, 500.0)
        return np.array([film["R"], film["T"]])
    return f


@case("tmm", "ellips", [100.0, 300.0, 2.2], ADOPTED)
def _():
    from tmm import ellips

    def f(x):
        film = ellips([1, x[2], 3.3 + 0.3j, 1], [np.inf, x[0], x[1], np.inf], 0.1, 500.0)
        return np.array([film["psi"], film["Delta"]])
    return f


@case("miepython", "efficiencies_mx", [1.5, 0.05, 2.0], ADOPTED)
def _():
    import os
    os.environ["MIEPYTHON_USE_JIT"] = "0"
    import miepython
    return lambda x: np.array(miepython.efficiencies_mx(x[0] - 1j * x[1], x[2]))


@case("colormath", "convert_color(Lab, XYZ)", [50.0, 20.0, 10.0], ADOPTED)
def _():
    from colormath.color_conversions import convert_color
    from colormath.color_objects import LabColor, XYZColor
    return lambda x: np.array(convert_color(LabColor(*x), XYZColor).get_value_tuple())


@case("colorspacious", "cspace_convert(sRGB1, CAM02-UCS)", [0.2, 0.5, 0.3], ADOPTED)
def _():
    from colorspacious import cspace_convert
    return lambda x: cspace_convert(x, "sRGB1", "CAM02-UCS")


@case("colorspacious", "deltaE", [0.2, 0.5, 0.3], ADOPTED)
def _():
    from colorspacious import deltaE
    return lambda x: deltaE(x, np.array([0.3, 0.4, 0.3]), input_space="sRGB1")


@case("colour-science", "XYZ_to_Lab, delta_E CIE 2000", [0.2, 0.12, 0.05], ADOPTED, "colour")
def _():
    import colour
    return lambda x: colour.delta_E(colour.XYZ_to_Lab(x), np.array([50.0, 20.0, 10.0]), method="CIE 2000")


@case("colour-science", "XYZ_to_sRGB", [0.2, 0.12, 0.05], ADOPTED, "colour")
def _():
    import colour
    return lambda x: colour.XYZ_to_sRGB(x)


@case("coloraide", "Color.convert(oklch)", [0.2, 0.5, 0.3], ADOPTED)
def _():
    from coloraide import Color
    return lambda x: np.array(Color("srgb", [x[0], x[1], x[2]]).convert("oklch")[:3])
