"""The pictures of docs/teaching, one function for each."""

import numpy as np
from matplotlib import pyplot
from matplotlib.patches import Circle, FancyArrowPatch
from style import BLUE, GREY, RED, SAND

import dualad.plot

# --- limits and partial derivatives ---------------------------------------------------------------------


def secants():
    figure, axes = pyplot.subplots(figsize=(5.2, 3.2))
    x = np.linspace(-0.2, 2.2, 60)
    axes.plot(x, x**2, color="black", label="$f(x) = x^2$")
    at = 0.5
    for h, color in (1.4, "#aed6f1"), (0.8, "#5dade2"), (0.3, BLUE):
        slope = ((at + h) ** 2 - at**2) / h
        axes.plot(
            x, at**2 + slope * (x - at), color=color, linewidth=1.2, label=f"secant, h = {h}: {slope:.1f}"
        )
        axes.plot(at + h, (at + h) ** 2, "o", color=color, markersize=5)
    slope = dualad.derivative(lambda x: x**2)(at)
    axes.plot(x, at**2 + slope * (x - at), color=RED, label=f"tangent: {slope:.1f}")
    axes.plot(at, at**2, "o", color=RED)
    axes.set(ylim=(-0.8, 4.2), xlabel="x")
    axes.legend(loc="upper left")
    return figure


def difference_error():
    def f(x):
        return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)

    x, exact = 1.5, 4.053427893898621  # 50-digit arithmetic, rounded
    figure, axes = pyplot.subplots(figsize=(6, 3.6))
    # x.real: no complex step, of which the page does not speak
    dualad.plot.step_errors(lambda x: f(x.real), x, steps=np.logspace(-16, 0, 129), exact=exact, ax=axes)
    for line, color in zip(axes.lines, (BLUE, SAND, RED)):
        line.set_color(color)
    axes.lines[-1].set_label("dualad: no h (one rounding error)")
    axes.annotate(r"truncation: $\propto h$", (1.5e-8, 3e-3), color=BLUE)
    axes.annotate(r"$\propto h^2$", (4e-4, 1e-8), color=SAND)
    axes.annotate(r"rounding: $\propto 1/h$", (2e-15, 2e-7), color=GREY)
    axes.set(xlabel="step h", ylabel="relative error", ylim=(2e-17, 30))
    axes.legend(loc="lower left", bbox_to_anchor=(0.02, 0.07))
    return figure


def partial_slices():
    def f(x, y):
        return 3 * x**2 * y

    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(8, 2.7))
    x, y = np.linspace(0, 2, 25), np.linspace(0, 3, 25)
    lines = left.contour(
        x, y, f(x[None], y[:, None]), levels=[1, 3, 6, 10, 15, 22], colors=GREY, linewidths=0.8
    )
    left.clabel(lines, fontsize=7)
    left.axhline(2, color=BLUE)
    left.axvline(1, color=SAND)
    left.plot(1, 2, "o", color=RED)
    left.set(xlabel="x", ylabel="y", title="$f(x, y) = 3x^2y$")
    by_x, by_y = dualad.grad(f, argnums=(0, 1))(1.0, 2.0)
    for axes, t, values, at, slope, color, name in (
        (middle, x, f(x, 2.0), 1.0, by_x, BLUE, "x"),
        (right, y, f(1.0, y), 2.0, by_y, SAND, "y"),
    ):
        axes.plot(t, values, color=color)
        axes.plot(t, 6 + slope * (t - at), "--", color=RED, linewidth=1)
        axes.plot(at, 6, "o", color=RED)
        axes.set(xlabel=name, ylim=(-2, 20), title=rf"slope $\partial f/\partial {name}$ = {slope:.0f}")
    return figure


# --- graphs ---------------------------------------------------------------------------------------------


