"""Model expressions typed on the command line, evaluated safely.

An expression such as ``Vm*conc/(K + conc)`` is parsed with `ast`, and a new
tree is built from the few kinds of node that are known here; nothing else can
reach the evaluation. There is no attribute access, no subscript, no string, no
keyword argument, and no call but to the functions listed in `FUNCTIONS` and
`SPECIAL`, each with exactly its own number of arguments (a further one would be
NumPy's ``out=``, and write into the data).
"""

from __future__ import annotations

import ast
import difflib
import keyword
import math
import operator
import warnings
from collections.abc import Callable, Collection, Mapping

import numpy as np

from .errors import InputError, one_line

__all__ = ["CONSTANTS", "FUNCTIONS", "SPECIAL", "Expression"]

MAX_LENGTH = 4000
MAX_DEPTH = 100

CONSTANTS = {"pi": math.pi, "e": math.e}

#: Name -> NumPy function; its number of arguments is `nin`, or stands below.
FUNCTIONS: dict[str, Callable] = {
    name: getattr(np, name)
    for name in """
    exp exp2 expm1 log log2 log10 log1p sqrt cbrt square abs sign
    sin cos tan arcsin arccos arctan arctan2 hypot deg2rad rad2deg sinc
    sinh cosh tanh arcsinh arccosh arctanh floor ceil rint trunc
    where minimum maximum fmin fmax clip power remainder fmod copysign heaviside
    logaddexp logaddexp2 logical_and logical_or logical_not isfinite isnan
    """.split()
}
#: Functions of `scipy.special`, imported when an expression calls one.
SPECIAL = """
    erf erfc erfinv expit logit log_expit gamma gammaln digamma xlogy xlog1py
    """.split()

_ARGUMENTS = {"where": 3, "clip": 3, "sinc": 1}

#: Functions that have no complex derivative: a complex step is wrong there.
NOT_ANALYTIC = frozenset(
    """abs sign floor ceil rint trunc where minimum maximum fmin fmax clip remainder
    fmod copysign heaviside logical_and logical_or logical_not isfinite isnan arctan2
    hypot cbrt""".split()
)

_ARITHMETIC: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_COMPARE = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)

_HINTS: dict[type, str] = {
    ast.BitXor: "^ is not allowed: a power is written **",
    ast.Mod: "% is not allowed: write remainder(a, b)",
    ast.FloorDiv: "// is not allowed: write floor(a/b)",
    ast.MatMult: "@ is not allowed: a model is computed row by row",
    ast.BitAnd: "& is not allowed: write logical_and(a, b)",
    ast.BitOr: "| is not allowed: write logical_or(a, b)",
    ast.Invert: "~ is not allowed: write logical_not(a)",
    ast.Not: "'not' is not allowed: write logical_not(a)",
    ast.BoolOp: "'and' and 'or' are not allowed: write logical_and(a, b), logical_or(a, b)",
    ast.IfExp: "'if' is not allowed: write where(condition, a, b)",
    ast.Attribute: "attribute access (a dot after a name) is not allowed",
    ast.Subscript: "subscripts ([...]) are not allowed",
    ast.Lambda: "lambda is not allowed",
    ast.NamedExpr: "assignment is not allowed",
    ast.JoinedStr: "strings are not allowed",
    ast.Starred: "* before an argument is not allowed",
    ast.Tuple: "a comma outside a function call is not allowed",
}


