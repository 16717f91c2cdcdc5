"""The crash battery: each public function of NumPy with arrays of every odd kind.

Exceptions are fine. Wrong are: death by a signal, SystemError, and a float result where duals went in
(derivatives lost in silence), except where SILENT says why that is right.
"""

from __future__ import annotations

import numpy as np
import pytest
from support.crash import outcomes

#: functions whose float results lose nothing, each with the reason
SILENT = {
    "numpy.histogram": "the edges are float bounds made by range(); the counts are integers",
    "numpy.histogram2d": "counts as floats: piecewise constant",
    "numpy.histogramdd": "counts as floats: piecewise constant",
    "numpy.empty": "not initialised",
    "numpy.empty_like": "not initialised",
    "numpy.frombuffer": "memory read as floats on purpose",
}

#: not called: they change the interpreter's state, read files, or wait
LEFT_OUT = {
    "test",
    "show_config",
    "show_runtime",
    "info",
    "setbufsize",
    "seterr",
    "seterrcall",
    "set_printoptions",
    "get_include",
    "memmap",
    "fromfile",
    "load",
    "loadtxt",
    "genfromtxt",
    "fromregex",
    "source",
    "lookfor",
    "deprecate",
    "deprecate_with_doc",
    "disp",
    "errstate",
    "printoptions",
    "nested_iters",
    "add_docstring",
    "add_newdoc",
    "add_newdoc_ufunc",
    "set_numeric_ops",
    "from_dlpack",
    "fromstring",
}
LEFT_OUT_METHODS = {
    "tofile",
    "__reduce__",
    "__reduce_ex__",
    "__class__",
    "__init_subclass__",
    "__subclasshook__",
    "__getattribute__",
    "__setattr__",
    "__delattr__",
    "__dlpack__",
    "__dlpack_device__",
    "setflags",
    "__dir__",
    "__sizeof__",
    "__new__",
    "__init__",
    "__format__",
    "__getstate__",
    "__setstate__",
    "__class_getitem__",
    "__array_interface__",
    "__array_struct__",
    "data",
    "ctypes",
    "dump",
    "dumps",
    "tobytes",
    "tostring",
    "view",
    "getfield",
    "setfield",
    "resize",
    "newbyteorder",
    "__array_namespace__",
}

#: functions that must do something with most kinds, lest the battery pass by calling nothing
WORK = (
    "add",
    "multiply",
    "sum",
    "prod",
    "sort",
    "argsort",
    "where",
    "concatenate",
    "mean",
    "var",
    "sin",
    "take",
    "unique",
    "median",
    "cumsum",
    "diff",
    "clip",
    "maximum",
    "stack",
    "dot",
    "copy",
    "ravel",
    "roll",
    "flip",
    "std",
    "round",
)

