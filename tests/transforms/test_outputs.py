"""What comes back: every kind of output, aux, refusals."""

from __future__ import annotations

import collections

import numpy as np
import pytest
from support.layouts import swapped, unaligned

import dualad

X = np.array([2.0, 3.0])

LINEAR = {
    "scalar": (lambda x: x[0] * 3, [3, 0]),
    "array": (lambda x: x * 3, [[3, 0], [0, 3]]),
    "plain dual ndarray": (lambda x: np.array([x[1], x[0]]), [[0, 1], [1, 0]]),
    "0-d array": (lambda x: np.array(x[1] * 2), [0, 2]),
    "list": (lambda x: [x[1], -x[0]], [[0, 1], [-1, 0]]),
    "tuple": (lambda x: (x[1], -x[0]), [[0, 1], [-1, 0]]),
    "list with constants": (lambda x: [1, x[0], 2.5, np.int8(3)], [[0, 0], [1, 0], [0, 0], [0, 0]]),
    "list with bool": (lambda x: [True, x[0]], [[0, 0], [1, 0]]),
    "nested lists": (lambda x: [[x[0], 1.0], (x[1], 2)], [[[1, 0], [0, 0]], [[0, 1], [0, 0]]]),
    "list of arrays": (lambda x: [x, 2 * x], [[[1, 0], [0, 1]], [[2, 0], [0, 2]]]),
    "list of array and list": (lambda x: [x, [1.0, x[0]]], [[[1, 0], [0, 1]], [[0, 0], [1, 0]]]),
    "list with 0-d arrays": (lambda x: [np.array(x[0]), 1.0], [[1, 0], [0, 0]]),
    "object array": (lambda x: np.array([x[0], x[1], 1.0], dtype=object), [[1, 0], [0, 1], [0, 0]]),
    "object array of floats": (lambda x: np.array([1.0, 2], dtype=object), [[0, 0], [0, 0]]),
    "vectorize": (lambda x: np.vectorize(lambda y: y * 2)(x), [[2, 0], [0, 2]]),
    "view": (lambda x: x[::-1], [[0, 1], [1, 0]]),
    "transposed": (lambda x: np.stack([x, 2 * x]).T, [[[1, 0], [2, 0]], [[0, 1], [0, 2]]]),
    "broadcast": (lambda x: np.broadcast_to(x[0], (3,)), [[1, 0], [1, 0], [1, 0]]),
    "byte-swapped": (lambda x: swapped(x * 3), [[3, 0], [0, 3]]),
    "unaligned": (lambda x: unaligned(x * 3), [[3, 0], [0, 3]]),
    "float": (lambda x: 3.5, [0, 0]),
    "int": (lambda x: 3, [0, 0]),
    "float array": (lambda x: np.ones((2, 1)), [[[0, 0]], [[0, 0]]]),
    "int array": (lambda x: np.arange(2), [[0, 0], [0, 0]]),
    "bool array": (lambda x: x > 2.5, [[0, 0], [0, 0]]),
    "float32 array": (lambda x: np.ones(1, np.float32), [[0, 0]]),
    "value only": (lambda x: dualad.value(x), [[0, 0], [0, 0]]),
    "empty": (lambda x: [], np.zeros((0, 2))),
}


@pytest.mark.parametrize("f, expected", LINEAR.values(), ids=LINEAR)
@pytest.mark.parametrize("chunk_size", [None, 1])
def test_outputs(f, expected, chunk_size):
    value, j = dualad.value_and_jacobian(f, chunk_size=chunk_size)(X)
    np.testing.assert_array_equal(j, np.array(expected, float))
    assert type(j) is np.ndarray and j.dtype == np.float64 and j.shape == np.shape(expected)
    plain = np.asarray(f(X), float)
    np.testing.assert_array_equal(value, plain)
    assert type(value) is (np.ndarray if plain.ndim else np.float64)
    assert type(value) is np.float64 or (value.dtype == np.float64 and type(value) is np.ndarray)
    np.testing.assert_array_equal(dualad.jvp(f, (X,), (X,))[1], np.asarray(expected) @ X)


def test_pandas_output():
    pandas = pytest.importorskip("pandas")
    j = dualad.jacobian(lambda x: pandas.Series([x[0], x[1] * 2], dtype=object))(X)
    np.testing.assert_array_equal(j, [[1, 0], [0, 2]])


def test_scalar_input_with_list_output():
    d = dualad.derivative(lambda t: [t, t * t, 1.0])(3.0)
    np.testing.assert_array_equal(d, [1, 6, 0])
    assert type(dualad.derivative(lambda t: 1.0)(3.0)) is np.float64


async def coroutine(x):
    return x


def generator(x):
    yield x[0]


