"""Geodesy, the sea and the weather."""

import numpy as np

from .case import ADOPTED, AS_IT_IS, CANNOT, field

CASES = []
case = field(CASES)

CITIES = [45.7597, 4.8422, 48.8567, 2.3508]


@case("geographiclib", "Geodesic.Inverse", CITIES, ADOPTED)
def _():
    from geographiclib.geodesic import Geodesic
    return lambda x: Geodesic.WGS84.Inverse(*x)["s12"]


@case("geographiclib", "Geodesic.Direct", [40.6, -73.8, 53.5, 5850e3], ADOPTED)
def _():
    from geographiclib.geodesic import Geodesic

    def f(x):
        end = Geodesic.WGS84.Direct(*x)
        return np.array([end["lat2"], end["lon2"]])
    return f


@case("geopy", "great_circle, geodesic", CITIES, ADOPTED, "geopy geographiclib")
def _():
    from geopy.distance import geodesic, great_circle
    return lambda x: np.array([great_circle(x[:2], x[2:]).km, geodesic(x[:2], x[2:]).km])


@case("haversine", "haversine", CITIES, ADOPTED)
def _():
    from haversine import haversine
    return lambda x: haversine((x[0], x[1]), (x[2], x[3]))


@case("utm", "from_latlon", [51.2, 7.5], ADOPTED)
def _():
    import utm
    return lambda x: np.array(utm.from_latlon(x[0], x[1])[:2])


@case("pymap3d", "geodetic2ecef, geodetic2aer", [42.0, -82.0, 200.0], AS_IT_IS)
def _():
    import pymap3d
    return lambda x: np.array([*pymap3d.geodetic2ecef(*x), *pymap3d.geodetic2aer(*x, 42.1, -82.1, 100.0)])


@case("pymap3d", "ecef2geodetic", [660930.0, -4701424.0, 4246579.0], AS_IT_IS)
def _():
    import pymap3d
    return lambda x: np.array(pymap3d.ecef2geodetic(*x))


@case("nvector", "great_circle_distance(lat_lon2n_E)", [0.5, 0.2], AS_IT_IS)
def _():
    import nvector
    return lambda x: np.ravel(nvector.great_circle_distance(nvector.lat_lon2n_E(*x), nvector.lat_lon2n_E(0.9, 0.1)))


@case("pygeodesy", "haversine", CITIES, CANNOT, reason="classes derived from float hold one number",
      error="float")
def _():
    import pygeodesy
    return lambda x: pygeodesy.haversine(*x)


@case("vincenty", "vincenty", CITIES, CANNOT, reason="rounds its result to metres", second=False)
def _():
    import vincenty
    return lambda x: vincenty.vincenty((x[0], x[1]), (x[2], x[3]))


@case("seawater", "dens, svel, ptmp", [35.0, 20.0, 1000.0], AS_IT_IS)
def _():
    import seawater
    return lambda x: np.array([seawater.dens(*x), seawater.svel(*x), seawater.ptmp(*x)])


@case("refet", "Daily.eto(ea, tmin, tmax)", [1.2, 20.0, 30.0], ADOPTED)
def _():
    import refet
    return lambda x: refet.Daily(tmin=x[1], tmax=x[2], ea=x[0], rs=22.0, uz=2.1, zw=3, elev=1208, lat=39.4, doy=182,
                                 method="asce").eto()


@case("raschii", "StokesWave(height): surface_elevation, velocity", [5.0], ADOPTED)
def _():
    import raschii

    def f(x):
        wave = raschii.StokesWave(height=x[0], depth=15.0, length=200.0, N=5)
        return np.concatenate([wave.surface_elevation([0.0, 30.0]), np.ravel(wave.velocity(10.0, 12.0))])
    return f


@case("ppigrf", "geoc2geod", [6500.0, 50.0], AS_IT_IS)
def _():
    import ppigrf
    return lambda x: np.array([np.ravel(part)[0] for part in ppigrf.ppigrf.geoc2geod(x[1], x[0], 1.0, 2.0)])


@case("HydroErr", "rmse, kge_2012", [1.0, 2.5, 3.0, 4.2], AS_IT_IS)
def _():
    import HydroErr
    observed = np.array([1.1, 2.0, 3.5, 4.0])
    return lambda x: np.array([HydroErr.rmse(x, observed), HydroErr.kge_2012(x, observed)])


@case("lmoments3", "lmom_ratios", [1.0, 2.5, 3.0, 4.2, 7.0], ADOPTED)
def _():
    import lmoments3
    return lambda x: np.array(lmoments3.lmom_ratios(x, nmom=4))


@case("lmoments3", "distr.gum.lmom_fit", [1.0, 2.5, 3.0, 4.2, 7.0], ADOPTED)
def _():
    from lmoments3 import distr
    return lambda x: np.array(list(distr.gum.lmom_fit(x).values()))


@case("meteocalc", "dew_point, heat_index", [300.0, 60.0], ADOPTED)
def _():
    from meteocalc import Temp, dew_point
    return lambda x: dew_point(Temp(x[0] - 273.15, "c"), x[1]).c


@case("pygeomag", "GeoMag.calculate", [50.0, 10.0], ADOPTED, second=False)
def _():
    from pygeomag import GeoMag
    model = GeoMag()
    return lambda x: np.array([model.calculate(glat=x[0], glon=x[1], alt=0.3, time=2026.5).f])
