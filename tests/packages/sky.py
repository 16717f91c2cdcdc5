"""Orbits, the sun, stars."""

import datetime

import numpy as np

from .case import ADOPTED, AS_IT_IS, field

CASES = []
case = field(CASES)

NOON = datetime.datetime(2020, 6, 1, 12, tzinfo=datetime.UTC)


@case("sgp4", "Satrec.sgp4", [0.1], ADOPTED)
def _():
    from sgp4.model import Satrec
    satellite = Satrec.twoline2rv("1 25544U 98067A   19343.69339541  .00001764  00000-0  38792-4 0  9991",
                                  "2 25544  51.6439 211.2001 0007417  17.6667  85.6398 15.50103472202482")
    return lambda x: np.array(satellite.sgp4(2458826.0, x[0])[1])


@case("skyfield", "wgs84.latlon(...).itrs_xyz", [37.0, -122.0], ADOPTED)
def _():
    from skyfield.api import wgs84
    return lambda x: wgs84.latlon(*x, elevation_m=123.0).itrs_xyz.au


@case("PyAstronomy", "MarkleyKESolver.getE", [0.4, 1.0], AS_IT_IS)
def _():
    from PyAstronomy import pyasl
    solver = pyasl.MarkleyKESolver()
    return lambda x: solver.getE(x[1], x[0])


@case("pysolar", "get_altitude, get_azimuth", [42.206, -71.382], AS_IT_IS)
def _():
    from pysolar import solar
    return lambda x: np.array([solar.get_altitude(*x, NOON), solar.get_azimuth(*x, NOON)])


@case("astral", "sun.elevation, sun.azimuth", [51.5, -0.1], ADOPTED)
def _():
    from astral import Observer, sun
    return lambda x: np.array([sun.elevation(Observer(*x), NOON, with_refraction=False),
                               sun.azimuth(Observer(*x), NOON)])


@case("suncalc", "get_position", [5.0, 50.0], AS_IT_IS, second=False)
def _():
    from suncalc import get_position

    def f(x):
        position = get_position(NOON, *x)
        return np.array([position["azimuth"], position["altitude"]])
    return f


@case("pymeeus", "angular_separation", [1.2, 0.3], ADOPTED)
def _():
    from pymeeus.Angle import Angle
    from pymeeus.Coordinates import angular_separation
    return lambda x: angular_separation(Angle(x[0]), Angle(x[1]), Angle(5.0), Angle(20.0)).to_positive().rad()