def graph(nodes, edges, size, limits, radius=0.34):
    """A drawing: nodes {name: (x, y, text, color)}, edges (from, to, text, bend, place of the text)."""
    figure, axes = pyplot.subplots(figsize=size)
    circles = {}
    for name, (x, y, text, color) in nodes.items():
        circles[name] = Circle((x, y), radius, facecolor="white", edgecolor=color, linewidth=1.6, zorder=3)
        axes.add_patch(circles[name])
        axes.text(x, y, text, ha="center", va="center", zorder=4, fontsize=9)
    axes.set(xlim=limits[:2], ylim=limits[2:], aspect="equal")
    for start, end, text, bend, (dx, dy) in edges:
        (x0, y0), (x1, y1) = nodes[start][:2], nodes[end][:2]
        axes.add_patch(
            FancyArrowPatch(
                (x0, y0),
                (x1, y1),
                connectionstyle=f"arc3,rad={bend}",
                arrowstyle="-|>",
                mutation_scale=12,
                patchA=circles[start],
                patchB=circles[end],
                shrinkA=1,
                shrinkB=1,
                color=GREY,
                linewidth=1.3,
            )
        )
        axes.text(
            (x0 + x1) / 2 + dx,
            (y0 + y1) / 2 + dy,
            text,
            ha="center",
            va="center",
            color=RED,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axes.axis("off")
    figure.subplots_adjust(0, 0, 1, 1)
    return figure


def total_graph():
    nodes = {
        "x": (0, 0, "$x$", BLUE),
        "square": (1.8, 0.8, "$u = x^2$", BLUE),
        "sum": (3.6, 0, "$v$", BLUE),
        "y": (5.3, 0, "$y$", BLUE),
    }
    edges = [
        ("x", "square", "$2x$", 0, (-0.15, 0.28)),
        ("square", "sum", "$1$", 0, (0.15, 0.28)),
        ("x", "sum", "$1$", 0.12, (0, -0.22)),
        ("sum", "y", r"$\cos v$", 0, (0, 0.25)),
    ]
    return graph(nodes, edges, (6, 2), (-0.6, 6.0, -0.75, 1.45), radius=0.42)


def partial_total():
    nodes = {
        "t": (0, 0, "$t$", BLUE),
        "x": (1.9, 1.0, "$x(t)$", BLUE),
        "y": (1.9, -1.0, "$y$", GREY),
        "f": (3.8, 0, "$f$", BLUE),
    }
    edges = [
        ("t", "x", "$dx/dt$", 0, (-0.35, 0.22)),
        ("x", "f", r"$\partial f/\partial x$", 0, (0.4, 0.22)),
        ("t", "f", r"$\partial f/\partial t$", 0, (0, 0.02)),
        ("y", "f", r"$\partial f/\partial y$", 0, (0.4, -0.22)),
    ]
    return graph(nodes, edges, (5.2, 2.9), (-0.6, 4.4, -1.45, 1.45), radius=0.4)


def operation_graph():
    """f = x1 x2 + sin x1 at (2, 3), drawn with the numbers dualad computes."""
    x1, x2 = dualad.seed([2.0, 3.0])
    product, sine = x1 * x2, np.sin(x1)
    total = product + sine

    def label(name, number):
        a, b = dualad.partials(number)
        return f"{name}\n{dualad.value(number):.3g}\n({a + 0.0:.3g}, {b + 0.0:.3g})"

    nodes = {
        "x1": (0, 1, label("$x_1$", x1), BLUE),
        "x2": (0, -1, label("$x_2$", x2), BLUE),
        "product": (2.5, -1, label("$a = x_1 x_2$", product), BLUE),
        "sine": (2.5, 1, label(r"$b = \sin x_1$", sine), BLUE),
        "f": (5, 0, label("$f = a + b$", total), BLUE),
    }
    edges = [
        ("x1", "sine", r"$\cos x_1 = -0.416$", 0, (0, 0.25)),
        ("x1", "product", "$x_2 = 3$", 0, (0.15, 0.15)),
        ("x2", "product", "$x_1 = 2$", 0, (0, -0.25)),
        ("sine", "f", "$1$", 0, (0.1, 0.2)),
        ("product", "f", "$1$", 0, (0.1, -0.2)),
    ]
    return graph(nodes, edges, (7, 3.9), (-0.85, 5.85, -1.85, 1.85), radius=0.68)


# --- Jacobians ------------------------------------------------------------------------------------------


def jacobian_patterns():
    w, z = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2.0
    cases = [
        ("identity: $x$", lambda x: x),
        ("element by element: $w x$", lambda x: w * x),
        ("running sum", np.cumsum),
        ("differences", np.diff),
        ("$z x$ by $z$", None),
        ("sum: $z (x_1 + x_2 + …)$", lambda x: np.sum(z * x)),
    ]
    figure, all_axes = pyplot.subplots(1, len(cases), figsize=(8.4, 1.9), width_ratios=[5, 5, 5, 5, 2.2, 5])
    for axes, (title, f) in zip(all_axes, cases):
        J = dualad.jacobian(f)(w) if f else dualad.jacobian(lambda z: z * w)(z)[:, None]
        J = np.atleast_2d(J)
        axes.set(
            title=title,
            xticks=[],
            yticks=[],
            xlim=(-0.5, J.shape[1] - 0.5),
            ylim=(J.shape[0] - 0.5, -0.5),
            aspect="equal",
            anchor="N",
        )
        axes.title.set_fontsize(8)
        axes.grid(False)
        for (row, column), entry in np.ndenumerate(J):
            color = "#f4f6f7" if entry == 0 else ("#d4e6f1" if entry > 0 else "#fadbd8")
            axes.add_patch(pyplot.Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, color=color))
            if entry:
                axes.text(column, row, f"{entry:.0f}", ha="center", va="center", fontsize=7)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure


# --- stationary points ----------------------------------------------------------------------------------


