"""Interpreters beside the first one, modules imported again, and the end of the interpreter."""

from __future__ import annotations

import pytest

from dualad import _core

SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

if sys.argv[1] == "after":
    import numpy, dualad
    assert dualad.derivative(numpy.sin)(0.0) == 1.0
run = getattr(interpreters, "run_string")
for kind in (["isolated", "legacy"] if sys.version_info >= (3, 13) else [None]):
    other = interpreters.create(kind) if kind else interpreters.create()
    run(other, '''
try:
    import dualad, numpy
    assert dualad.derivative(numpy.sin)(0.0) == 1.0
    print("works")
except ImportError:
    print("refused")
''')
    interpreters.destroy(other)
    if sys.argv[1] == "after":
        assert dualad.derivative(numpy.sin)(0.0) == 1.0
        assert dualad.jacobian(numpy.sin)(numpy.zeros(11)).trace() == 11.0
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_subinterpreters_work_or_are_refused(when, fresh_python):
    said = fresh_python(SUBINTERPRETER, when).split()
    assert said and set(said) <= {"works", "refused"}
    if when == "after":
        assert set(said) == {"refused"}              # its types and NumPy's dtypes are the process's


def test_the_module_wants_the_gil():
    """Until there is a free-threaded build that it has been tested with: numbers have lists of free scalars."""
    import sys
    assert getattr(sys, "_is_gil_enabled", lambda: True)()
    assert _core.__spec__.origin.endswith((".so", ".pyd"))


AGAIN = """
import importlib, sys
import numpy as np, dualad
jacobian, X = dualad.jacobian, np.array([0.5, 1.0])
expected = jacobian(np.sin)(X).tolist()
x = dualad.seed(X)

def f(x):
    y = np.zeros(1)
    y[0] = x * x
    return y

assert importlib.reload(dualad).jacobian(np.sin)(X).tolist() == expected
for name in [name for name in sys.modules if name.partition(".")[0] == "dualad" and name not in sys.argv[1:]]:
    del sys.modules[name]
import dualad as again
assert again is not dualad
for module in (again, dualad):
    assert module.jacobian(np.sin)(X).tolist() == expected
    assert module.jacobian(np.linalg.inv)(np.eye(2)).shape == (2, 2, 2, 2)
    assert module.partials(np.exp(x) * module.seed(X)).shape == (2, 2)
    assert module.hessian(lambda x: x @ x)(np.ones(7)).trace() == 14.0
    with module.adopting(f):
        assert module.derivative(f)(2.0)[0] == 4.0
"""


@pytest.mark.parametrize("kept", [(), ("dualad._core",)])
def test_imported_again(kept, fresh_python):
    fresh_python(AGAIN, *kept)


def test_imported_in_threads(fresh_python):
    fresh_python("""
import sys, threading
sys.setswitchinterval(1e-6)

def work():
    barrier.wait()
    import dualad, numpy
    done.append(dualad.jacobian(numpy.sin)(numpy.zeros(3)).trace())

done, barrier = [], threading.Barrier(6)
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert done == [3.0] * 6, done
""")


def test_imported_while_another_thread_imports_more_of_numpy(fresh_python):
    fresh_python("""
import itertools, sys, threading
import numpy as np
sys.setswitchinterval(1e-6)

def imports():
    for k in itertools.count():
        setattr(np, f"late_{k % 50}", k)
        if k % 50 == 49:
            for name in range(50):
                delattr(np, f"late_{name}")

threading.Thread(target=imports, daemon=True).start()
import dualad, dualad.numpy
dualad.adopt(lambda x: np.zeros(3))
""")


@pytest.mark.parametrize("imported", [True, False])
def test_at_the_end_of_the_interpreter(imported, fresh_python):
    said = fresh_python("""
import atexit, sys
import numpy as np
derivative = None
if sys.argv[1] == "True":
    import dualad
    derivative = dualad.derivative
    kept = dualad.seed(np.ones(3)), dualad.Dual(1.0, [1.0]), dualad.seed(np.ones(2), order=2)[0] * 1j

class Late:
    sine, derivative = np.sin, staticmethod(derivative)

    def __del__(self):
        try:
            if self.derivative is None:
                import dualad
            print("del", self.derivative(self.sine)(0.0))
        except Exception as error:             # modules are gone
            print("del", type(error).__name__)

@atexit.register
def at_exit():
    import dualad
    print("atexit", dualad.derivative(np.sin)(0.0), dualad.jacobian(np.exp)(np.zeros(9)).trace())

late = Late()
""", imported)
    assert "atexit 1.0 9.0" in said and ("del 1.0" in said if imported else "del ImportError" in said)


def test_a_derivative_that_is_running_at_the_end(fresh_python):
    """A daemon thread is in its middle."""
    fresh_python("""
import threading
import numpy as np, dualad

def f(x):
    running.set()
    while True:
        x = np.sin(x) * x[0]

running = threading.Event()
threading.Thread(target=lambda: dualad.jacobian(f)(np.ones(50)), daemon=True).start()
running.wait()
""")
