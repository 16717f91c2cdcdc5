"""Programs, each run many times with something happening at its k-th allocation; failing_malloc.c is preloaded.

The first argument is a file with [prelude, {name: program}, most k for each, how many fail in a row or 0 for an
interrupt instead, whether each k has a process of its own].  {name: [[k, what went wrong], ...]} is printed.
"""

import ctypes
import faulthandler
import json
import os
import signal
import sys
import traceback
import warnings

NEVER = 2**40
shim = ctypes.CDLL(None)


def set_up():
    """Tell the shim where our code lies, and that of other packages."""
    shim.fail_allocations.argtypes = [ctypes.c_long, ctypes.c_long]
    shim.interrupt_at_allocation.argtypes = [ctypes.c_long]
    shim.fail_allocations.restype = shim.interrupt_at_allocation.restype = None
    shim.allow_allocations.restype = ctypes.c_long
    shim.add_range.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    if shim.setup() < 0:
        raise RuntimeError("this interpreter hides functions that the shim asks for")
    from dualad import _core

    with open("/proc/self/maps") as maps:
        for line in maps:
            span, mode, *_, path = [*line.split(maxsplit=5), ""][:6]
            ours, theirs = path.strip() == os.path.realpath(_core.__file__), "/site-packages/" in path
            if "x" in mode and (ours or theirs):
                start, end = [int(part, 16) for part in span.split("-")]
                if shim.add_range(start, end, ours):
                    raise RuntimeError("more libraries than the shim has room for")


def guards():
    """The sets in which NumPy notes the arrays that it prints: one that is interrupted there prints as ... later on."""
    from numpy._core import arrayprint

    return [cell.cell_contents for function in vars(arrayprint).values() if getattr(function, "__closure__", None)
            for name, cell in zip(function.__code__.co_freevars, function.__closure__) if name == "repr_running"]


class Runs:
    """One program, in a scope where what all need is there."""

    def __init__(self, scope, program, count):
        self.scope = scope
        self.program = program
        self.count = count
        self.expected = None

    def run(self, k):
        """(exception or None, allocations)"""
        error, seen = None, 0
        try:
            try:
                if self.count:
                    shim.fail_allocations(k, k + self.count - 1)
                else:
                    shim.interrupt_at_allocation(k)
                exec(self.program, self.scope)
            finally:
                seen = shim.allow_allocations()
        except BaseException as raised:
            error = raised
        return error, seen

    def result(self):
        return self.scope["fingerprint"](self.scope["out"])

    def measure(self, say):
        error, seen = self.run(NEVER)
        if error is not None:
            raise error
        say(seen, self.result())

    def judge(self, k):
        """What is wrong after run(k); None where nothing is."""
        error, _ = self.run(k)
        wrong = None
        meant = MemoryError if self.count else KeyboardInterrupt
        if error is None and self.result() != self.expected:
            wrong = "a wrong result, in silence"
        elif error is not None and (isinstance(error, SystemError) or not came_from(error, meant)):
            wrong = text(error)
        forget(error)
        for guard in guards():
            guard.clear()
        try:
            self.scope["afterwards"]()
        except BaseException as after:
            wrong = (wrong or "") + "\nafterwards: " + text(after)
        return wrong


def came_from(error, kind, depth=20):
    return error is not None and depth > 0 and (
        isinstance(error, kind) or came_from(error.__cause__, kind, depth - 1)
        or came_from(error.__context__, kind, depth - 1))


def forget(error, depth=20):
    """The frames of an exception hold numbers."""
    if error is not None and depth > 0:
        error.__traceback__ = None
        forget(error.__cause__, depth - 1)
        forget(error.__context__, depth - 1)


def text(error):
    return "".join(traceback.format_exception(error))[-1500:]


def in_child(work):
    """(all that work(say) has said, how the process died or None)."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        signal.alarm(300)
        with os.fdopen(write, "w") as pipe:
            work(lambda *said: (pipe.write(json.dumps(said) + "\n"), pipe.flush()))
        sys.stderr.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = [json.loads(line) for line in pipe]
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return said, f"died of {signal.Signals(os.WTERMSIG(status)).name}"
    return said, f"exit code {os.WEXITSTATUS(status)}" if status else None


def try_all(runs, most, fresh):
    """[[k, what went wrong], ...]"""
    if not fresh:
        for _ in range(3):                     # caches fill, code is specialised
            exec(runs.program, runs.scope)
    said, death = in_child(runs.measure)
    if death:
        return [[0, death]]
    total, runs.expected = said[0]
    todo = list(range(1, total + 1, max(1, total // most)))
    found = []
    while todo:
        part = todo[:1] if fresh else todo

        def work(say, part=part):
            for k in part:
                say(k, None)
                wrong = runs.judge(k)
                if wrong:
                    say(k, wrong)

        said, death = in_child(work)
        found += [[k, wrong] for k, wrong in said if wrong]
        reached = said[-1][0] if said else todo[0]
        if death:
            found.append([reached, death])
        todo = [k for k in todo if k > reached]
    return found


def main():
    with open(sys.argv[1]) as file:
        prelude, programs, most, count, fresh = json.load(file)
    faulthandler.enable()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    scope = {}
    exec(prelude, scope)
    set_up()
    found = {name: try_all(Runs(scope, compile(program, name, "exec"), count), most, fresh)
             for name, program in programs.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
