"""The pictures of docs/practice, one function for each."""

import numpy as np
from matplotlib import pyplot
from style import BLUE, GREEN, GREY, RED, SAND, page

import dualad


def curve_fit():
    from scipy.optimize import curve_fit

    conc = np.array([0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10])
    rate = np.array([76.0, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200])

    def model(conc, Vm, K):
        return Vm * conc / (K + conc)

    jac = dualad.curve_fit_jac(model)
    best, covariance = curve_fit(model, conc, rate, p0=[200.0, 0.1], jac=jac)
    x = np.linspace(0.005, 1.15, 80)
    J = jac(x, *best)
    error = np.sqrt(np.sum((J @ covariance) * J, axis=1))
    figure, axes = pyplot.subplots(figsize=(5.4, 3.1))
    axes.fill_between(
        x,
        model(x, *best) - 2 * error,
        model(x, *best) + 2 * error,
        color="#d4e6f1",
        linewidth=0,
        label="± 2 standard errors",
    )
    axes.plot(x, model(x, *best), color=BLUE, label="fit")
    axes.plot(conc, rate, "o", color="black", markersize=4, label="measured")
    axes.set(xlabel="concentration (ppm)", ylabel="rate (counts/min²)")
    axes.legend(loc="lower right")
    return figure


def stiff():
    from scipy.integrate import solve_ivp

    def robertson(t, y):
        a, b, c = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
        return np.array([b - a, a - b - c, c])

    times = np.logspace(-5, 5, 90)
    solution = solve_ivp(
        robertson,
        (0, 1e5),
        [1.0, 0.0, 0.0],
        method="Radau",
        t_eval=times,
        rtol=1e-8,
        atol=1e-12,
        jac=dualad.jacobian(robertson, argnums=1),
    )
    figure, axes = pyplot.subplots(figsize=(5.4, 3))
    for y, color, label in zip(solution.y, (BLUE, RED, GREEN), ("$y_1$", r"$10^4\, y_2$", "$y_3$")):
        axes.semilogx(times, y * (1e4 if "4" in label else 1), color=color, label=label)
    axes.set(xlabel="t")
    axes.legend(loc="center left")
    return figure


def newton():
    def f(x):
        return x**3 - 2 * x - 5

    root = 2.0945514815423265
    slope = dualad.derivative(f)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.2, 2.9))
    x, errors = 3.2, []
    t = np.linspace(1.4, 3.4, 50)
    left.plot(t, f(t), color=BLUE)
    left.axhline(0, color="black", linewidth=0.8)
    for step in range(7):
        errors.append(abs(x - root))
        following = x - f(x) / slope(x)
        if step < 2:
            left.plot([x, x], [0, f(x)], ":", color=GREY, linewidth=1)
            left.plot([x, following], [f(x), 0], color=RED, linewidth=1.2)
            left.annotate(f"$x_{step}$", (x, -3.2), ha="center")
        x = following
    left.set(xlabel="x", ylim=(-6, 24), title="the tangent's zero is the next guess")
    a, b, secant = 3.2, 3.1, []
    for _ in range(9):
        secant.append(abs(a - root))
        a, b = b, (b - f(b) * (b - a) / (f(b) - f(a)) if f(b) != f(a) else b)
    right.semilogy(np.maximum(errors, 2e-16), "o-", color=RED, markersize=4, label="Newton")
    right.semilogy(np.maximum(secant, 2e-16), "o-", color=GREY, markersize=4, linewidth=1.2, label="secant")
    right.set(xlabel="step", ylabel="error")
    right.legend()
    return figure


def uncertainty():
    shown = page("practice/uncertainty.md")
    mean, C = shown["mean"], shown["C"]

    def element(q):
        return shown["element"](q)[:2]

    rng = np.random.default_rng(2)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.4, 3))
    left.plot(
        *element(rng.multivariate_normal(mean, C, size=150).T), ".", color=GREY, markersize=2.5, label="samples"
    )
    turn = np.linspace(0, 2 * np.pi, 41)
    for cov, color, label in (C, RED, "1, 2 standard deviations"), (np.diag(np.diag(C)), BLUE, "uncorrelated"):
        found = dualad.propagate(element, mean, cov)
        ellipse = np.linalg.cholesky(found.cov) @ [np.cos(turn), np.sin(turn)]
        left.plot(*(found.value[:, None] + ellipse), color=color, linewidth=1.3, label=label)
        if color == RED:
            left.plot(*(found.value[:, None] + 2 * ellipse), color=color, linewidth=1.3)
    left.set(xlabel="R (ohm)", ylabel="X (ohm)", ylim=(218.8, 221.4))
    left.legend(loc="upper right", fontsize=7)

    sample = shown["sample"]
    right.hist(sample, bins=36, range=(0, 9), density=True, color="#d5d8dc", label="sampled")
    area = np.linspace(0, 9, 61)
    for order, color in (1, BLUE), (2, RED):
        found = dualad.propagate(shown["area"], 1.0, std=0.3, order=order)
        bell = np.exp(-(((area - found.value) / found.std) ** 2) / 2) / (found.std * np.sqrt(2 * np.pi))
        right.plot(area, bell, color=color, linewidth=1.3, label=f"mean, std of order {order}, as a bell")
    right.axvline(np.mean(sample), color=GREY, linestyle=":", linewidth=1.2, label="mean of the sample")
    right.set(xlabel="area of a disk of radius 1.0 ± 0.3", yticks=[], ylim=(0, 0.32))
    right.legend(loc="upper right", fontsize=7)
    return figure