PRELUDE = """
import itertools, os, resource, sys, gc
import numpy as np
import dualad
if "ASAN_OPTIONS" not in os.environ:      # it reserves terabytes
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
np.seterr(all="ignore")

def make(shape, n=2, seed=0):
    rng = np.random.default_rng(seed)
    a = np.zeros(shape, dtype=dualad.dual_dtype(n))
    dualad.value(a)[...] = rng.uniform(0.5, 2.0, shape)
    dualad.partials(a)[...] = rng.uniform(0.5, 2.0, (*shape, n))
    return a

def read_only(a):
    a.flags.writeable = False
    return a

def special():
    a = make((6,))
    dualad.value(a)[:] = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308]
    return a

def unaligned():
    raw = np.zeros(8 * 3 * 4 + 1, np.uint8)[1:].view(dualad.dual_dtype(2))
    raw[...] = make((4,))
    return raw

def in_structure():
    record = np.zeros(4, np.dtype([("pad", np.int8), ("x", dualad.dual_dtype(2))]))
    record["x"] = make((4,))
    return record["x"]

def make_complex(shape):
    return make(shape) + 1j * make(shape, seed=1)

def swapped(shape):
    a = make(shape)
    return a.astype(a.dtype.newbyteorder())

def kinds():
    d = dualad.dual_dtype(2)
    yield "scalar", lambda: dualad.Dual(1.5, [1.0, 2.0])
    yield "zero-d", lambda: make(())
    yield "empty", lambda: make((0,))
    yield "empty 2-D", lambda: make((0, 3))
    yield "one", lambda: make((1,))
    yield "vector", lambda: make((5,))
    yield "square", lambda: make((3, 3))
    yield "cube", lambda: make((2, 2, 3))
    yield "steps", lambda: make((9,))[::2]
    yield "backwards", lambda: make((5,))[::-1]
    yield "transposed", lambda: make((3, 4)).T
    yield "broadcast", lambda: np.broadcast_to(make((1, 3)), (3, 3))
    yield "read-only", lambda: read_only(make((4,)))
    yield "swapped", lambda: swapped((4,))
    yield "swapped square", lambda: swapped((3, 3))
    yield "unaligned", unaligned
    yield "structured", in_structure
    yield "windows", lambda: np.ndarray((4, 3), dualad.dual_dtype(2), make((6,)).view(np.uint8), 0, (24, 24))
    yield "objects", lambda: np.array([dualad.Dual(1.0, [1.0, 0.0]), 2.0, 3, None][:3], dtype=object)
    yield "masked", lambda: np.ma.MaskedArray(make((4,)), mask=[0, 1, 0, 0])
    yield "huge", lambda: make((3,), 1000)
    yield "special", special
    yield "complex", lambda: make_complex((4,))
    yield "complex scalar", lambda: make_complex((1,))[0]
    yield "complex steps", lambda: make_complex((3, 4)).T[::-2]
    yield "complex swapped", lambda: (lambda z: z.astype(z.dtype.newbyteorder()))(make_complex((4,)))
    yield "complex subclass", lambda: make_complex((3, 3)).view(dualad.DualArray)
    yield "complex empty", lambda: make_complex((0,)).view(dualad.DualArray)
    for name, shape in (("vector", (5,)), ("square", (3, 3)), ("empty", (0,)), ("zero-d", ())):
        yield "subclass " + name, lambda shape=shape: make(shape).view(dualad.DualArray)
    yield "subclass backwards", lambda: make((9,)).view(dualad.DualArray)[::-2]
    yield "subclass read-only", lambda: read_only(make((3, 3)).view(dualad.DualArray))
    yield "subclass swapped", lambda: swapped((4,)).view(dualad.DualArray)

def templates(a):
    yield (a,)
    yield (a, a)
    yield (a, a, a)
    yield (a, 0)
    yield (a, 1)
    yield (a, 2.5)
    yield (2.5, a)
    yield ([a, a],)
    yield ((a, a), 0)
    yield (a, [0])
    yield (a, [0, 1], a)
    yield (a, 0, 1)
    yield (a, np.array([True]), a)
    yield (np.arange(3.0), a)
    yield (a, np.eye(3))
    yield (np.eye(3), a)
    yield (a, np.arange(3.0), np.arange(3.0))
    yield (np.arange(5.0), a, a)
    yield (3, a)
    yield ("out", a)
    yield ("i,i", a, a)
    yield ("...i->...", a)
    yield (lambda x: x, a)
    yield (lambda x: x, 0, a)

def leaves(result, depth=0):
    '''The numbers and arrays in a result, in order.'''
    if isinstance(result, np.ndarray) and result.dtype == object:
        result = result.tolist()
    if isinstance(result, (list, tuple)) and depth < 4:
        return [leaf for item in result for leaf in leaves(item, depth + 1)]
    return [result]

def is_plain(leaf):
    '''An inexact number, or an array of them, that is not dual.'''
    if isinstance(leaf, (float, complex)):
        return True
    dtype = None if isinstance(leaf, type) else getattr(leaf, "dtype", None)
    inexact = dtype is not None and dtype.kind in "fc"
    return inexact and not issubclass(dtype.type, (dualad.Dual, dualad.ComplexDual)) and np.size(leaf) > 0

def as_floats(a, scale):
    '''What the float program would have been given, at a point nearby.'''
    if isinstance(a, np.ma.MaskedArray):
        return np.ma.MaskedArray(as_floats(a.data, scale), mask=a.mask)
    if isinstance(a, np.ndarray) and a.dtype == object:
        items = [as_floats(item, scale) if isinstance(item, dualad.Dual) else item for item in a.flat]
        return np.array(items, dtype=object).reshape(a.shape)
    return np.array(dualad.value(a)) * scale if np.ndim(a) else dualad.value(a) * scale

def lost(dual_result, call_with, a):
    '''Does a float of the result depend on the input?'''
    found = leaves(dual_result)
    if not any([is_plain(leaf) for leaf in found]):
        return False
    try:
        here, there = leaves(call_with(as_floats(a, 1.0))), leaves(call_with(as_floats(a, 1.0 + 1e-6)))
    except Exception:
        return False                # not a function of floats
    if not len(here) == len(there) == len(found):
        return False
    return any([is_plain(leaf) and not np.array_equal(x, y, equal_nan=True)
                for leaf, x, y in zip(found, here, there)
                if is_plain(x) and is_plain(y) and np.shape(x) == np.shape(y)])

def nth(a, count):
    return next(itertools.islice(templates(a), count, None))

def check(name, silent=False, works=False):
    module, _, attribute = name.rpartition(".")
    function = None if module == "method" else getattr(__import__(module, fromlist=["x"]), attribute)
    gone, broken, worked = [], [], set()
    for label, maker in kinds():
        for count, _ in enumerate(templates(None)):
            a = maker()
            arguments = nth(a, count)
            if function is None and arguments[0] is not a:
                continue
            if function is None and not hasattr(a, attribute):
                break

            def call_with(x, count=count):
                arguments = nth(x, count)
                return getattr(x, attribute)(*arguments[1:]) if function is None else function(*arguments)

            try:
                result = call_with(a)
            except SystemError as error:
                broken.append((label, count, str(error)))
                continue
            except BaseException as error:
                str(error)
                continue
            worked.add(label)
            if not silent and label != "objects" and lost(result, call_with, maker()):
                gone.append((label, count))
            if isinstance(result, (np.ndarray, np.generic)) and count % 3 == 0:
                try:
                    repr(result)
                except SystemError as error:
                    broken.append((label, count, "repr", str(error)))
                except Exception:
                    pass
            del result
    assert not works or len(worked) > 20, f"only {sorted(worked)}"
    assert not broken, f"SystemError {broken[:4]}"
    assert not gone, f"derivatives lost: (kind, template) {gone[:10]}, {len(gone)} in all"
"""


def public(module, name):
    for attribute in sorted(dir(module)):
        found = getattr(module, attribute, None)
        if (
            attribute.startswith("_")
            or not callable(found)
            or isinstance(found, type)
            or attribute in LEFT_OUT
        ):
            continue
        yield f"{name}.{attribute}"


def methods():
    for attribute in sorted(dir(np.ndarray)):
        if attribute not in LEFT_OUT_METHODS and callable(getattr(np.ndarray, attribute)):
            yield f"method.{attribute}"


NAMES = [*public(np, "numpy"), *public(np.linalg, "numpy.linalg"), *public(np.fft, "numpy.fft"), *methods()]


@pytest.fixture(scope="module")
def battery():
    cases = {
        name: f"check({name!r}, {name in SILENT}, {name.removeprefix('numpy.') in WORK})" for name in NAMES
    }
    found = outcomes(PRELUDE, cases.values(), seconds=60)
    return {name: found[code] for name, code in cases.items()}


@pytest.mark.parametrize("name", NAMES)
def test_survives(name, battery):
    assert not battery[name]


def test_every_exception_has_a_reason():
    assert all(SILENT.values()) and set(SILENT) <= {*NAMES}