REFUSED = {
    "None": (lambda x: None, "None.*return statement"),
    "string": (lambda x: "abc", "str"),
    "bytes": (lambda x: b"abc", "bytes"),
    "list with None": (lambda x: [x[0], None], "None"),
    "list with string": (lambda x: [x[0], "a"], "str"),
    "list of strings": (lambda x: ["a", "b"], "str"),
    "dict": (lambda x: {"a": x}, "dict.*has_aux"),
    "set": (lambda x: {1.0}, "set"),
    "function": (lambda x: (lambda y: x * y), "function.*call that function"),
    "class": (lambda x: dict, "type"),
    "generator": (generator, r"generator.*list\(\.\.\.\)"),
    "map": (lambda x: map(float, [1]), r"map.*list\(\.\.\.\)"),
    "coroutine": (coroutine, "coroutine.*async"),
    "object": (lambda x: object(), "object"),
    "dates": (lambda x: np.array(["2020-01-01"], "M8[D]"), "datetime64"),
    "ragged": (lambda x: [x, x[0]], "cannot become one array.*concatenate"),
    "list with generator": (lambda x: [generator(x), 1.0], "generator"),
    "masked": (lambda x: np.ma.array([1.0, 2.0], mask=[True, False]), "masked array"),
    "masked duals": (lambda x: np.ma.array(x, mask=[True, False]), "masked array"),
    "made by hand": (lambda x: dualad.Dual(1.0, [1.0, 0.0]), "made by hand"),
    "list made by hand": (lambda x: [1.0, dualad.Dual(1.0, [1.0, 0.0])], "made by hand"),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("f, message", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("transform", [dualad.jacobian, dualad.grad, dualad.value_and_grad,
                                       lambda f: dualad.jacobian(f, chunk_size=1)])
def test_refused(f, message, transform):
    with pytest.raises(TypeError, match=f"(?s)the function returned.*{message}"):
        transform(f)(X)


def test_masked_results_of_second_order_are_refused():
    for transform in (dualad.hessian, lambda f: dualad.hessian(f, chunk_size=1), dualad.laplacian):
        with pytest.raises(TypeError, match="masked array"):
            transform(lambda x: np.ma.array(x**2, mask=[True, False]))(X)


def test_sparse_matrices_are_refused():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError, match="the function returned csr"):
        dualad.jacobian(lambda x: sparse.csr_matrix(np.eye(2)))(X)


# -- aux -------------------------------------------------------------------------------------------

Point = collections.namedtuple("Point", "x y")


def aux_of(make):
    return dualad.grad(lambda x: (x.sum(), make(x)), has_aux=True)(X)[1]


def test_aux_is_without_duals():
    aux = aux_of(lambda x: {"scalar": x[0], "list": [x, 1], "point": Point(x[1], ("a", x[0])),
                            "objects": np.array([x[0], None, "s"], dtype=object), "text": "t", "none": None,
                            "ordered": collections.OrderedDict(a=x[0]), 3: np.arange(2),
                            "default": collections.defaultdict(list, a=[x[0]])})
    assert type(aux["scalar"]) is np.float64 and aux["scalar"] == 2.0
    assert type(aux["list"][0]) is np.ndarray and aux["list"][0].dtype == np.float64 and aux["list"][1] == 1
    assert type(aux["point"]) is Point and aux["point"] == (3.0, ("a", 2.0))
    assert aux["objects"].tolist() == [2.0, None, "s"] and type(aux["objects"][0]) is np.float64
    assert (aux["text"], aux["none"]) == ("t", None)
    assert type(aux["ordered"]) is collections.OrderedDict and aux["ordered"]["a"] == 2.0
    assert type(aux["default"]) is collections.defaultdict and aux["default"]["a"] == [2.0]
    assert aux["default"]["new"] == []
    np.testing.assert_array_equal(aux[3], [0, 1])


def test_aux_is_the_callers_memory():
    aux = aux_of(lambda x: x)
    assert aux.flags.owndata and aux.flags.writeable


def test_aux_may_be_anything():
    marker = object()
    assert aux_of(lambda x: marker) is marker


def test_objects_that_cannot_become_one_array():
    by_hand = dualad.seed([1.0])[0]

    def stored(x):
        x = x * 1.0
        x[0] = by_hand
        return x

    def multiplied(x):
        x = x * 1.0
        x *= 1j
        return x

    for f, reason in ((lambda x: np.array([x[0], by_hand], dtype=object), "dual numbers made by hand"),
                      (lambda x: np.array([x[0], 10**400], dtype=object), "cannot become one array: int too large"),
                      (stored, "some were made by hand"), (multiplied, "complex numbers cannot be stored")):
        with pytest.raises(TypeError, match=reason):
            dualad.jacobian(f)(np.ones(2))


@pytest.mark.parametrize("make", [dualad.custom_jvp, dualad.hessp, dualad.curve_fit_jac])
def test_what_is_made_of_a_function_names_it(make):
    assert repr(make(np.sin)) == f"<{make.__name__} of {np.sin!r}>"
