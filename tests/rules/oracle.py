"""Derivatives by differences in mpmath, points to try, and errors in ulp.

    python tests/rules/oracle.py freeze          write frozen/<name>.csv anew
    python tests/rules/oracle.py table [n]       measure, print worst errors
"""
import contextlib
import functools
import importlib
import math
import random
import sys
from pathlib import Path

from mpmath import mp, mpf

HERE = Path(__file__).parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
from references import BIG, REFERENCES, TINY, arguments_scale, sp  # noqa: E402

FROZEN = HERE / "frozen"
NAMES1, NAMES2 = ("f'", "f''"), ("fx", "fy", "fxx", "fxy", "fyy")
FIRST = {1: (0,), 2: (0, 1)}
SURELY_ZERO = mpf(10) ** -340


def _step(x, kind):
    size = abs(x) if kind == "relative" else min(mpf(1), abs(x))
    return mpf(10) ** -30 * (size or 1)


def _differences(value, x, kind):
    """[f, derivatives] by central differences, and how large their noise of rounding may be."""
    x = [mpf(v) for v in x]
    h = [_step(v, kind) for v in x]
    if len(x) == 1:
        x, h = x[0], h[0]
        low, mid, high = value(x - h), value(x), value(x + h)
        found = [mid, (high - low) / (2 * h), (high - 2 * mid + low) / (h * h)]
        sizes = 1, h, h * h
    else:
        (x, y), (h, k) = x, h
        f = {(i, j): value(x + i * h, y + j * k) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        mid = f[0, 0]
        found = [mid, (f[1, 0] - f[-1, 0]) / (2 * h), (f[0, 1] - f[0, -1]) / (2 * k),
                 (f[1, 0] - 2 * mid + f[-1, 0]) / (h * h),
                 (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / (4 * h * k),
                 (f[0, 1] - 2 * mid + f[0, -1]) / (k * k)]
        sizes = 1, h, k, h * h, h * k, k * k
    noise = (abs(mid) + 1) * mpf(10) ** (10 - mp.dps)
    return found, [noise / size for size in sizes]


def _agree(a, b, noise):
    """Two precisions give the same number, or one that is surely none but zero to a double."""
    same = b != 0 and abs(a - b) <= abs(b) * mpf(10) ** -20
    return same or max(abs(a), abs(b), noise) < SURELY_ZERO


def jet(name, x):
    """[f, its true derivatives] of a reference at a tuple of floats, as mpf; f is None where it is exact."""
    one = REFERENCES[name]
    if one.exact:
        return [None, *(mpf(v) for v in one.exact(*x))]
    if isinstance(one.value, tuple):
        return _inverse(one.value, x[0])
    whole = max(0, *(math.frexp(v)[1] for v in x)) // 3 if one.step == "absolute" else 0
    before = None
    for digits in (100, 200, 400, 800, 1400):
        with mp.workdps(digits + whole):
            now, noise = _differences(one.value, x, one.step)
            if before is not None and all(map(_agree, before, now, noise)):
                return now
            before = now
    return [mpf(0) if abs(v) < SURELY_ZERO else v for v in before]


def derivatives(name, x):
    """The true derivatives alone."""
    return jet(name, x)[1:]


def _inverse(value, x):
    """y solves F(y) = x: y' = 1/F'(y), y'' = -F''(y)/F'(y)**3."""
    _, function, scipy_name = value
    size = abs(float(sp(scipy_name)(x))) or 1.0
    with mp.workdps(900 if abs(x) < 1e-20 else 150 + int(2 * abs(math.log10(size)))):
        y, x = mpf(float(sp(scipy_name)(x))), mpf(x)
        for _ in range(12):
            (_, d1, _), _ = _differences(function, [y], "relative")
            dy = (function(y) - x) / d1
            y -= dy
            if abs(dy) < abs(y) * mpf(10) ** -40:
                break
        (_, d1, d2), _ = _differences(function, [y], "relative")
        return [y, 1 / d1, -d2 / d1 ** 3]


def ulp(size):
    """The spacing of doubles at a size given in mpf."""
    if size == 0:
        return mpf(TINY)
    return max(mpf(TINY), mpf(2) ** (int(mp.floor(mp.log(abs(size), 2))) - 52))


def error(got, true, scale=0):
    """|got - true| in ulp of the true value, or of `scale` where that is larger."""
    with mp.workdps(60):
        if abs(true) >= mpf(BIG) * (1 + mpf(2) ** -54):     # overflows: infinity
            return 0.0 if math.isinf(got) and (got > 0) == (true > 0) else \
                float(min(abs(mpf(got) - true) / ulp(mpf(BIG)), mpf(1e9))) if got == got else math.inf
        if got != got:
            return math.inf
        if math.isinf(got):
            top = ulp(mpf(BIG))
            return float((mpf(BIG) - abs(true)) / top) + 1 if (got > 0) == (true > 0) else math.inf
        return float(abs(mpf(got) - true) / ulp(max(abs(true), abs(mpf(scale)))))


def errors(name, x, true, got):
    """One (error, bound) for each derivative."""
    one, out = REFERENCES[name], []
    first = FIRST[one.nin]
    f = one.value(*map(mpf, x)) if "gamma" in name and one.value else 0
    for i, (t, g) in enumerate(zip(true, got, strict=True)):
        order = 0 if i in first else 1
        kind = one.scale[order]
        with mp.workdps(60):
            scale = arguments_scale(kind, order, x, t, f) if kind else 0
        out.append((error(g, t, scale), one.ulp[order]))
    return out


# ---- points ----------------------------------------------------------------------

NICE = [TINY, 1e-310, 2.3e-308, 1e-200, 1e-100, 1e-20, 1e-8, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.99,
        1.0, math.nextafter(1, 0), math.nextafter(1, 2), 1.1, 1.5, 2.0, 2.5, math.e, math.pi,
        5.0, 10.0, 19.5, 20.0, 40.0, 100.0, 300.5, 354.9, 372.0, 700.0, 709.7, 744.0, 1e3, 1e8,
        1e16, 1e100, 1e155, 1e161, 1e300, BIG]


def _log(rng, low, high):
    v = math.exp(rng.uniform(math.log(low), math.log(high)))
    return min(max(v, low), high)


def _draw(rng, low, high):
    way = rng.random()
    if way < 0.25:
        return min(max(rng.uniform(max(low, -6.0), min(high, 6.0)), low), high) \
            if low < 6 and high > -6 else rng.uniform(low, high)
    if way < 0.4 and high - low < 1e6:
        return rng.uniform(low, high)
    if way < 0.55 and high < 1e6:
        return high - _log(rng, 1e-16, high - low)
    if way < 0.65 and low > -1e6:
        return low + _log(rng, 1e-16, min(high - low, 1e6))
    if low < 0 < high:
        low, high = (TINY, high) if rng.random() < 0.5 else (low, -TINY)
    if high <= 0:
        return -_log(rng, max(-high, TINY), -low)
    return _log(rng, max(low, TINY), high)


def _inside(one, v):
    return any(low <= v <= high for low, high in one.ranges)


def points(name, count, seed=2026):
    """Structured points, then `count` random ones, all inside the domain."""
    one, rng = REFERENCES[name], random.Random(f"{name}{seed}")
    exact = one.exact is not None
    if one.nin == 1:
        fixed = list(one.points)
        fixed += [s * v for v in NICE for s in (1, -1) if _inside(one, s * v)]
        out = [(v,) for v in fixed if one.keep(v)]
        while len(out) < len(fixed) + count:
            v = _draw(rng, *rng.choice(one.ranges))
            if _inside(one, v) and one.keep(v):
                out.append((v,))
        return out
    out = list(one.points)
    while len(out) < len(one.points) + count:
        x, y = (_draw(rng, *rng.choice(one.ranges)) for _ in range(2))
        way = rng.random()
        if name in ("power", "float_power", "boxcox"):
            y = rng.uniform(-5, 5) if way < 0.3 else rng.gauss(0, 700) / (abs(math.log(x)) + 1e-12) \
                if way < 0.8 else y
        elif way < 0.3:
            y = x * (1 + _log(rng, 1e-15, 3.0))
        if way > 0.95 and exact and name != "huber":
            y = x
        if y and all(map(math.isfinite, (x, y))) and (exact or _inside(one, y)) and one.keep(x, y):
            out.append((x, y))
    return out


# ---- frozen points ---------------------------------------------------------------

def to_float(v):
    with mp.workdps(40):
        return math.copysign(math.inf, v) if abs(v) > mpf(BIG) else float(v)


@functools.cache
def frozen(name):
    """[(arguments, derivatives)] of frozen/<name>.csv; each derivative is a sum
    of two floats, so that half an ulp of the reference is not lost."""
    rows, nin = [], REFERENCES[name].nin
    for line in (FROZEN / f"{name}.csv").read_text().splitlines():
        if not line.startswith("#"):
            cells = [float.fromhex(c) for c in line.split(",")]
            pairs = cells[nin:]
            with mp.workdps(60):
                true = [mpf(a) + mpf(b) if math.isfinite(a) else mpf(a)
                        for a, b in zip(pairs[::2], pairs[1::2])]
            rows.append((tuple(cells[:nin]), true))
    return rows


def _line(name, x):
    cells = [v.hex() for v in x]
    for v in derivatives(name, x):
        with mp.workdps(60):
            high = to_float(v)
            low = float(v - mpf(high)) if math.isfinite(high) else 0.0
        cells += [high.hex(), low.hex()]
    return ",".join(cells)


def freeze(names):
    """Anew, with the points that the files hold already: among them the worst that sweeps found."""
    FROZEN.mkdir(exist_ok=True)
    for name in names:
        one = REFERENCES[name]
        labels = NAMES1 if one.nin == 1 else NAMES2
        lines = [f"# {name}: " + ", ".join("xy"[:one.nin]) + "; each of " + ", ".join(labels)
                 + " as a sum of two; mpmath"]
        kept = [x for x, _ in frozen(name)] if (FROZEN / f"{name}.csv").exists() else []
        every = dict.fromkeys([*points(name, 20 if one.nin == 1 else 24), *kept])
        lines += [_line(name, x) for x in every]
        (FROZEN / f"{name}.csv").write_text("\n".join(lines) + "\n")


def keep(name, found):
    """Points to be tried from now on."""
    new = [x for x in dict.fromkeys(found) if x not in {x for x, _ in frozen(name)}]
    with open(FROZEN / f"{name}.csv", "a") as file:
        file.writelines(_line(name, x) + "\n" for x in new)


def table(names, count, evaluate, seed=2026, use_frozen=False):
    """Rows (name, worst per derivative with its point)."""
    for name in names:
        worst = {}
        pairs = frozen(name) if use_frozen else \
            ((x, derivatives(name, x)) for x in points(name, count, seed))
        for x, true in pairs:
            for i, (e, bound) in enumerate(errors(name, x, true, evaluate(name, *x))):
                if e > worst.get(i, (-1,))[0]:
                    worst[i] = (e, x, bound)
        yield name, worst


if __name__ == "__main__":
    chosen = [n for n in sys.argv[2:] if not n.isdigit()] or list(REFERENCES)
    if sys.argv[1] == "freeze":
        freeze(chosen)
    else:
        with contextlib.suppress(ImportError):
            importlib.import_module("scipy.special")         # whose functions have rows, too
        from dualad._core import rule_derivatives
        number = next((int(n) for n in sys.argv[2:] if n.isdigit()), 50)
        for title, found in table(chosen, number, rule_derivatives):
            print(f"{title:12}", *(f"{e:9.2f}{'!' if e > b else ' '} {x}" for e, x, b in found.values()),
                  sep="  ", flush=True)
