"""Fluids, equations of state, heat and moist air."""

import numpy as np

from .case import ADOPTED, AS_IT_IS, CANNOT, field

CASES = []
case = field(CASES)


@case("fluids", "friction_factor(Re, eD)", [1e5, 1e-4], ADOPTED)
def _():
    import fluids
    return lambda x: fluids.friction_factor(Re=x[0], eD=x[1])


@case("fluids", "differential_pressure_meter_solver(D, D2, rho, mu)", [0.07366, 0.05, 999.1, 0.0011], ADOPTED)
def _():
    import fluids
    return lambda x: fluids.differential_pressure_meter_solver(
        D=x[0], D2=x[1], rho=x[2], mu=x[3], k=1.33, P1=200000.0, P2=183000.0, meter_type="ISO 5167 orifice", taps="D")


@case("chemicals", "Wagner_original(T, Tc)", [150.0, 190.53], ADOPTED, "chemicals fluids")
def _():
    import chemicals
    return lambda x: chemicals.Wagner_original(x[0], x[1], 4596420.0, -6.00435, 1.1885, -0.834082, -1.22833)


@case("chemicals", "Rackett(T, Tc)", [272.0, 369.83], AS_IT_IS, "chemicals fluids")
def _():
    import chemicals
    return lambda x: chemicals.Rackett(x[0], x[1], 4248000.0, 0.2763)


@case("chemicals", "flash_inner_loop(zs, Ks)", [0.2, 0.3, 0.5, 4.0, 1.5, 0.4], ADOPTED, "chemicals fluids")
def _():
    from chemicals.rachford_rice import flash_inner_loop
    return lambda x: flash_inner_loop(zs=[x[0], x[1], x[2]], Ks=[x[3], x[4], x[5]])[0]


@case("thermo", "PR(T, P): V_l, H_dep_l", [300.0, 1e6], ADOPTED, "thermo chemicals fluids")
def _():
    from thermo import PR

    def f(x):
        state = PR(Tc=507.6, Pc=3025000.0, omega=0.2975, T=x[0], P=x[1])
        return np.array([state.V_l, state.H_dep_l])
    return f


@case("thermo", "NRTL_gammas(xs, taus)", [343.15, 0.252], ADOPTED, "thermo chemicals fluids")
def _():
    from thermo.nrtl import NRTL_gammas
    return lambda x: np.array(NRTL_gammas(
        xs=[x[1], 1 - x[1]], taus=[[0.0, 300 / x[0] - 1.0], [200 / x[0] + 0.5, 0.0]], alphas=[[0.0, 0.3], [0.3, 0.0]]))


@case("ht", "LMTD(Thi, Tho, Tci, Tco)", [100.0, 60.0, 30.0, 40.2], ADOPTED, "ht fluids")
def _():
    import ht
    return lambda x: ht.LMTD(*x)


@case("iapws", "IAPWS97(T, P).h, .v", [500.0, 3.0], AS_IT_IS)
def _():
    from iapws import IAPWS97

    def f(x):
        state = IAPWS97(T=x[0], P=x[1])
        return np.array([state.h, state.v])
    return f


@case("pyXSteam", "h_pt(p, t)", [20.0, 300.0], ADOPTED)
def _():
    from pyXSteam.XSteam import XSteam
    steam = XSteam(XSteam.UNIT_SYSTEM_MKS)
    return lambda x: steam.h_pt(x[0], x[1])


@case("psychrolib", "GetTDewPointFromRelHum, GetMoistAirEnthalpy", [25.0, 0.8], ADOPTED)
def _():
    import psychrolib
    psychrolib.SetUnitSystem(psychrolib.SI)
    return lambda x: np.array([
        psychrolib.GetTDewPointFromRelHum(x[0], x[1]),
        psychrolib.GetMoistAirEnthalpy(x[0], psychrolib.GetHumRatioFromRelHum(x[0], x[1], 101325))])


@case("psychrolib", "GetTWetBulbFromRelHum", [25.0, 0.8], CANNOT,
      reason="bisection: its result moves in steps of the tolerance, and not with the equation", second=False)
def _():
    import psychrolib
    psychrolib.SetUnitSystem(psychrolib.SI)
    return lambda x: psychrolib.GetTWetBulbFromRelHum(x[0], x[1], 101325)


@case("ambiance", "Atmosphere(h).density, .speed_of_sound", [5000.0], ADOPTED)
def _():
    from ambiance import Atmosphere
    return lambda x: np.concatenate([Atmosphere(x).density, Atmosphere(x).speed_of_sound])


@case("scikit-aero", "NormalShock(M).p2_p1, .M_2", [2.5], AS_IT_IS, "skaero")
def _():
    from skaero.gasdynamics.shocks import NormalShock
    return lambda x: np.array([NormalShock(M_1=x[0]).p2_p1, NormalShock(M_1=x[0]).M_2])


@case("thermofeel", "calculate_heat_index_simplified, calculate_humidex", [300.0, 60.0], AS_IT_IS)
def _():
    import thermofeel
    return lambda x: np.concatenate([thermofeel.calculate_heat_index_simplified(x[:1], x[1:]),
                                     thermofeel.calculate_humidex(x[:1], x[:1] - 5.0)])