def stationary():
    functions = [
        ("$z = x^2 + y^2$: minimum", lambda p: p[0] ** 2 + p[1] ** 2),
        ("$z = x^2 - y^2$: saddle", lambda p: p[0] ** 2 - p[1] ** 2),
    ]
    figure, both = pyplot.subplots(1, 2, figsize=(7, 3.4))
    ticks = np.linspace(-1.5, 1.5, 21)
    for axes, (title, f) in zip(both, functions):
        grid = np.array(np.meshgrid(ticks, ticks))
        axes.contour(ticks, ticks, f(grid), levels=np.arange(-1.5, 3.1, 0.75), colors=GREY, linewidths=0.7)
        points = np.array(np.meshgrid(np.linspace(-1.2, 1.2, 5), np.linspace(-1.2, 1.2, 5))).reshape(2, -1)
        slopes = np.array([dualad.grad(f)(p) for p in points.T])
        axes.quiver(*points, *slopes.T, color=BLUE, scale=32, width=0.005)
        axes.plot(0, 0, "o", color=RED)
        axes.set(title=title, xlabel="x", ylabel="y", aspect="equal")
        axes.grid(False)
    return figure


# --- learning -------------------------------------------------------------------------------------------


def softmax():
    logits, target = np.array([2.0, 0.5, -1.0, 1.0]), np.array([0.0, 0.0, 0.0, 1.0])

    def loss(a):
        return np.log(np.sum(np.exp(a - np.max(a)))) + np.max(a) - target @ a

    prediction = np.exp(logits) / np.sum(np.exp(logits))
    slots = np.arange(4)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7, 2.6))
    left.bar(slots - 0.2, prediction, 0.38, color=BLUE, label=r"prediction $\hat y$")
    left.bar(slots + 0.2, target, 0.38, color="#f5b041", label="truth $y$")
    left.legend(loc="upper left", fontsize=8)
    right.bar(slots, dualad.grad(loss)(logits), 0.5, color=RED)
    right.axhline(0, color="black", linewidth=0.8)
    right.set(title=r"$\partial L/\partial a = \hat y - y$")
    for axes in left, right:
        axes.set(xticks=slots, xlabel="class")
        axes.grid(False, axis="x")
    return figure


def neuron():
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.4, 2.8))
    z = np.array([-2.0, 0.0, 2.0])
    left.plot(z, np.maximum(0, z), color=BLUE, label=r"$\max(0, z)$")
    left.plot([-2, 0], [0, 0], [0, 2], [1, 1], color=RED, linewidth=1.2)
    left.plot([], [], color=RED, linewidth=1.2, label="its derivative")
    left.plot(0, 0.5, "o", color=RED, markersize=5, label="dualad at 0: one half")
    left.set(xlabel="$z$")
    left.legend(loc="upper left", fontsize=8)
    X = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
    y = np.array([0.0, 0.0, 0.0, 1.1, 2.9, 5.2])

    def loss(p):
        return np.mean((y - np.maximum(0, p[0] * X + p[1])) ** 2)

    parameters, x = np.array([0.5, 0.5]), np.linspace(-2.2, 3.2, 109)
    right.plot(X, y, "o", color="black", markersize=4)
    for step in range(201):
        if step in (0, 10, 200):
            shade = {0: "#aed6f1", 10: "#5dade2", 200: RED}[step]
            right.plot(x, np.maximum(0, parameters[0] * x + parameters[1]), color=shade, label=f"step {step}")
        parameters = parameters - 0.1 * dualad.grad(loss)(parameters)
    right.set(xlabel="$x$")
    right.legend(loc="upper left", fontsize=8)
    return figure


def network():
    x = np.linspace(-2, 2, 9)
    y = np.sin(2 * x)
    hidden = 4

    def predict(p, x):
        w1, b1, w2 = p[:hidden], p[hidden : 2 * hidden], p[2 * hidden : 3 * hidden]
        return np.tanh(x[:, None] * w1 + b1) @ w2 + p[3 * hidden]

    def loss(p):
        return np.mean((predict(p, x) - y) ** 2)

    p = np.random.default_rng(1).normal(size=3 * hidden + 1)
    step = dualad.value_and_grad(loss)
    losses, shown = [], {}
    for k in range(1501):
        value, slope = step(p)
        losses.append(value)
        if k in (0, 100, 1500):
            shown[k] = p
        p = p - 0.1 * slope
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(7.4, 2.8))
    every = np.unique(np.concatenate([np.arange(20), np.geomspace(20, 1500, 60).astype(int)]))
    left.loglog(every + 1, np.array(losses)[every], color=BLUE)
    left.set(xlabel="step", ylabel="loss")
    fine = np.linspace(-2, 2, 81)
    right.plot(x, y, "o", color="black", markersize=4)
    for (k, p), color in zip(shown.items(), ("#aed6f1", "#5dade2", RED)):
        right.plot(fine, predict(p, fine), color=color, label=f"step {k}")
    right.set(xlabel="$x$", ylim=(-2.2, 3.2))
    right.legend(loc="upper center", ncols=3, fontsize=8)
    return figure
