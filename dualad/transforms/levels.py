"""One evaluation of a function, in a level of its own."""

from .._core import Level, is_open, slot_of
from .outputs import OUTLIVED, SECOND_ORDER, parts_of_anything, split, without_duals


def evaluate(f, args, kwargs, points, n, start, stop, has_aux=False, with_value=True):
    """f at the points with n directions, of which start..stop are meant: (value, lanes, aux).

    `value` is a float64 scalar or array, or None where it is not wanted; `lanes` has one axis more,
    of stop - start partials.
    """
    level = Level()
    try:
        return collect(level, f, level.seeded(args, points, n, start, stop), kwargs, stop - start, has_aux,
                       with_value)
    except TypeError as error:
        explain(error, level.slot)
        raise
    finally:
        level.close()


def evaluate_along(f, args, points, tangents, has_aux=False):
    """f at the points in the one direction that the tangents give: (value, lanes, aux)."""
    level = Level()
    try:
        return collect(level, f, level.along(args, points, tangents), {}, 1, has_aux, True)
    except TypeError as error:
        explain(error, level.slot)
        raise
    finally:
        level.close()


def collect(level, f, args, kwargs, count, has_aux, with_value):
    """Call f, and take apart what comes back."""
    out = f(*args, **kwargs)
    aux = None
    if has_aux:
        out, aux = split(out)
    parts = level.parts(out, count, with_value)
    if parts is None:
        parts = parts_of_anything(level, out, count)
    return *parts, without_duals(aux, level.slot) if has_aux else None


def explain(error, slot):
    """Raise a clear error where a number of one call was stored among those of another; else return.

    NumPy says only that it cannot cast. So the frames that the error went through are searched for
    dual numbers of another call.
    """
    if "Cannot cast" not in str(error):
        return
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        known = {**frame.f_globals, **frame.f_locals}
        names = (*frame.f_locals, *frame.f_code.co_names)
        for other in [slot_of(known[name]) for name in names if name in known]:
            if other not in (-1, slot):
                raise TypeError("dual numbers of one derivative call cannot be stored among those of "
                                f"another: {_reason(other)}") from error
        traceback = traceback.tb_next


def _reason(slot):
    if slot == 0:
        return "some were made by hand (Dual, seed)"
    return SECOND_ORDER if is_open(slot) else f"some {OUTLIVED}"