def optimisation():
    from scipy.optimize import minimize

    rosenbrock = page("practice/optimisation.md")["rosenbrock"]
    slope, start = dualad.grad(rosenbrock), np.array([-1.2, 1.0])
    x = start
    descent = [x]
    for _ in range(60):
        g = slope(x)
        length = 1e-1
        while rosenbrock(x - length * g) > rosenbrock(x) - 0.5 * length * g @ g:
            length /= 2
        x = x - length * g
        descent.append(x)
    paths = [("steepest descent", GREY, descent)]
    for method, color, hess in ("BFGS", BLUE, None), ("trust-exact", RED, dualad.hessian(rosenbrock)):
        path = [start]
        minimize(rosenbrock, start, jac=slope, hess=hess, method=method, callback=path.append, options={"gtol": 1e-10})
        paths.append((method, color, path))
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.4, 3))
    a, b = np.linspace(-1.6, 1.4, 41), np.linspace(-0.4, 1.7, 41)
    values = 100 * (b[:, None] - a**2) ** 2 + (1 - a) ** 2
    left.contour(a, b, values, levels=[0.3, 1, 3, 10, 30, 100], colors=GREY, linewidths=0.5)
    for label, color, path in paths:
        left.plot(*np.array(path).T, "o-", color=color, markersize=2.5, linewidth=1, label=label)
        right.semilogy([max(np.max(np.abs(slope(x))), 1e-14) for x in path], color=color, label=label)
    left.plot(1, 1, "*", color="black", markersize=9, zorder=5)
    left.grid(False)
    left.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-1.6, 1.4), ylim=(-0.4, 1.7))
    right.set(xlabel="step", ylabel="largest slope")
    right.legend(loc="lower right", fontsize=8)
    return figure


def sensitivities():
    shown = page("practice/ode-sensitivities.md")
    fit, cov = shown["fit"], shown["cov"]

    def populations(p):
        return shown["populations"](p, every=8)

    curve = dualad.propagate(populations, fit.x, cov)
    years, time = np.arange(1900, 1921), np.linspace(1900, 1920, 51)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.8, 3))
    for k, (color, label) in enumerate([(BLUE, "hares"), (RED, "lynxes")]):
        low, high = curve.value[k] - 2 * curve.std[k], curve.value[k] + 2 * curve.std[k]
        left.fill_between(time, low, high, color=color, alpha=0.2, linewidth=0)
        left.plot(time, curve.value[k], color=color, linewidth=1.3, label=label)
        left.plot(years, shown["pelts"][k], "o", color=color, markersize=3)
    left.set(xlabel="year", ylabel="pelts (thousands)", ylim=(0, 95), xticks=[1900, 1905, 1910, 1915, 1920])
    left.legend(loc="upper right", ncols=2, fontsize=8)
    s = dualad.jacobian(populations)(fit.x)[0] * fit.x
    for k, (name, color) in enumerate(zip("abcd", (BLUE, SAND, GREEN, RED))):
        right.plot(time, s[:, k], color=color, linewidth=1.3, label=f"${name}$")
    right.set(xlabel="year", title=r"hares: $p\,\partial x/\partial p$", xticks=[1900, 1905, 1910, 1915, 1920])
    right.set_xlim(1895)
    right.legend(loc="lower left", fontsize=8)
    return figure


def greeks():
    shown = page("practice/option-greeks.md")

    def call(S, sigma, T):
        return shown["call"]((S, sigma, 0.05), 100.0, T)

    S = np.linspace(60, 140, 41)
    ones, zeros = np.ones_like(S), np.zeros_like(S)
    figure, (price, delta, gamma, vanna) = pyplot.subplots(1, 4, figsize=(9, 2.5))
    for T, color in zip((1.0, 0.5, 0.2, 0.05), ("#aed6f1", "#5dade2", BLUE, "#154360")):

        def slope(S, sigma, T=T):
            return dualad.jvp(lambda S: call(S, sigma, T), (S,), (ones,))[1]

        sigma = np.full_like(S, 0.2)
        price.plot(S, call(S, sigma, T), color=color, linewidth=1.3, label=f"T = {T}")
        for axes, along in (gamma, (ones, zeros)), (vanna, (zeros, ones)):
            value, second = dualad.jvp(slope, (S, sigma), along)
            axes.plot(S, second, color=color, linewidth=1.3)
        delta.plot(S, value, color=color, linewidth=1.3)
    for axes, title in (price, "price"), (delta, "delta"), (gamma, "gamma"), (vanna, "vanna"):
        axes.set(title=title, xlabel="S", xticks=[60, 100, 140])
    price.legend(fontsize=7)
    return figure


def plot_jacobian():
    return _of_plots("magnitudes", (4.6, 3.7))


def plot_steps():
    return _of_plots("errors", (6, 3.6))


def plot_graph():
    return _of_plots("drawn")


def _of_plots(axes, size=None):
    figure = page("practice/plots.md")[axes].figure
    if size is not None:
        figure.set_size_inches(size)
        figure.axes[0].grid(False)
    return figure
