"""Timing: the minimum over interleaved rounds of doubled inner loops.

Anything with ``timeit(number) -> seconds`` can be timed: `Statement` (a line of
Python in a generated loop), `Call` (a function without arguments), and the
compiled loops of `bench.native`.

What is subtracted: nothing.  A `Statement` stands `unroll` times in the body
of its loop, so that the loop itself (about 6 ns a turn) adds less than 1 ns to
a scalar operation, the same for every contender; the cost of reading two local
variables and of dropping the result is part of the operation.  A `Call` pays
for one Python call (about 25 ns), again the same for all.
"""

import statistics
import timeit
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of one execution: the best of the rounds, and their median."""

    best: float
    median: float
    loops: int
    rounds: int


class Statement:
    """A line of Python, timed with the given names as local variables.

    >>> Statement("a * b", a=2.0, b=3.0).value()
    6.0
    """

    def __init__(self, line, unroll=10, **names):
        self.line, self.names, self.unroll = line, names, unroll
        setup = "; ".join(f"{k} = _names[{k!r}]" for k in names) or "pass"
        body = "; ".join([line] * unroll)
        self._timer = timeit.Timer(body, setup, globals={"_names": names})

    def value(self):
        """What the line gives; used to check it before it is timed."""
        return eval(self.line, {}, self.names)

    def timeit(self, number):
        turns = max(1, round(number / self.unroll))
        return self._timer.timeit(turns) * number / (turns * self.unroll)


class Call:
    """A function without arguments."""

    def __init__(self, function):
        self.function = function
        self._timer = timeit.Timer("_call()", "_call = _function",
                                   globals={"_function": function})

    def value(self):
        return self.function()

    def timeit(self, number):
        return self._timer.timeit(number)


class Stopwatch:
    """Times contenders side by side.

    rounds: how often each is measured; length: seconds one measurement must
    take (the inner loop is doubled until it does); budget: seconds one
    contender may take in all, after which its rounds are cut down to two.
    """

    def __init__(self, rounds=11, length=2e-3, budget=0.5):
        self.rounds, self.length, self.budget = rounds, length, budget

    def loops(self, work):
        """How many executions make one measurement, and how long that took."""
        number = 1
        while True:
            seconds = work.timeit(number)
            if seconds >= self.length or number >= 1 << 24:
                return number, seconds
            number *= 2

    def compare(self, table):
        """{row: {name: something with timeit}} -> {row: {name: Timing}}.

        A round goes once through the whole table, so that a disturbance of a
        second spoils one round of many and not all rounds of one entry;
        contenders of a row stand next to each other in time.
        """
        plan = []
        for row, works in table.items():
            for name, work in works.items():
                work.timeit(1)                      # caches, lazy set-up
                number, seconds = self.loops(work)
                rounds = int(min(self.rounds, max(2, self.budget / seconds)))
                plan.append((row, name, work, number, rounds, []))
        for turn in range(self.rounds):
            for _, _, work, number, rounds, seen in plan if turn % 2 else plan[::-1]:
                if len(seen) < rounds:
                    seen.append(work.timeit(number) / number)
        found = {row: {} for row in table}
        for row, name, _, number, rounds, seen in plan:
            found[row][name] = Timing(min(seen), statistics.median(seen), number, rounds)
        return found
