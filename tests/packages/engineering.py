"""Control, circuits, rotations, robots, motion."""

import numpy as np

from .case import ADOPTED, AS_IT_IS, CANNOT, field

CASES = []
case = field(CASES)


@case("control", "tf, frequency response", [1.0, 0.3, 2.0], ADOPTED)
def _():
    import control
    return lambda x: abs(control.tf([x[0]], [1.0, x[1], x[2]])(1.5j))


@case("control", "ss, dcgain", [1.0, 0.3], ADOPTED)
def _():
    import control

    def f(x):
        a = np.array([[0.0, 1.0], [-x[0], -x[1]]])
        return control.ss(a, np.array([[0.0], [1.0]]), np.eye(2), np.zeros((2, 1))).dcgain().ravel()
    return f


@case("scikit-rf", "DefinedGammaZ0.resistor", [50.0], ADOPTED, "skrf")
def _():
    import skrf
    frequency = skrf.Frequency(1, 2, 3, "ghz")
    return lambda x: abs(skrf.media.DefinedGammaZ0(frequency, z0=50).resistor(x[0]).s[:, 0, 0])


@case("filterpy", "kalman.predict, kalman.update", [1.0, 0.5, 0.1], AS_IT_IS)
def _():
    from filterpy.kalman import predict, update

    def f(x):
        m, p = predict(np.array([x[0], x[1]]), np.eye(2) * x[2], np.array([[1.0, 1.0], [0.0, 1.0]]), np.eye(2) * 0.1)
        m, p = update(m, p, np.array([1.2]), np.array([[0.5]]), np.array([[1.0, 0.0]]))
        return np.concatenate([np.ravel(m), np.ravel(p)])
    return f


@case("transforms3d", "euler2mat, quat2mat", [0.1, 0.2, 0.3], ADOPTED)
def _():
    from transforms3d.euler import euler2mat
    from transforms3d.quaternions import quat2mat
    return lambda x: euler2mat(*x) @ quat2mat(np.array([1.0, x[0], x[1], x[2]]))


@case("pyquaternion", "Quaternion.rotate, .inverse", [0.1, 0.2, 0.3], ADOPTED)
def _():
    from pyquaternion import Quaternion
    return lambda x: (Quaternion(1.0, *x).inverse * Quaternion(x[0], 1.0, 0.5, 0.2)).elements


@case("pytransform3d", "matrix_from_axis_angle, quaternion_from_axis_angle", [0.1, 0.2, 0.3, 0.7], ADOPTED)
def _():
    from pytransform3d import rotations
    return lambda x: np.concatenate([rotations.matrix_from_axis_angle(x).ravel(),
                                     rotations.quaternion_from_axis_angle(x)])


@case("ikpy", "Chain.forward_kinematics", [0.3, 0.7], AS_IT_IS, second=False)
def _():
    from ikpy.chain import Chain
    from ikpy.link import OriginLink, URDFLink
    arm = Chain([OriginLink(), URDFLink("a", [0, 0, 1.0], [0, 0, 0], [0, 1.0, 0]),
                 URDFLink("b", [0, 0, 0.8], [0, 0, 0], [0, 1.0, 0])], active_links_mask=[False, True, True])
    return lambda x: arm.forward_kinematics([0.0, x[0], x[1]])[:3, 3]


@case("eqsig", "sdof.pseudo_response_spectra", [0.8, 0.05], ADOPTED, second=False)
def _():
    from eqsig import sdof
    motion = np.sin(np.arange(60) * 0.1)
    return lambda x: np.array([np.max(np.abs(part)) for part in sdof.response_series(
        motion, 0.05, np.array([x[0]]), x[1])])


@case("geomdl", "BSpline.Curve.evaluate_single", [0.5, 1.2], ADOPTED)
def _():
    from geomdl import BSpline, utilities

    def f(x):
        curve = BSpline.Curve()
        curve.degree = 2
        curve.ctrlpts = [[0.0, 0.0], [x[0], x[1]], [1.0, 1.0], [2.0, 0.0]]
        curve.knotvector = utilities.generate_knot_vector(2, 4)
        return np.array(curve.evaluate_single(0.4))
    return f


@case("csaps", "csaps(..., smooth)", [0.5, 1.2, 0.8], CANNOT, reason="builds sparse matrices of what it is given",
      error="sparse")
def _():
    from csaps import csaps
    return lambda x: csaps(np.arange(5.0), np.array([0.0, x[0], x[1], x[2], 1.0]), np.array([0.5, 2.2]), smooth=0.7)


@case("ahrs", "filters.Madgwick.updateIMU", [0.1, 0.2, 0.3], CANNOT, reason="refuses arrays whose dtype is not float64",
      error="numerical")
def _():
    import ahrs
    return lambda x: ahrs.filters.Madgwick().updateIMU(np.array([1.0, 0.0, 0.0, 0.0]), gyr=x,
                                                       acc=np.array([0.1, 0.2, 9.7]))


@case("bezier", "Curve.evaluate", [0.3, 1.0], CANNOT, reason="compiled", error="compiled")
def _():
    import bezier
    return lambda x: bezier.Curve(np.asfortranarray([[0.0, x[0], 1.0], [0.0, x[1], 0.0]]), 2).evaluate(0.75).ravel()


@case("lmfit", "lineshapes.gaussian, pvoigt", [1.0, 0.5, 2.0], AS_IT_IS)
def _():
    from lmfit.lineshapes import gaussian, lorentzian, pvoigt
    t = np.linspace(-1, 2, 5)
    return lambda x: gaussian(t, *x) + lorentzian(t, *x) + pvoigt(t, *x, 0.3)


@case("uncertainties", "umath.sin, umath.exp", [0.3, 0.4], ADOPTED)
def _():
    from uncertainties import umath
    return lambda x: umath.sin(x[0]) * umath.exp(x[1])


@case("mpmath", "fp.quad, fp.sin", [0.3, 0.5], ADOPTED)
def _():
    from mpmath import fp
    return lambda x: np.array([fp.quad(lambda t: fp.exp(-t * t), [0, 1.0]) * x[0], fp.sin(x[1])])


@case("spatialmath-python", "base.rpy2r, base.r2q", [0.1, 0.2, 0.3], ADOPTED, "spatialmath")
def _():
    from spatialmath import base
    return lambda x: base.rpy2r(x[0], x[1], x[2]).ravel()


@case("anastruct", "SystemElements.solve", [10.0, 2.0], CANNOT, reason="its geometry is compiled", error="compiled")
def _():
    from anastruct import SystemElements

    def f(x):
        beam = SystemElements(EI=x[1] * 1000.0)
        beam.add_element([[0, 0], [3, 0]])
        beam.add_element([[3, 0], [5, 0]])
        beam.add_support_hinged(1)
        beam.add_support_roll(3)
        beam.point_load(2, Fy=-x[0])
        beam.solve()
        return np.array([beam.get_node_displacements(2)["uy"]])
    return f
