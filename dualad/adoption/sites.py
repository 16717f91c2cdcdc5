"""Places where something is bound, what was there, and how many adoptions want the stand-in there.

One adoption of a place after another counts; when the last is undone the original is put back, unless
somebody has bound something else there in the meantime.
"""

import threading

from . import code as _code

LOCK = threading.RLock()

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


def bind(place, standin):
    """Put a stand-in to its place; the place's record is what `release` takes."""
    record = _records.get(place.key)
    if record is None:
        original = place.read()
        place.write(standin)
        record = _records[place.key] = [place, original, standin, 0]
    elif place.read() is record[1] and record[2] is not record[1]:
        place.write(record[2])           # somebody has put the original back
    record[3] += 1
    return record


def release(record):
    """Take one adoption off a place."""
    record[3] -= 1
    if record[3]:
        return
    place, original, standin, _ = record
    _records.pop(place.key, None)
    now = place.read()
    if now is standin or (type(place) is Partial and now == standin):
        place.write(original)


# -- functions' code ---------------------------------------------------------------------------------------------

_codes = {}


class CodeRecord:
    """A function's code: with its imports replaced (its module is adopted), and its globals (it is itself)."""

    def __init__(self, function):
        self.function = function
        self.original = self.now = function.__code__
        self.whole = 0                  # adoptions of the function
        self.imports = 0                # of its module

    def update(self, constants=None):
        if self.function.__code__ is not self.now:
            return                      # somebody has given it another one
        if self.whole:
            if constants is not None:
                self.now = _code.patched(self.original, self.function.__globals__, constants)
        else:
            self.now = _code.patched(self.original, self.function.__globals__) if self.imports else self.original
        if self.function.__code__ is not self.now:
            self.function.__code__ = self.now


def bind_code(function, constants=None):
    record = _codes.get(id(function))
    if record is None:
        record = _codes[id(function)] = CodeRecord(function)
    kind = "imports" if constants is None else "whole"
    setattr(record, kind, getattr(record, kind) + 1)
    if getattr(record, kind) == 1:
        record.update(constants)
    return record, kind


def release_code(record, kind):
    setattr(record, kind, getattr(record, kind) - 1)
    record.update()
    if not record.whole and not record.imports:
        _codes.pop(id(record.function), None)


def is_adopted(code, namespace):
    """Is this code, with these globals, of an adopted module, or of or inside of an adopted function?"""
    in_module = _records.get(Item(namespace, "float").key)
    return in_module is not None or any([_is_inside(code, record.now) for record in list(_codes.values())])


def _is_inside(code, outer):
    return code is outer or any([_is_inside(code, const) for const in outer.co_consts if type(const) is type(code)])
