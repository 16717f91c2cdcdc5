"""Format strings of adopted code, in which ``%.3f`` takes dual numbers."""

import re

from .. import _core

_FOR_NUMBERS = re.compile(r"%(\(\w+\))?[-+ #0]*[\d*]*(\.[\d*]+)?[diueEfFgG]")

#: Methods of loggers, which format what they are given themselves.
LOGGING = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def is_format(const):
    """Is this constant of a function's code a string that shows numbers by ``%``?"""
    return type(const) is str and "%" in const and _FOR_NUMBERS.search(const) is not None


class Format(str):
    """A string whose ``%`` shows dual numbers as the floats that the program is about."""

    __slots__ = ()

    def __mod__(self, items):
        if type(items) is tuple:
            items = tuple([_shown(item) for item in items])
        elif type(items) is dict:
            items = {name: _shown(item) for name, item in items.items()}
        return str.__mod__(self, _shown(items))

    def __str__(self):                   # as which logging takes it
        return self

    def __reduce__(self):
        return str, (str.__str__(self),)


def _shown(x):
    return _core.value(x) if _core.slot_of(x) >= 0 else x
