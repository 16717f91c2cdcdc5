"""One evaluation of a function, in a level of its own."""

from .._core import NUMBERS, Level, is_complex, is_open, slot_of
from .inputs import FLOAT64
from .outputs import OUTLIVED, parts_of_anything, split, without_duals

CANNOT_BE_STORED = "dual numbers of one derivative call cannot be stored among those of another"


def evaluate(f, args, kwargs, points, n, start, stop, has_aux=False, with_value=True, outer=None):
    """f at the points with n directions, of which start..stop are meant: (value, lanes, aux).

    `value` is a float64 scalar or array, or None where it is not wanted; `lanes` has one axis more,
    of stop - start partials. Inside another derivative call both may be its dual numbers; `outer`
    is its level where this is another thread.
    """
    level = Level(outer)
    try:
        seeded = level.seeded
        for point in points:
            if point[1].dtype is not FLOAT64:
                seeded = level.seeded_inside
        return collect(level, f, seeded(args, points, n, start, stop), kwargs, stop - start, has_aux, with_value)
    except TypeError as error:
        explain(error, level.slot)
        raise
    finally:
        level.close()


def evaluate_along(f, args, points, tangents, has_aux=False):
    """f at the points in the one direction that the tangents give: (value, lanes, aux)."""
    level = Level()
    try:
        inside = any([x.dtype is not FLOAT64 for x in [point[1] for point in points] + tangents])
        lifted = (level.along_inside if inside else level.along)(args, points, tangents)
        return collect(level, f, lifted, {}, 1, has_aux, True)
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
    return *parts, without_duals(aux, level) if has_aux else None


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
                raise TypeError(f"{CANNOT_BE_STORED}: {_reason(other)}") from error
        traceback = traceback.tb_next
    source, target = (getattr(error, name, None) for name in ("from_", "to"))     # of a ufunc's result
    if is_complex(source) and not is_complex(target):
        raise TypeError("complex numbers cannot be stored in an array of real dual numbers: make the array complex "
                        "(x + 0j), or write the operation out (x = x * z instead of x *= z)") from error
    if (_ours(source) and _ours(target)) or str(error).count("Dual") > 1:          # in places that no name leads to
        raise TypeError(f"{CANNOT_BE_STORED}, of one that is over, or of numbers made by hand") from error


def _ours(dtype):
    return dtype is not None and issubclass(dtype.type, NUMBERS)


def _reason(slot):
    if slot == 0:
        return "some were made by hand (Dual, seed)"
    if is_open(slot):
        return ("an array has the directions that it was made with. Make it from numbers of both calls, "
                "np.zeros_like(x * y), or put the results together with np.stack or np.concatenate")
    return f"some {OUTLIVED}"
