"""Forward against reverse: where the gradient of a scalar function changes hands.

Forward mode pays for each input, reverse mode a fixed price for recording and
about as much again for going back; which is cheaper depends on n alone.
"""

import math

from .. import problems
from ..report import Section, ratio

REVERSE = ("autograd", "jax", "jax.jit", "torch")


def crossing(sizes, ours, theirs):
    """Where `theirs` becomes the faster for good: n, between the sizes on a
    log-log line; None when it never does, 0 when it always is."""
    lead = [math.log(b / a) for a, b in zip(ours, theirs)]      # > 0: ours faster
    if lead[-1] > 0:
        return None
    last = max((i for i, value in enumerate(lead) if value > 0), default=None)
    if last is None:
        return 0
    share = lead[last] / (lead[last] - lead[last + 1])
    return math.exp(math.log(sizes[last])
                    + share * math.log(sizes[last + 1] / sizes[last]))


def words(section, peer):
    """The crossover with one peer, as a sentence."""
    sizes = [n for n in section.rows
             if section.best(n, "dualad") and section.best(n, peer)]
    if not sizes:
        return None
    ours, theirs = ([section.best(n, c) for n in sizes] for c in ("dualad", peer))
    n = crossing(sizes, ours, theirs)
    if n is None:
        return f"dualad's gradient is faster than {peer}'s at every n up to {sizes[-1]}"
    if n == 0:
        return f"{peer}'s gradient is faster than dualad's at every n from {sizes[0]}"
    below = [b / a for size, a, b in zip(sizes, ours, theirs) if size < n]
    return (f"{peer} overtakes dualad's gradient at n of about {float(f'{n:.2g}'):.0f}: "
            f"below that it takes {ratio(min(below))} to {ratio(max(below))} dualad's time, "
            f"and at n={sizes[-1]} dualad takes {ratio(ours[-1] / theirs[-1])} its time")


def run(session):
    sizes = session.pick([1, 3, 10, 30, 100, 300, 1000, 3000, 10_000], [1, 30, 300])
    section = Section("gradient of Ackley in NumPy code: forward (dualad) and reverse",
                      "n", "dualad", figure="forward_reverse")
    session.derivatives(section, problems.ACKLEY, sizes, by_hand=False,
                        keep=lambda c: c.module == "dualad" or c.name in REVERSE)
    for peer in REVERSE:
        sentence = words(section, peer)
        if sentence:
            section.note(sentence)
    yield section
