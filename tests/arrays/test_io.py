"""Files, pickles and copies of dual numbers."""

import copy
import io
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from support.layouts import swapped
from support.second import hyper, pairs_of

import dualad


def example(shape, n=3):
    return dualad.seed(np.random.default_rng(1).normal(size=shape),
                       np.random.default_rng(2).normal(size=(*shape, n)))


EXAMPLES = {
    "vector": example((4,)),
    "matrix": example((2, 3)),
    "Fortran order": np.asfortranarray(example((2, 3))).view(dualad.DualArray),
    "transposed": example((2, 3, 4)).transpose(1, 0, 2),
    "empty": example((0, 3)),
    "0-d": example(()),
    "strided": example((9,))[::-2],
    "broadcast": np.broadcast_to(example((3,)), (2, 3)),
    "swapped": swapped(example((3,))),
    "scalar": example((3,))[0],
    "one direction": example((3,), 1),
    "hyper-dual": hyper(np.arange(3.0)),
    "hyper-dual in Fortran order": np.asfortranarray(hyper(np.ones((2, 3)))).view(dualad.DualArray),
    "hyper-dual, empty": hyper(np.ones((0, 3))),
    "hyper-dual, 0-d": hyper(1.5),
    "hyper-dual, strided": hyper(np.arange(9.0))[::-2],
    "hyper-dual, swapped": swapped(hyper(np.arange(3.0))),
    "hyper-dual scalar": hyper(np.arange(3.0))[1],
    "diagonal": hyper(np.arange(3.0), "HyperDualDiagonal3"),
    "rectangular": hyper(np.arange(3.0), "HyperDual1x2"),
    "classical": dualad.HyperDual(3.0, 1.0, 1.0, 0.5),
}


def same(a, b):
    parts = [dualad.value, dualad.partials]
    if issubclass(a.dtype.type, dualad.HyperDual):
        parts.append(dualad.second)
    return type(a) is type(b) and a.dtype.type is b.dtype.type and all(
        np.array_equal(part(a), part(b)) for part in parts)


@pytest.mark.parametrize("name", EXAMPLES)
def test_saved_and_loaded(name, tmp_path):
    x = EXAMPLES[name]
    dualad.save(tmp_path / "numbers", x)
    assert os.listdir(tmp_path) == ["numbers"]
    back = dualad.load(tmp_path / "numbers")
    assert same(x, back)
    assert back.dtype.isnative == x.dtype.isnative
    if isinstance(x, np.ndarray) and x.size:
        assert back.flags.fnc == x.flags.fnc and back.flags.writeable
    buffer = io.BytesIO()
    dualad.save(buffer, x)
    buffer.seek(0)
    assert same(x, dualad.load(buffer))


def test_numpy_alone_reads_the_file(tmp_path):
    x = example((2, 3))
    dualad.save(tmp_path / "numbers", x)
    with np.load(tmp_path / "numbers", allow_pickle=False) as members:
        assert np.array_equal(members["value"], dualad.value(x))
        assert np.array_equal(members["partials"][1], dualad.partials(x)[..., 1])
    x = hyper(np.ones((2, 3)))
    dualad.save(tmp_path / "numbers", x)
    with np.load(tmp_path / "numbers", allow_pickle=False) as members:
        assert [tuple(pair) for pair in members["pairs"].tolist()] == pairs_of(x.dtype)
        for (i, j), lane in zip(members["pairs"], members["second"], strict=True):
            assert np.array_equal(lane, dualad.second(x)[..., i, j])


def test_lists_and_plain_arrays_of_dual_numbers_are_saved():
    x = example((3,))
    for given in (list(x), np.asarray(x), x.astype(object)):
        buffer = io.BytesIO()
        dualad.save(buffer, given)
        buffer.seek(0)
        assert same(dualad.load(buffer), x)


def test_what_cannot_be_saved():
    with pytest.raises(TypeError, match=r"numpy\.save"):
        dualad.save(io.BytesIO(), np.ones(3))

    def f(x):
        dualad.save(io.BytesIO(), x)
    with pytest.raises(TypeError, match="running derivative"):
        dualad.jacobian(f)(np.ones(2))
    with pytest.raises(TypeError, match="running derivative"):
        dualad.jacobian(lambda y: dualad.jacobian(lambda x: f(x * y))(np.ones(2)))(np.ones(2))


