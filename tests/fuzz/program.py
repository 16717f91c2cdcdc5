"""Programs out of bytes, run on dual numbers and on floats side by side.

The first byte chooses the kind of number; each record of `WIDTH` bytes after it is a step: an input made, or an
operation on what the steps before have left in a few registers.
"""

from __future__ import annotations

import contextlib
import math
import re
import warnings

import numpy as np

from . import arrays, elements, objects
from .oracle import are_values, check_step, has_objects, is_ordinary
from .values import KINDS, Choices, dual_input, plain_input

OPERATIONS = (*elements.OPERATIONS, *arrays.OPERATIONS, *objects.OPERATIONS)
WIDTH = 10
STEPS = 12
REGISTERS = 5
LARGEST = 400           # elements of an operand
PRODUCT = 20_000        # elements of all operands' outer product


class Finding(AssertionError):
    """What is wrong, with the steps that led there."""

    def __init__(self, what, steps):
        said = re.sub(r"[-\d.e+j]*\d[-\d.e+j]*|(Complex)?(Hyper)?Dual\w*|\[.*", "_", what.splitlines()[0])
        self.signature = f"{steps[-1].split('(')[0]}: {said}"
        super().__init__(what + "\n" + "\n".join(steps))


def show(x):
    if isinstance(x, np.ndarray):
        return f"{type(x).__name__} {x.dtype.byteorder}{x.dtype.name} {x.shape} {x.strides}"
    return f"{type(x).__name__} {x!r:.60}"


def first_result(c, worlds):
    """What of an operation's results is kept, in each world: an array, or a number."""
    found = []
    for result in worlds:
        choose = c.again()
        while isinstance(result, (tuple, list)) and len(result):
            result = result[choose.upto(len(result))]
        found.append(result)
    kept = isinstance(found[0], (np.ndarray, np.generic)) and isinstance(found[1], (np.ndarray, np.generic))
    return found if kept else None


def attempt(call, *args):
    try:
        return call(*args), None
    except Exception as error:
        return None, error


def too_large(operands):
    sizes = [operand[0].size for operand in operands if isinstance(operand[0], np.ndarray)]
    return max(sizes, default=0) > LARGEST or math.prod(sizes) > PRODUCT


def run(data, note=None):
    """Run a program; a Finding is raised where dual numbers do what they must not.

    Each step is noted before it is done: `note` is a list, or has a method `append`.
    """
    steps = [] if note is None else note
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        header = Choices(data)
        family = header.upto(2 * len(KINDS))
        kind, subclass = KINDS[family % len(KINDS)], family >= len(KINDS)
        registers = []
        for start in range(1, min(len(data), 1 + WIDTH * STEPS), WIDTH):
            if not step(Choices(data[start:start + WIDTH]), kind, subclass, registers, steps):
                break
    return steps


def step(c, kind, subclass, registers, steps):
    """One step; is there a next one?"""
    inputs = 24                                          # the share of steps that make an input
    which = c.upto(len(OPERATIONS) + inputs)
    if which < inputs or not registers:
        worlds = plain_input(c) if which % 4 == 3 else dual_input(c, kind, subclass ^ (which % 4 == 2))
        steps.append(f"input({show(worlds[0])})")
        registers.insert(0, worlds)
        del registers[REGISTERS:]
        return True
    operation = OPERATIONS[which - inputs]
    operands = [c.of(registers) for _ in range(operation.operands)]
    if too_large(operands):
        return True
    if operation.in_place and any(has_objects(operand[0]) for operand in operands):
        return True                                      # an array of objects that contains itself ends NumPy's stack
    steps.append(f"{operation.name}({', '.join(show(operand[0]) for operand in operands)}) {[*c.data[c.at:]]}")

    results, errors = [], []
    for world in ([0] if operation.alone else [0, 1, 2]):
        result, error = attempt(operation.call, c.again(), *(operand[world] for operand in operands))
        results.append(result)
        errors.append(error)
    with said_of(steps):
        assert errors[0] is None or is_ordinary(errors[0]) or type(errors[0]) is type(errors[1 % len(errors)]), (
            f"{type(errors[0]).__name__}: {errors[0]}")
        if not operation.alone:
            check_step(operation, c, operands, results, errors)
    if any(errors):
        return not operation.in_place            # part of it may have been written
    if not operation.alone and (kept := first_result(c, results)) is not None and are_values(kept[0], kept[1]):
        registers.insert(0, kept)
        del registers[REGISTERS:]
    return True


@contextlib.contextmanager
def said_of(steps):
    try:
        yield
    except AssertionError as error:
        raise Finding(str(error), steps) from error
