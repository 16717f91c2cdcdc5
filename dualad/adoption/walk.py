"""What an adoption finds in modules, classes and functions, and what it binds there."""

import functools
import gc
import types

import numpy as np

from ..numpy.creation import vectorize
from . import sites
from .mapping import (
    BUILTINS,
    add_scipy,
    cache_standin,
    cached_property_standin,
    compiled_standin,
    is_cache,
    is_compiled,
    is_jitted,
    jitted_standin,
    original_of,
    python_of_jitted,
    standin_for,
    standin_of_cached_property,
)

#: Tables with more entries are data.
LARGEST_TABLE = 2000
DEEPEST_TABLE = 3
#: Py_TPFLAGS_IMMUTABLETYPE.
IMMUTABLE = 1 << 8

_of_own = {}            # id of a cache, a property, a jitted function: (itself, its stand-in)


class Walk:
    """Binds what it finds; `places` and `codes` are what has to be released.

    Parameters
    ----------
    owns : function
        Of a module's name: whether its functions and classes are adopted.
    """

    def __init__(self, owns, adoption):
        self.owns = owns
        self.adoption = adoption
        self.places = []
        self.codes = []
        self.seen = {}                  # by id, kept alive

    def release(self):
        while self.places:
            sites.release(self.places[-1], self.adoption)
            self.places.pop()
        while self.codes:
            function, whole = self.codes[-1]
            sites.release_code(function, self.adoption, whole)
            self.codes.pop()

    def bind(self, place, standin):
        if not sites.is_bound(place, self.adoption):        # what was there for good stays when this is undone
            self.places.append(place)
        sites.bind(place, standin, self.adoption)

    def bind_code(self, function, constants=None):
        if not sites.is_bound_code(function, self.adoption, constants is not None):
            self.codes.append((function, constants is not None))
        sites.bind_code(function, self.adoption, constants)

    # -- modules: through their globals ---------------------------------------------------------------------

    def modules(self, modules):
        add_scipy()
        namespaces = [vars(module) for module in modules]
        for namespace in namespaces:
            self.namespace(namespace)
        known = {id(namespace) for namespace in namespaces}
        for function in _referrers(*namespaces):
            if type(function) is types.FunctionType and id(function.__globals__) in known:
                self.function(function)
                self.bind_code(function)

    def namespace(self, namespace):
        for name, value in list(namespace.items()):
            if not (name.startswith("__") and name.endswith("__")):
                self.place(sites.Item(namespace, name), value)
        for name, standin in BUILTINS.items():
            if namespace.get(name, sites.MISSING) in (sites.MISSING, standin):
                place = sites.Item(namespace, name)
                if place.record() is None:
                    namespace.pop(name, None)       # one that came with a star import
                self.bind(place, standin)

    # -- functions and classes: what they refer to becomes constants of their code -----------------------------

    def whole(self, target):
        add_scipy()
        if isinstance(target, type):
            self.class_(target, self.whole)
            for base in target.__bases__:
                if self.owns(base.__module__) and id(base) not in self.seen:
                    self.whole(base)
            return
        for function in _functions(target):
            if id(function) not in self.seen:
                self.function(function)
                self.bind_code(function, functools.partial(self.constant, function.__globals__))
                for name in _names(function.__code__):
                    value = function.__globals__.get(name)
                    if id(value) not in self.seen and self.is_own(value):
                        self.inside(value)
                        self.whole(value)

    def is_own(self, value):
        if isinstance(value, type):
            return self.owns(value.__module__)
        return any([self.owns(function.__module__) for function in _functions(value)])

    def constant(self, namespace, name):
        """(whether a global is replaced, by what)"""
        if name not in namespace:
            return name in BUILTINS, BUILTINS.get(name)
        standin = self.standin(namespace[name])
        return standin is not None, standin

    # -- the parts of both --------------------------------------------------------------------------------------

    def function(self, function):
        """What a function was given when it was made: default values, and the variables around it."""
        self.seen[id(function)] = function
        if function.__defaults__:
            self.place(sites.Attribute(function, "__defaults__"), function.__defaults__)
        for name, value in (function.__kwdefaults__ or {}).items():
            self.place(sites.Item(function.__kwdefaults__, name), value)
        for cell in function.__closure__ or ():
            place = sites.Cell(cell)
            value = place.read()
            if value is not sites.MISSING and not isinstance(value, (list, dict)):
                self.place(place, value)

    def class_(self, cls, function):
        self.seen[id(cls)] = cls
        if cls.__flags__ & IMMUTABLE:               # of compiled code
            return
        for name, value in list(vars(cls).items()):
            if name == "__dataclass_fields__":
                for field in value.values():
                    for part in ("default", "default_factory", "metadata"):
                        self.place(sites.Attribute(field, part), getattr(field, part))
            elif isinstance(value, type) and value.__qualname__ == f"{cls.__qualname__}.{name}":
                if id(value) not in self.seen:
                    self.class_(value, function)
            elif not (name.startswith("__") and name.endswith("__")):
                self.place(sites.Attribute(cls, name), value)
            if function is not None and not isinstance(value, type) and _functions(value):
                function(value)

    def place(self, place, value, depth=0):
        """Bind what stands for a value, at the place that holds it or inside of it."""
        standin = self.standin(value)
        if standin is not None:
            if value is standin and place.record() is None:          # copied from adopted code: it came as its original
                place.write(original_of(standin))
            self.bind(place, standin)
        if standin is None or type(value) is tuple:
            self.inside(value, depth)

    def inside(self, value, depth=0):
        """Bind what stands for the parts of a value that itself stays."""
        if isinstance(value, type):
            if self.owns(value.__module__) and id(value) not in self.seen:
                self.class_(value, None)
        elif type(value) in (list, dict):
            if depth < DEEPEST_TABLE and len(value) <= LARGEST_TABLE and id(value) not in self.seen \
                    and not _is_namespace(value):
                self.seen[id(value)] = value
                for key, item in list(value.items() if type(value) is dict else enumerate(value)):
                    self.place(sites.Item(value, key), item, depth + 1)
        elif type(value) is tuple:
            if depth < DEEPEST_TABLE and len(value) <= LARGEST_TABLE:
                for item in value:
                    self.inside(item, depth + 1)
        elif type(value) is np.vectorize:
            self.bind(sites.Attribute(value, "__class__"), vectorize)
        elif type(value) is functools.partial:
            self.partial(value)
        elif isinstance(value, types.ModuleType):
            pass
        elif self.owns(type(value).__module__) and depth < DEEPEST_TABLE and id(value) not in self.seen:
            self.seen[id(value)] = value
            if isinstance(getattr(value, "__dict__", None), dict):
                for name, item in list(vars(value).items()):
                    self.place(sites.Item(vars(value), name), item, depth + 1)
            for name in _slots(type(value)):
                item = getattr(value, name, None)
                if item is not None:
                    self.place(sites.Attribute(value, name), item, depth + 1)

    def partial(self, partial):
        func, args, keywords = partial.func, partial.args, partial.keywords
        new = (self.or_itself(func), tuple([self.or_itself(x) for x in args]),
               {name: self.or_itself(x) for name, x in keywords.items()})
        if new[0] is not func or any([a is not b for a, b in zip(new[1], args)]) or any(
                [new[2][name] is not x for name, x in keywords.items()]):
            self.bind(sites.Partial(partial), new)

    def or_itself(self, value):
        standin = self.standin(value)
        return value if standin is None else standin

    def standin(self, value):
        """What has to stand in the place of a value; None for the value itself."""
        if original_of(value) is not None:
            return value
        standin = standin_for(value)
        if standin is not value:
            return standin
        if type(value) is tuple:
            new = tuple([self.or_itself(item) for item in value])
            return new if any([a is not b for a, b in zip(new, value)]) else None
        if type(value) is types.MappingProxyType:
            new = {key: self.or_itself(item) for key, item in value.items()}
            return types.MappingProxyType(new) if any([new[key] is not item for key, item in value.items()]) else None
        if type(value) is staticmethod:
            new = self.or_itself(value.__func__)
            return None if new is value.__func__ else staticmethod(new)
        for applies, make in ((self.is_own_cache, cache_standin), (is_jitted, jitted_standin),
                              (self.is_own_compiled, compiled_standin),
                              (is_cached_property, standin_of_cached_property)):
            if applies(value):
                if id(value) not in _of_own:
                    _of_own[id(value)] = value, make(value)
                return _of_own[id(value)][1]
        return None

    def is_own_cache(self, value):
        return is_cache(value) and self.owns(getattr(value, "__module__", None))

    def is_own_compiled(self, value):
        return is_compiled(value) and self.owns(getattr(value, "__module__", None))


