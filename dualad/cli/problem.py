"""What is fitted: measurements, a model, and where to start."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .errors import InputError, one_line, raised
from .expression import Expression
from .table import Table

__all__ = ["Problem", "from_expression", "from_function"]


@dataclass(frozen=True)
class Problem:
    """A least-squares problem.

    Attributes
    ----------
    title, source, formula : str
        For the reader.
    model : callable
        Called as ``model(*parameters)``; returns a value per row, or one for all.
    y : ndarray
        The measurements.
    start : mapping of str to float
        The parameters' names, in the model's order, and first values.
    sigma : ndarray, optional
        The standard deviation of each measurement.
    absolute_sigma : bool
        Whether `sigma` is known in absolute terms, or only up to a factor.
    published : mapping of str to (str, str)
        Values and standard errors from the literature, to stand beside ours.
    note : str
        A last word for the reader.
    analytic : bool
        Whether the model may be asked for a complex step.
    file : str
        The file of the model's code, so that errors can name a line of it.
    lines : sequence of int, optional
        The line of the data's file on which each row stands.
    """

    title: str
    source: str
    formula: str
    model: Callable
    y: np.ndarray
    start: Mapping[str, float]
    sigma: np.ndarray | None = None
    absolute_sigma: bool = False
    published: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    analytic: bool = True
    file: str = ""
    lines: Sequence[int] | None = None

    def __post_init__(self):
        rows, unknowns = self.y.size, len(self.start)
        if unknowns > rows:
            raise InputError(f"there are more parameters ({unknowns}) than rows ({rows})")
        if self.sigma is not None and not np.all(self.sigma > 0):
            place = self.place(int(np.argmin(self.sigma > 0)))
            raise InputError(f"the standard deviation in {place} is not positive")

    @property
    def names(self) -> list[str]:
        """The parameters' names."""
        return list(self.start)

    @property
    def first(self) -> np.ndarray:
        """The parameters' first values."""
        return np.array(list(self.start.values()), float)

    def place(self, row: int) -> str:
        """Say where the reader finds a row."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"

    def predict(self, p):
        """Run the model at a vector of parameters, floats or dual numbers."""
        return self.model(*p)

    def residuals(self, p):
        """Return model minus measurement, in units of sigma when it is given."""
        difference = self.predict(p) - self.y
        return difference if self.sigma is None else difference / self.sigma

    def check_start(self) -> None:
        """Run the model once in floats, and refuse what cannot be fitted."""
        with np.errstate(all="ignore"):
            try:
                out = np.asarray(self.predict(self.first))
            except Exception as error:
                raise InputError(f"the model raised {raised(error, inside=self.file)}") from error
        if out.shape not in ((), self.y.shape):
            raise InputError(
                f"the model returned shape {out.shape}; expected {self.y.shape}, a value per row"
            )
        if out.dtype.kind not in "fiu":
            raise InputError(f"the model returned {out.dtype.name} numbers; expected float64")
        finite = np.broadcast_to(np.isfinite(out), self.y.shape)
        if not finite.all():
            row = int(np.argmin(finite))
            value = float(np.broadcast_to(out, self.y.shape)[row])
            at = ", ".join(f"{name}={value:g}" for name, value in self.start.items())
            raise InputError(f"the model is {value} in {self.place(row)} at the start values {at}")


def from_expression(
    text: str, table: Table, y: str, start: Mapping[str, float], **options
) -> Problem:
    """Make a problem of an expression in column and parameter names."""
    measured = table.column(y)
    expression = Expression(text, table.names, start)
    if y in expression.names:
        raise InputError(f"'{y}' is what the model predicts: it cannot stand in the model")
    data = {name: table.column(name) for name in expression.names if name not in start}

    def model(*parameters):
        return expression({**data, **dict(zip(start, parameters, strict=True))})

    return Problem(
        **_origin(table),
        formula=one_line(f"{y} = {expression.text}"),
        model=model,
        y=measured,
        start=start,
        analytic=expression.analytic,
        **options,
    )


def from_function(
    spec: str, table: Table, y: str, x: list[str], start: Mapping[str, float], **options
) -> Problem:
    """Make a problem of ``package.module:function``.

    The function is called as ``function(*columns, *parameters)``: the columns
    `x` as arrays, in that order, then the parameters in the order of `start`.
    """
    measured = table.column(y)
    function = _import(spec)
    _check_signature(spec, function, x, list(start))
    columns = [table.column(name) for name in x]
    called = spec.rpartition(":")[2]
    code = getattr(inspect.unwrap(function), "__code__", None)
    return Problem(
        **_origin(table),
        formula=one_line(f"{y} = {called}({', '.join([*x, *start])})"),
        model=lambda *parameters: function(*columns, *parameters),
        y=measured,
        start=start,
        file=code.co_filename if code else "",
        **options,
    )


def _origin(table: Table) -> dict[str, object]:
    source = one_line(table.source)
    return {
        "title": source,
        "source": f"{len(table.rows)} rows of {source}",
        "lines": table.lines,
    }


def _import(spec: str) -> Callable:
    name, _, path = spec.partition(":")
    parts = name.split(".")
    if not all(part.isidentifier() for part in [*parts, *path.split(".")]):
        raise InputError(f"'{spec}' is neither an expression nor package.module:function")
    if not sys.flags.safe_path and "" not in sys.path and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name + ".").startswith(error.name + "."):
            raise InputError(f"there is no module named {error.name}") from None
        raise InputError(f"importing {name} raised {raised(error)}") from error
    except (Exception, SystemExit) as error:
        raise InputError(f"importing {name} raised {raised(error)}") from error
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise InputError(f"module {name} has no '{path}'") from None
    if not callable(found):
        raise InputError(f"{spec} is not a function, but of type {type(found).__name__}")
    return found


def _check_signature(spec: str, function: Callable, x: list[str], start: list[str]) -> None:
    """Refuse a call that would fail, or give a parameter another one's value."""
    given = [*x, *start]
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        bound = signature.bind(*given)
    except TypeError as error:
        raise InputError(
            f"{spec}{signature} cannot be called with ({', '.join(given)}): {error}"
        ) from None
    for name, value in bound.arguments.items():
        if isinstance(value, str) and name != value and name in given:
            raise InputError(
                f"{spec} calls its argument '{name}', but is given '{value}' there: put "
                "--x and --start in the function's order"
            )