def test_files_of_others_are_refused(tmp_path):
    path = tmp_path / "file"

    def write(**members):
        with open(path, "wb") as opened:
            np.savez(opened, **members)

    good = {"dualad_format": 1, "scalar": False, "value": np.ones(3), "partials": np.ones((2, 3))}
    bad = [
        {"value": np.ones(3)},
        {**good, "dualad_format": 99},
        {**good, "partials": np.ones((2, 4))},
        {**good, "partials": np.ones((0, 3))},
        {**good, "value": np.ones(3, complex)},
        {**good, "value": np.array([{}], dtype=object)},
        {k: v for k, v in good.items() if k != "partials"},
    ]
    second = {**good, "dualad_format": 2, "kind": "HyperDual2", "second": np.ones((3, 3)),
              "pairs": [(0, 0), (0, 1), (1, 1)]}
    write(**second)
    assert dualad.load(path).dtype.type.__name__ == "HyperDual2"
    bad += [
        {**second, "kind": kind} for kind in (
            "Dual2", "HyperDual3", "HyperDualDiagonal2", "HyperDual99999999999", "HyperDual0x2", "no", "")
    ]
    bad += [
        {**second, "pairs": [(0, 0), (1, 1), (0, 1)]},
        {**second, "second": np.ones((4, 3))},
        {**second, "second": np.ones((3, 4))},
        {**second, "second": np.ones((3, 3), complex)},
        {**second, "kind": np.array({}, dtype=object)},
        {k: v for k, v in second.items() if k != "second"},
    ]
    for members in bad:
        write(**members)
        with pytest.raises(ValueError, match=r"file.*(not written by|damaged)"):
            dualad.load(path)
    np.save(open(path, "wb"), np.ones(3))
    with pytest.raises(ValueError, match=r"numpy\.load"):
        dualad.load(path)
    for text in (b"", b"a,b\n1,2\n", b"PK\x03\x04 cut"):
        path.write_bytes(text)
        with pytest.raises(ValueError, match="not written by"):
            dualad.load(path)
    path.write_bytes(pickle.dumps(example((2,))))
    with pytest.raises(ValueError, match="not written by"):
        dualad.load(path)
    with pytest.raises(FileNotFoundError):
        dualad.load(tmp_path / "absent")


@pytest.mark.parametrize("n", [1, 3])       # 16 bytes would be read as a long double
def test_numpys_own_files_are_refused(tmp_path, n):
    x = example((3,), n)
    for function in (np.save, np.savez, np.savez_compressed, np.savetxt):
        with pytest.raises(TypeError, match=r"dualad\.save"):
            function(tmp_path / "file", x)
    for function in (np.save, np.savez, np.savez_compressed):
        for plain in (np.asarray(x), list(x)):
            with pytest.raises(TypeError, match=r"dualad\.save"):
                function(tmp_path / "file", plain)
    for plain in (np.asarray(hyper(np.ones(2))), [hyper(1.0)[()]]):
        with pytest.raises(TypeError, match=r"dualad\.save"):
            np.save(tmp_path / "file", plain)
    with pytest.raises(TypeError, match=r"dualad\.save"):
        np.savez(tmp_path / "file", a=np.ones(2), b=x)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", EXAMPLES)
def test_pickled(name, protocol):
    x = EXAMPLES[name]
    before = dualad.partials(x).copy()
    for item in (x, np.asarray(x) if isinstance(x, np.ndarray) else x):
        assert same(pickle.loads(pickle.dumps(item, protocol)), item)
        assert same(copy.deepcopy(item), item) and same(copy.copy(item), item)
    for thing in (x.dtype, type(x[()]) if isinstance(x, np.ndarray) else type(x)):
        back = pickle.loads(pickle.dumps(thing, protocol))
        assert back == thing
        assert copy.deepcopy(thing) == thing
    assert np.array_equal(dualad.partials(x), before)       # reading a pickle must not touch the dtype in use


FRESH = """
import pickle, sys
import numpy as np
items = pickle.load(open(sys.argv[1], "rb"))
import dualad
x, plain, scalar, dtype, kind, backwards = items[:6]
for y, element, dtype2, kind2, text in items[6:]:
    assert y.dtype == dtype2 and dtype2.type is kind2 is type(element) and kind2.__name__ == text
    assert issubclass(kind2, dualad.HyperDual) and kind2 is getattr(dualad, text)
    assert np.array_equal(dualad.second(y)[0], element.second)
    assert np.array_equal(dualad.second(y * y)[0], dualad.second(element * element))
assert type(x) is dualad.DualArray and type(plain) is np.ndarray and isinstance(scalar, dualad.Dual)
assert dtype == x.dtype == dualad.dual_dtype(37) and kind is dtype.type
assert np.array_equal(dualad.partials(x), dualad.partials(backwards))
assert np.array_equal(dualad.value(x), [1., 2.])
assert np.array_equal(dualad.value(x * scalar + plain), [2., 4.])
print("well")
"""


def test_unpickled_in_a_fresh_process(tmp_path):
    x = dualad.seed([1.0, 2.0], np.ones((2, 37)))
    with open(tmp_path / "pickle", "wb") as file:
        items = [x, np.asarray(x), x[0], x.dtype, x.dtype.type, swapped(x)]
        for name in ("HyperDual3", "HyperDualDiagonal3", "HyperDual1x2", "HyperDual1x1"):
            y = hyper([1.0, 2.0], name)
            items.append((y, y[0], y.dtype, y.dtype.type, name))
        pickle.dump(items, file)
    done = subprocess.run([sys.executable, "-c", FRESH, str(tmp_path / "pickle")], capture_output=True,
                          text=True)
    assert done.stdout.strip() == "well", done.stderr


def _doubled(x):
    return 2 * x


@pytest.mark.slow
def test_sent_to_spawned_processes():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        x = example((3,))
        assert same(pool.submit(_doubled, x).result(), 2 * x)


def test_numbers_of_a_running_call_are_not_pickled():
    def f(x):
        for item in (x, np.asarray(x), x[0], x.dtype, type(x[0])):
            with pytest.raises(TypeError, match="running derivative"):
                pickle.dumps(item)
        assert same(copy.deepcopy(x), x) and same(copy.copy(x), x)
        return x
    dualad.jacobian(f)(np.ones(2))
