"""Initial value problems of scipy.integrate: values by SciPy, derivatives by the sensitivity equations.

The solver runs on values first. Then it runs once more on the state and its lanes together, as one
system of real equations, whose right hand side is the program's own, evaluated with dual numbers;
so the lanes are integrated by the same method, within the same tolerances.

A number dt with dt**3 = 0 moves a solution by a midpoint step, which is exact to second order:
that is how dual times enter, and times of events.
"""

import numpy as np
from scipy import integrate, sparse

from .._core import pair_indices
from .duals import (
    Values,
    as_numbers,
    dtype_in,
    joint,
    lane_counts,
    lanes_in,
    nilpotent,
    one_or_tuple,
    order_of,
    stripped,
    value,
    with_lanes,
)
from .implicit import jacobian, lifted


def _later(f, t, y, move):
    """The solution through y at the time t, at t + move, for a nilpotent move."""
    half = move / 2
    return y + move * f(t + half, y + half * f(t, y))


class _Sensitivities:
    """The equations of a state and its lanes, as one real system.

    Parameters
    ----------
    f : callable
        f(t, y) -> array, of dual numbers where they enter.
    dtype : numpy.dtype
    t, y0 : number, array
        The initial state, dual numbers or not.
    jac : callable, array_like or None
        The user's, with jac(t, y).
    """

    def __init__(self, f, dtype, t, y0, jac=None):
        self.f, self.dtype, self.jac = f, dtype, jac
        if dtype_in(t) is not None:
            y0 = _later(f, t, y0, -nilpotent(t))
        self.n = len(y0)
        self.count = lane_counts(dtype)[1]
        self.z0 = np.concatenate((np.asarray(value(y0), float), lanes_in(dtype, y0).ravel()))

    def state(self, z):
        """Dual numbers of a column of the system's solution, or of several."""
        lanes = z[self.n:].reshape(self.count, self.n, *z.shape[1:])
        return with_lanes(self.dtype, z[:self.n], lanes)

    def slope(self, t, z):
        out = as_numbers(self.f(t, self.state(z))).reshape(-1)
        return np.concatenate((value(out), lanes_in(self.dtype, out).ravel()))

    def block(self, t, z):
        """The Jacobian of the state's equations, which each lane's equations have too."""
        y = z[:self.n]
        if self.jac is None:
            return jacobian(lambda at: as_numbers(self.f(t, at)).reshape(-1), y, self.dtype)
        block = stripped(self.jac(t, y) if callable(self.jac) else self.jac)
        return block.toarray() if sparse.issparse(block) else np.asarray(block, float)

    def jacobian(self, t, z):
        """The system's Jacobian, which only Newton's method in the solver sees.

        How the slopes of the lanes change with the state is found by differences; and pairs (i, j)
        depend on the lane i as the lane j does on the state.
        """
        n, size = self.n, 1 + self.count
        whole = np.zeros((size, n, size, n))
        slope = self.slope(t, z)
        steps = np.sqrt(np.spacing(1.0)) * np.maximum(abs(z[:n]), 1e-3 * abs(z[:n]).max(initial=1e-9))
        for m in range(n):
            moved = z.copy()
            moved[m] += steps[m]
            whole[:, :, 0, m] = ((self.slope(t, moved) - slope) / (moved[m] - z[m])).reshape(size, n)
        whole[~np.isfinite(whole)] = 0.0
        if order_of(self.dtype) == 2:
            rows, columns = pair_indices(np.empty(0, self.dtype))
            first = 1 + self.count - len(rows)
            for k, (i, j) in enumerate(zip(rows, columns)):
                whole[first + k, :, 1 + i] += whole[1 + j, :, 0]
                whole[first + k, :, 1 + j] += whole[1 + i, :, 0]
        whole[range(size), :, range(size)] = self.block(t, z)
        return whole.reshape(size * n, size * n)

    def sparse_jacobian(self, t, z):
        return sparse.csc_array(self.jacobian(t, z))

    def tolerances(self, atol, scales=None):
        """atol of the whole system: for lanes that of the state, by their scale where it is known to be smaller."""
        atol = np.broadcast_to(np.asarray(atol, float), self.n)
        factors = np.ones((1 + self.count, 1)) if scales is None else np.concatenate(([[1.0]], scales[:, None]))
        return (factors * atol).ravel()

    def scales(self, z):
        """How large the lanes get, beside the state; None where they are not small."""
        parts = np.abs(z.reshape(1 + self.count, -1)).max(axis=1, initial=0.0)
        scales = parts[1:] / parts[0] if parts[0] else np.ones(self.count)
        scales[(scales == 0) | ~(scales < 0.1)] = 1.0
        return scales if (scales < 1).any() else None


