"""numpy: the universal functions."""

import numpy as np

from .rows import KEYS, P, S, Table, U, V, alone, pair

TABLE = Table(
    "numpy", "Universal functions",
    rule=[
        ("absolute abs fabs negative positive conjugate conj square cbrt reciprocal", alone, V),
        ("exp exp2 expm1 sin cos sinh cosh tanh arctan atan arcsinh asinh", alone, V),
        ("deg2rad radians rad2deg degrees", alone, V),
        ("sqrt log log2 log10 log1p tan arcsin asin arccos acos arctanh atanh", alone, U),
        ("arccosh acosh", lambda f, x: f(x + 1), U),
        ("sign rint floor ceil trunc spacing", alone, V, "derivative 0"),
        ("add subtract multiply divide true_divide hypot arctan2 atan2 logaddexp logaddexp2", pair, P),
        ("add multiply maximum minimum hypot logaddexp", lambda f, x: f.reduce(x, axis=1), P),
        ("add multiply maximum minimum", lambda f, x: f.accumulate(x, axis=1), P),
        ("add multiply", lambda f, x: f.reduceat(x, [0, 2, 3], axis=1), P),
        ("subtract multiply power", lambda f, x: f.outer(x[0], x[1]), P),
        ("power pow float_power", pair, P),
        ("power float_power", lambda f, x: f(x, 3) + f(2.0, x), V),
        ("maximum minimum fmax fmin", pair, P, "half each at a tie"),
        ("copysign", lambda f, x: f(x[:3], x[3:6]), V),
        ("fmod remainder mod divmod", pair, P),
        ("floor_divide heaviside", pair, P, "derivative 0"),
        ("nextafter", pair, P, "1 in the first argument"),
        ("ldexp", lambda f, x: f(x, KEYS), V),
        ("frexp modf", alone, V, "the whole part or exponent is constant"),
        ("matmul", lambda f, x: f(x, x.T) + f(x, S), S),
        ("vecdot", lambda f, x: f(x, x[0]) + f(S, x), S),
        ("matvec", lambda f, x: f(x, x[0]), S),
        ("vecmat", lambda f, x: f(x[0], x), S),
        ("exp sin cos tan sinh cosh tanh log log10 log2 log1p expm1 exp2 sqrt square reciprocal arcsin arccos arctan "
         "arcsinh arccosh arctanh negative positive conjugate absolute", lambda f, x: f(x + 0.7j * x[::-1] + 0.3j), U),
        ("add subtract multiply divide power", lambda f, x: f(x[0] + 1j * x[1], x[1] - 0.5j), P),
        ("matmul", lambda f, x: f(x + 1j * x.T, x), S),
        ("add", lambda f, x: np.add(x, 1.0, out=np.zeros_like(x), where=x > 0), V),
    ],
    plain=[
        ("equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor", pair, P),
        ("isfinite isinf isnan signbit logical_not", alone, V),
    ],
    other="""
        bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
        bitwise_xor gcd invert lcm left_shift right_shift isnat
    """,
)