class Expression:
    """A formula in the names of columns and parameters.

    Parameters
    ----------
    text : str
        The formula.
    columns : collection of str
        Names of the data.
    parameters : collection of str
        Names of the unknowns. Each must occur.

    Attributes
    ----------
    names : tuple of str
        The columns and parameters that occur.
    analytic : bool
        Whether a complex step may be taken through the formula.

    Raises
    ------
    InputError
        If the formula is not one, or uses what is not allowed; the message says
        what and why.
    """

    def __init__(self, text: str, columns: Collection[str], parameters: Collection[str]):
        self.text = one_line(text)
        self._columns = columns
        self._parameters = parameters
        self._used: set[str] = set()
        self._functions: dict[str, Callable] = {}
        self.analytic = True
        tree = ast.Expression(self._rebuild(self._parse(), 1))
        for name in parameters:
            if name not in self._used:
                raise InputError(f"parameter '{name}' does not occur in the model {self.text}")
        self.names = tuple(sorted(self._used))
        self._code = compile(ast.fix_missing_locations(tree), "<model>", "eval")

    def __call__(self, values: Mapping[str, object]):
        """Evaluate with a value for every one of `names`."""
        names = {name: values[name] for name in self.names}
        return eval(self._code, {"__builtins__": {}, **self._functions, **names})

    def _parse(self) -> ast.expr:
        text = self.text
        if not text:
            raise InputError("the model is empty")
        if len(text) > MAX_LENGTH:
            raise InputError(f"the model has {len(text)} characters; {MAX_LENGTH} are allowed")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise InputError(self._syntax(error)) from None
        except ValueError as error:
            raise InputError(f"the model is not an expression: {error}") from None
        except (RecursionError, MemoryError):
            raise InputError("the model is nested too deeply") from None

    def _syntax(self, error: SyntaxError) -> str:
        reserved = [n for n in self._columns if keyword.iskeyword(n) and n in self.text]
        if reserved:
            return (
                f"'{reserved[0]}' is a word of Python's and cannot stand in a model: "
                f"give the column another name with --rename {reserved[0]}=NAME"
            )
        ended = len(self.text) + 1
        offset = min(error.offset or ended, ended) if error.lineno == 1 else ended
        before = self.text[: offset - 1][-20:]
        where = f"position {offset}" + (f", after '{before}'" if before.strip() else "")
        return f"the model is not an expression: {error.msg} at {where}"

    def _refuse(self, node: ast.AST, why: str) -> InputError:
        piece = ast.get_source_segment(self.text, node) or ""
        if len(piece) > 40:
            piece = piece[:37] + "..."
        return InputError(f"in the model, '{piece}': {why}" if piece else f"in the model: {why}")

    def _rebuild(self, node: ast.AST, depth: int) -> ast.expr:
        """Make the node anew if its kind is allowed."""
        if depth > MAX_DEPTH:
            raise InputError(f"the model is nested more than {MAX_DEPTH} deep")
        match node:
            case ast.Constant():
                return ast.Constant(self._number(node))
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=op) if type(op) in _ARITHMETIC:
                return self._fold(node, ast.UnaryOp(op, self._rebuild(node.operand, depth + 1)))
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                left = self._rebuild(node.left, depth + 1)
                right = self._rebuild(node.right, depth + 1)
                return self._fold(node, ast.BinOp(left, op, right))
            case ast.Compare():
                return self._compare(node, depth)
            case ast.Call():
                return self._call(node, depth)
        operator = getattr(node, "op", node)
        hint = _HINTS.get(type(operator)) or _HINTS.get(type(node))
        raise self._refuse(node, hint or f"{type(node).__name__} is not allowed here")

    def _number(self, node: ast.Constant) -> float:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            kind = type(value).__name__ if value is not None else "None"
            raise self._refuse(node, f"numbers are allowed, {kind} is not")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise self._refuse(node, "the number is too large for float64")
        return number

    def _name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if name.startswith("__"):
            raise self._refuse(node, "names with two leading underscores are not allowed")
        if name in CONSTANTS and name not in self._parameters:
            if name in self._columns:
                raise self._refuse(
                    node,
                    "a column and the constant have the same name: "
                    f"rename the column with --rename {name}=NAME",
                )
            return ast.Constant(CONSTANTS[name])
        if name in self._parameters or name in self._columns:
            self._used.add(name)
            return ast.Name(name, ast.Load())
        if name in FUNCTIONS or name in SPECIAL:
            raise self._refuse(node, f"{name} is a function: write {name}(...)")
        raise self._refuse(
            node,
            f"unknown name; columns: {', '.join(self._columns) or 'none'}; "
            f"parameters (--start): {', '.join(self._parameters) or 'none'}; constants: pi, e",
        )

    def _fold(self, node: ast.AST, made: ast.UnaryOp | ast.BinOp) -> ast.expr:
        """Compute what is made of constants alone, as float64 does, now."""
        parts = [made.operand] if isinstance(made, ast.UnaryOp) else [made.left, made.right]
        if not all(isinstance(part, ast.Constant) for part in parts):
            return made
        with np.errstate(all="ignore"):
            operands = [np.float64(part.value) for part in parts]
            value = float(_ARITHMETIC[type(made.op)](*operands))
        if not math.isfinite(value):
            raise self._refuse(node, "the value is not a finite number")
        return ast.Constant(value)

    def _compare(self, node: ast.Compare, depth: int) -> ast.expr:
        if len(node.ops) > 1:
            raise self._refuse(node, "a chain of comparisons: write logical_and(a < b, b < c)")
        if not isinstance(node.ops[0], _COMPARE):
            raise self._refuse(node, "this comparison is not allowed: use < <= > >= == !=")
        self._mark_not_analytic(node)
        left = self._rebuild(node.left, depth + 1)
        right = self._rebuild(node.comparators[0], depth + 1)
        return ast.Compare(left, [node.ops[0]], [right])

    def _mark_not_analytic(self, node: ast.AST) -> None:
        """Remember a function without a complex derivative, if parameters reach it."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        self.analytic &= names.isdisjoint(self._parameters)

    def _call(self, node: ast.Call, depth: int) -> ast.expr:
        if not isinstance(node.func, ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else "exp"
            raise self._refuse(
                node, f"only functions called by their bare name are allowed: write {name}(...)"
            )
        name = node.func.id
        function = self._function(node, name)
        if node.keywords:
            raise self._refuse(node, "arguments with a name are not allowed")
        expected = _ARGUMENTS.get(name) or function.nin
        if len(node.args) != expected:
            wants = "1 argument" if expected == 1 else f"{expected} arguments"
            raise self._refuse(node, f"{name} takes {wants}, {len(node.args)} given")
        if name in NOT_ANALYTIC:
            self._mark_not_analytic(node)
        # No identifier contains a parenthesis: columns named as functions are do no harm.
        self._functions[f"{name}()"] = function
        arguments = [self._rebuild(argument, depth + 1) for argument in node.args]
        return ast.Call(ast.Name(f"{name}()", ast.Load()), arguments, [])

    def _function(self, node: ast.Call, name: str) -> Callable:
        if name in FUNCTIONS:
            return FUNCTIONS[name]
        if name in SPECIAL:
            try:
                import scipy.special
            except ImportError:
                raise self._refuse(node, f"{name} needs SciPy, which is not installed") from None
            return getattr(scipy.special, name)
        known = [*FUNCTIONS, *SPECIAL]
        if name in self._columns or name in self._parameters:
            why = f"{name} is not a function: a product is written {name}*(...)"
        elif near := difflib.get_close_matches(name, known, n=1):
            why = f"unknown function {name}; did you mean {near[0]}?"
        else:
            why = f"unknown function {name}; known: {', '.join(known)}"
        raise self._refuse(node, why)