class _Solution:
    """sol.sol of a solution with derivatives: SciPy's, called with a time or an array of times."""

    def __init__(self, values, lanes, system):
        self._values, self._lanes, self._system = values, lanes, system

    def __call__(self, t):
        at = stripped(t)
        y = with_lanes(self._system.dtype, self._values(at),
                       lanes_in(self._system.dtype, self._system.state(self._lanes(at))))
        return y if dtype_in(t) is None else _moved(self._system.f, at, y, nilpotent(as_numbers(t)))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._values, name)


def _moved(f, t, y, moves):
    """Columns of a solution at times that move."""
    if np.ndim(t) == 0:
        return _later(f, t, y, moves)
    return np.stack([_later(f, t[k], y[:, k], moves[k]) for k in range(len(t))], axis=1)


def solve_ivp(fun, t_span, y0, method="RK45", t_eval=None, dense_output=False, events=None, vectorized=False,
              args=None, **options):
    """scipy.integrate.solve_ivp; the solution carries derivatives.

    Parameters
    ----------
    fun, t_span, y0, ...
        As SciPy's. Dual numbers may come through t_span, y0, t_eval, args and fun's closure.

    Returns
    -------
    OdeResult
        SciPy's, with its numbers to the last bit. y, sol, y_events and t_events carry derivatives, and
        t where t_span or t_eval does, or an event ended it. Steps and evaluations are those of the values.

    Raises
    ------
    RuntimeError
        Where the sensitivity equations cannot be integrated.
    TypeError
        For a complex state.

    Notes
    -----
    Derivatives are as accurate as the tolerances that the solution was computed with. Lanes that are
    smaller than the state have an atol that is smaller in proportion.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.integrate import solve_ivp
    >>> def end(p):
    ...     return solve_ivp(lambda t, y: -p[0] * y, (0.0, 2.0), [p[1]], rtol=1e-10, atol=1e-10).y[0, -1]
    >>> np.round(dualad.grad(end)([1.0, 3.0]), 6)        # -2 * 3 exp(-2), exp(-2)
    array([-0.812012,  0.135335])
    """
    args = () if args is None else tuple(args) if np.iterable(args) else args       # which SciPy refuses
    values = Values(fun)
    listed = [] if events is None else [events] if callable(events) else list(events)
    watched = [Values(event) for event in listed]
    plain = {key: Values(item) if key == "jac" and callable(item) else stripped(item) for key, item in options.items()}
    times = stripped(t_eval)
    found = integrate.solve_ivp(
        values, stripped(t_span), stripped(y0), method, times, dense_output,
        None if events is None else watched[0] if callable(events) else watched, vectorized,
        args=stripped(args) if args else None, **plain)
    dtype = joint(values.dtype, dtype_in(args, t_span, y0, t_eval), *[event.dtype for event in watched])
    if dtype is None or not len(found.t):
        return found
    if found.y.dtype.kind == "c":
        raise TypeError("solve_ivp: a complex state carries no derivatives; integrate its real and imaginary parts")

    def f(t, y):
        out = as_numbers(fun(t, y[:, None], *args) if vectorized else fun(t, y, *args))
        return out.reshape(-1)

    system = _Sensitivities(f, dtype, t_span[0], as_numbers(y0), options.get("jac"))
    ends = np.concatenate([t for t in found.t_events if len(t)]) if found.status == 1 else found.t
    end = stripped(t_span)[1] if found.status == 0 else ends[np.argmax(abs(ends - stripped(t_span)[0]))]
    if end == stripped(t_span)[0]:
        found.y = with_lanes(dtype, found.y, lanes_in(dtype, system.state(system.z0))[..., None])
        return found
    lanes = _integrated(system, method, (stripped(t_span)[0], end), found.t, plain, dense_output or bool(listed))
    found.y = with_lanes(dtype, found.y, lanes_in(dtype, system.state(lanes.y)))
    if dense_output:
        found.sol = _Solution(found.sol, lanes.sol, system)
    for k, event in enumerate(listed):
        _event(event, k, args, found, lanes, system)
    _move_times(found, t_span, t_eval, system)
    return found


