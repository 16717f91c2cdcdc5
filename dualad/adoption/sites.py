"""Places where something is bound, what was there, and which adoptions want the stand-in there.

When the last of them is undone the original is put back, unless somebody has bound something else there in the
meantime. An interrupt may come between any two steps: each is recorded before it is done, and `release` can be
called again.
"""

import os
import threading

from . import code as _code

LOCK = threading.RLock()
if hasattr(os, "register_at_fork"):         # else it may be a thread's that the new process does not have
    os.register_at_fork(after_in_child=LOCK._at_fork_reinit)
FOR_GOOD = "adopted for good"           # by all calls of `adopt` together that cannot be undone

_records = {}


class Place:
    """A place, which knows how to read and write itself; told from others by its key."""

    def __init__(self, owner, name):
        self.owner = owner              # kept alive, so that the id below stays its own
        self.name = name
        self.key = type(self), id(owner), name

    def record(self):
        return _records.get(self.key)

    def original(self, missing=None):
        """What was here before the first adoption, or is here now."""
        record = _records.get(self.key)
        return self.read() if record is None else record[1]


MISSING = object()


class Item(Place):
    """Of a dict or list."""

    def read(self):
        try:
            return self.owner[self.name]
        except (KeyError, IndexError):
            return MISSING

    def write(self, value):
        if value is MISSING:
            self.owner.pop(self.name, None)
        else:
            self.owner[self.name] = value


class Attribute(Place):
    """Of an object or class, past a metaclass that would interfere."""

    def read(self):
        if isinstance(self.owner, type):
            return vars(self.owner).get(self.name, MISSING)
        return getattr(self.owner, self.name, MISSING)

    def write(self, value):
        if isinstance(self.owner, type):
            try:
                type.__setattr__(self.owner, self.name, value)
            except TypeError:            # a compiled metaclass, which insists on its own
                setattr(self.owner, self.name, value)
        else:
            object.__setattr__(self.owner, self.name, value)


class Cell(Place):
    """Of a closure."""

    def __init__(self, cell):
        super().__init__(cell, None)

    def read(self):
        try:
            return self.owner.cell_contents
        except ValueError:
            return MISSING

    def write(self, value):
        self.owner.cell_contents = value


class Partial(Place):
    """The state of a functools.partial."""

    def __init__(self, partial):
        super().__init__(partial, None)

    def read(self):
        return self.owner.func, self.owner.args, self.owner.keywords

    def write(self, value):
        self.owner.__setstate__((*value, vars(self.owner)))


def is_bound(place, adoption):
    record = place.record()
    return record is not None and adoption in record[3]


def bind(place, standin, adoption):
    """Put a stand-in to its place, where one has not been put before."""
    record = _records.get(place.key)
    if record is None:
        record = _records[place.key] = place, place.read(), standin, set()
    _, original, standin, adoptions = record
    first = not adoptions
    adoptions.add(adoption)
    if (first or place.read() is original) and standin is not original:
        place.write(standin)             # for the first time, or somebody has put the original back


def release(place, adoption):
    """Take an adoption off a place."""
    place, original, standin, adoptions = _records.get(place.key, (place, None, None, ()))
    if adoption not in adoptions:
        return
    if len(adoptions) == 1:
        now = place.read()
        if now is standin or (type(place) is Partial and now == standin):
            place.write(original)
        del _records[place.key]
    else:
        adoptions.discard(adoption)


# -- functions' code ---------------------------------------------------------------------------------------------

_codes = {}


class CodeRecord:
    """A function's code: with its imports replaced (its module is adopted), and its globals (it is itself)."""

    def __init__(self, function):
        self.function = function
        self.given = [function.__code__]        # the original, and what has been put in its place
        self.whole = set()              # adoptions of the function
        self.imports = set()            # of its module

    def update(self, constants=None):
        new = there = self.function.__code__
        original = self.given[0]
        if not any([there is code for code in self.given]):
            return                      # somebody has given it another one
        if self.whole:
            if constants is not None:
                new = _code.patched(original, self.function.__globals__, constants)
        else:
            new = _code.patched(original, self.function.__globals__) if self.imports else original
        if new is not there:
            self.given.append(new)
            self.function.__code__ = new


def is_bound_code(function, adoption, whole):
    record = _codes.get(id(function))
    return record is not None and adoption in (record.whole if whole else record.imports)


def bind_code(function, adoption, constants=None):
    """Replace what a function imports, and with `constants` its globals."""
    record = _codes.get(id(function))
    if record is None:
        record = _codes[id(function)] = CodeRecord(function)
    adoptions = record.imports if constants is None else record.whole
    first = not adoptions
    adoptions.add(adoption)
    if first:
        record.update(constants)


def release_code(function, adoption, whole):
    record = _codes.get(id(function))
    if record is None:
        return
    (record.whole if whole else record.imports).discard(adoption)
    record.update()
    if not record.whole and not record.imports:
        _codes.pop(id(function), None)


def is_adopted(code, namespace):
    """Is this code, with these globals, of an adopted module, or of or inside of an adopted function?"""
    in_module = _records.get(Item(namespace, "float").key)
    return in_module is not None or any([_is_inside(code, record.given[-1]) for record in list(_codes.values())])


def _is_inside(code, outer):
    return code is outer or any([_is_inside(code, const) for const in outer.co_consts if type(const) is type(code)])