def _referrers(*objects):
    """gc.get_referrers, which is blind to what a program has frozen by gc.freeze."""
    if not gc.get_freeze_count():
        return gc.get_referrers(*objects)
    gc.unfreeze()
    try:
        return gc.get_referrers(*objects)
    finally:
        gc.freeze()


def _slots(cls):
    """The names of the slots that a class of Python gives its instances."""
    return [name for base in cls.__mro__ if "__slots__" in vars(base) for name, member in vars(base).items()
            if isinstance(member, types.MemberDescriptorType)]


def _is_namespace(value):
    """Is this a module's ``__dict__`` (``__builtins__`` under another name)? Those of other packages stay."""
    return type(value) is dict and "__name__" in value and "__spec__" in value


def is_cached_property(value):
    return isinstance(value, functools.cached_property) and not isinstance(value, cached_property_standin)


def _functions(x):
    """The Python functions that something callable, or a descriptor, is made of."""
    found, waiting, seen = [], [x], set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, (staticmethod, classmethod, types.MethodType)):
            waiting.append(item.__func__)
        elif isinstance(item, property):
            waiting += [item.fget, item.fset, item.fdel]
        elif isinstance(item, functools.partial):
            waiting.append(item.func)
        elif isinstance(item, (functools.cached_property, functools.singledispatchmethod)):
            waiting.append(item.func)
        elif isinstance(item, np.vectorize):
            waiting.append(item.pyfunc)
        elif type(item) is types.FunctionType:
            found.append(item)
            waiting.append(getattr(item, "__wrapped__", None))
            for cell in item.__closure__ or ():
                place = sites.Cell(cell).read()
                if callable(place) and not isinstance(place, type):
                    waiting.append(place)
        elif is_cache(item) or is_jitted(item):
            waiting.append(python_of_jitted(item) or item.__wrapped__)
    return found


def _names(code):
    names = set(code.co_names)
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            names |= _names(const)
    return names