def _integrated(system, method, span, times, options, dense):
    """SciPy's solution of the whole system at the given times."""
    name = method if isinstance(method, str) else method.__name__
    options = {key: item for key, item in options.items()
               if key not in ("jac", "jac_sparsity", "lband", "uband", "first_step")}
    if name in ("Radau", "BDF"):
        options["jac"] = system.sparse_jacobian
    elif name == "LSODA":
        options["jac"] = system.jacobian
    atol, scales = options.pop("atol", 1e-6), None
    for _ in range(2):
        done = integrate.solve_ivp(system.slope, span, system.z0, method, times, dense,
                                   atol=system.tolerances(atol, scales), **options)
        if not done.success:
            raise RuntimeError(f"solve_ivp: the equations of the derivatives could not be integrated: {done.message}")
        scales = system.scales(done.y)
        if scales is None:
            break
    return done


def _event(event, k, args, found, lanes, system):
    """The times of an event, by the implicit function theorem, and the states then."""
    moved_times, states = [], []
    for t in found.t_events[k]:
        y = with_lanes(system.dtype, lanes.sol(t)[:system.n], lanes_in(system.dtype, system.state(lanes.sol(t))))
        at = lifted(lambda s, t=t, y=y: event(s, _later(system.f, t, y, s - t), *args), t, system.dtype)
        moved_times.append(at)
        states.append(_later(system.f, t, y, at - t))
    if moved_times:
        lanes_of = [lanes_in(system.dtype, at) for at in moved_times]
        found.t_events[k] = with_lanes(system.dtype, found.t_events[k], np.stack(lanes_of, axis=-1))
        lanes_of = [lanes_in(system.dtype, y) for y in states]
        found.y_events[k] = with_lanes(system.dtype, found.y_events[k], np.stack(lanes_of, axis=1))


def _move_times(found, t_span, t_eval, system):
    """Columns at times that carry derivatives: those of t_eval, the ends of t_span, the event that stopped it."""
    if t_eval is not None:
        if dtype_in(t_eval) is not None and len(found.t):
            times = as_numbers(t_eval)[:len(found.t)]
            found.y, found.t = _moved(system.f, found.t, found.y, nilpotent(times)), times
        return
    t, y = found.t.copy(), found.y
    last = t_span[1] if found.status == 0 else None
    if found.status == 1:
        last = next(at for ats in found.t_events for at in ats if value(at) == t[-1])
    for k, at in ((0, t_span[0]), (-1, last)):
        if dtype_in(at) is not None:
            moved = _later(system.f, t[k] if k == 0 or dtype_in(t) is None else value(t[k]), y[:, k], nilpotent(at))
            y = y.astype(moved.dtype) if moved.dtype != y.dtype else y
            y[:, k] = moved
            t = t if dtype_in(t) is not None else with_lanes(y.dtype, t, None)
            t[k] = at
    found.t, found.y = t, y


def odeint(func, y0, t, args=(), Dfun=None, col_deriv=0, full_output=0, ml=None, mu=None, rtol=None, atol=None,
           tcrit=None, *options, **named):
    """scipy.integrate.odeint; the solution carries derivatives."""
    args = one_or_tuple(args)
    names = ("h0", "hmax", "hmin", "ixpr", "mxstep", "mxhnil", "mxordn", "mxords", "printmessg", "tfirst")
    named = stripped({**dict(zip(names, options)), **named})
    values = Values(func)
    times = stripped(t)
    found = integrate.odeint(values, stripped(y0), times, stripped(args), None if Dfun is None else Values(Dfun),
                             col_deriv, full_output, ml, mu, rtol, atol, tcrit, **named)
    dtype = joint(values.dtype, dtype_in(args, y0, t))
    if dtype is None:
        return found
    first = named.pop("tfirst", False)

    def f(t, y):
        return as_numbers(func(t, y, *args) if first else func(y, t, *args)).reshape(-1)

    times = np.asarray(times)
    known = as_numbers(t)
    system = _Sensitivities(f, dtype, known[0], as_numbers(y0).reshape(-1))
    if rtol is not None and np.ndim(rtol):
        rtol = np.tile(rtol, 1 + system.count)
    scales = None
    for _ in range(2):
        z, info = integrate.odeint(system.slope, system.z0, times, (), system.jacobian, rtol=rtol, tcrit=tcrit,
                                   atol=system.tolerances(1.49012e-8 if atol is None else atol, scales),
                                   full_output=True, tfirst=True, **named)
        if info["message"] != "Integration successful.":
            raise RuntimeError(f"odeint: the equations of the derivatives could not be integrated: {info['message']}")
        scales = system.scales(z.T)
        if scales is None:
            break
    state = system.state(z.T)
    if dtype_in(t) is not None:
        state = _moved(f, times, state, nilpotent(known))
    y = found[0] if full_output else found
    y = with_lanes(state.dtype, y, np.swapaxes(lanes_in(state.dtype, state), 1, 2))
    return (y, *found[1:]) if full_output else y
