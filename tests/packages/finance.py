"""Finance."""

import numpy as np

from .case import ADOPTED, AS_IT_IS, field

CASES = []
case = field(CASES)


@case("numpy-financial", "npv, pmt, fv", [0.05, 100.0, 39.0, 59.0], AS_IT_IS)
def _():
    import numpy_financial
    return lambda x: np.array([numpy_financial.npv(x[0], [-x[1], x[2], x[3], 55.0]),
                               numpy_financial.pmt(x[0] / 12, 120, x[1]),
                               numpy_financial.fv(x[0], 10, -x[2], -x[1])])


@case("numpy-financial", "irr", [100.0, 39.0, 59.0], AS_IT_IS)
def _():
    import numpy_financial
    return lambda x: numpy_financial.irr([-x[0], x[1], x[2], 55.0, 20.0])


@case("py_vollib", "black_scholes", [100.0, 90.0, 0.5, 0.2], ADOPTED, "py_vollib vollib")
def _():
    from py_vollib.ref_python.black_scholes import black_scholes
    return lambda x: black_scholes("c", x[0], x[1], x[2], 0.01, x[3])


@case("mibian", "BS.callPrice", [1.45, 1.40, 2.0, 30.0, 20.0], ADOPTED)
def _():
    import mibian
    return lambda x: mibian.BS(list(x[:4]), volatility=x[4]).callPrice


@case("blackscholes", "BlackScholesCall.price, .delta", [100.0, 90.0, 0.5, 0.01, 0.2], ADOPTED)
def _():
    from blackscholes import BlackScholesCall

    def f(x):
        call = BlackScholesCall(S=x[0], K=x[1], T=x[2], r=x[3], sigma=x[4], q=0.0)
        return np.array([call.price(), call.delta()])
    return f


@case("nelson-siegel-svensson", "NelsonSiegelSvenssonCurve", [0.03, -0.02, 0.01, 2.0], AS_IT_IS)
def _():
    from nelson_siegel_svensson import NelsonSiegelSvenssonCurve
    years = np.array([0.5, 2.0, 10.0])
    return lambda x: NelsonSiegelSvenssonCurve(x[0], x[1], x[2], 0.01, x[3], 3.0)(years)
