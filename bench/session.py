"""One run of the benchmark: the clock, the contenders, and how both meet."""

import importlib

from .check import agree
from .contenders import all_contenders
from .timing import Call, Stopwatch

ALONE = "f alone"
BY_HAND = "NumPy by hand"


class Session:
    """Settings of a run, and the helpers that every group uses."""

    def __init__(self, quick=False, peers=True, watch=None):
        self.quick = quick
        if watch is None:
            watch = Stopwatch(5, 5e-4, 0.1) if quick else Stopwatch()
        self.watch = watch
        self.contenders = [c for c in all_contenders()
                           if (peers or c.module == "dualad") and not c.available()]

    @property
    def dualad(self):
        """The package, or None where it cannot be had."""
        if any(c.module == "dualad" for c in self.contenders):
            return importlib.import_module("dualad")
        return None

    def pick(self, full, quick):
        """The sizes to run: all, or few when quick."""
        return quick if self.quick else full

    def attempt(self, section, what, build, *arguments):
        """build(*arguments), or None and a note in the section when it fails."""
        try:
            return build(*arguments)
        except Exception as problem:        # whatever it is, it is told
            reason = (str(problem).splitlines() or [""])[0][:120]
            section.note(f"{what} left out: {type(problem).__name__}: {reason}")
            return None

    def accept(self, section, works, name, work, reference, tolerance=1e-10,
               where="", read=None):
        """Put `work` among the works if the answer it gives is right.

        `read` turns what the work gives into numbers to compare.
        """
        label = f"{name}{', ' + str(where) if where != '' else ''}"
        answer = self.attempt(section, label, work.value)
        if answer is None:
            return
        if read is not None:
            answer = self.attempt(section, label, read, answer)
            if answer is None:
                return
        wrong = agree(answer, reference, tolerance)
        if wrong is None:
            works[name] = work
        else:
            section.note(f"{label} left out: {wrong}")

    def derivatives(self, section, problem, sizes, keep=lambda c: True,
                    alone=True, by_hand=True):
        """Rows n -> time of each contender's derivative of the problem."""
        table = {}
        for n in sizes:
            works = table[n] = {}
            reference = problem.reference(n)
            for contender in filter(keep, self.contenders):
                where = f"{problem.name}, n={n}"
                call = self.attempt(section, f"{contender.name}, {where}",
                                    contender.prepare, problem, n)
                if call is not None:
                    self.accept(section, works, contender.name, Call(call),
                                reference, where=where)
            hand = problem.by_hand(n)
            if by_hand and hand is not None:
                works[BY_HAND] = Call(hand)
            if alone:
                f, x = problem.function(n), problem.point(n)
                works[ALONE] = Call(lambda f=f, x=x: f(x))
        section.fill(self.watch.compare(table))
