"""The evaluator of model expressions, and attempts to break out of it."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import dualad
from dualad.cli.check import central_differences
from dualad.cli.errors import InputError
from dualad.cli.expression import _ARGUMENTS, FUNCTIONS, SPECIAL, Expression

X = np.array([0.5, 1.0, 2.0])


def evaluate(text, **parameters):
    return Expression(text, ["x"], list(parameters))({"x": X, **parameters})


def refusal(text, columns=("x", "y"), parameters=()):
    with pytest.raises(InputError) as caught:
        Expression(text, columns, parameters)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", X),
        ("-x + +2", 2 - X),
        ("a*x/(b + x)", 3 * X / (2 + X)),
        ("x**2 - x**-1", X**2 - 1 / X),
        ("exp(-x/b)*sin(2*pi*x)", np.exp(-X / 2) * np.sin(2 * math.pi * X)),
        ("log(x)/log(e)", np.log(X)),
        ("where(x > 1, a, b*x)", np.where(X > 1, 3, 2 * X)),
        ("(x <= 1)*a", (X <= 1) * 3.0),
        ("clip(x, 0.75, 1.5)", np.clip(X, 0.75, 1.5)),
        ("maximum(x, 1) - minimum(x, 1)", np.maximum(X, 1) - np.minimum(X, 1)),
        ("abs(-x)", X),
        ("1_000*x", 1000 * X),
        ("2**3**2*x", 512 * X),
        ("1/3*x", 1 / 3 * X),
        (" x\n + 1 ", X + 1),
        ("b", 2.0),
    ],
)
def test_values(text, expected):
    words = re.findall(r"\w+", text)
    parameters = {name: value for name, value in {"a": 3.0, "b": 2.0}.items() if name in words}
    np.testing.assert_array_equal(evaluate(text, **parameters), expected)


def test_special_functions():
    special = pytest.importorskip("scipy.special")
    np.testing.assert_array_equal(evaluate("a*erf(x)", a=2.0), 2 * special.erf(X))
    np.testing.assert_array_equal(evaluate("gamma(x)"), special.gamma(X))


@pytest.fixture(params=[*FUNCTIONS, *SPECIAL])
def known(request):
    """Give every function an expression may call: its name, itself, its arguments."""
    name = request.param
    if name in SPECIAL:
        function = getattr(pytest.importorskip("scipy.special"), name)
    else:
        function = FUNCTIONS[name]
    return name, function, _ARGUMENTS.get(name) or function.nin


def test_every_function_takes_its_arguments_and_no_more(known):
    name, function, count = known
    values = [np.full(3, 1.0 if name == "arccosh" else 0.5)] * count
    got = Expression(f"{name}({', '.join('abc'[:count])})", list("abc"), [])(
        dict(zip("abc", values, strict=False))
    )
    np.testing.assert_array_equal(got, function(*values))
    for wrong in {0, count + 1, count + 2}:
        assert f"{name} takes {count} argument" in refusal(f"{name}({', '.join('x' * wrong)})")


def test_every_function_carries_derivatives(known):
    name, _, count = known
    expression = Expression(f"x*{name}({', '.join('abc'[:count])})", ["x"], list("abc"[:count]))
    p = np.array([1.3 if name == "arccosh" else 0.45, 0.4, 0.6])[:count]

    def model(p):
        return expression({"x": X, **dict(zip("abc", p, strict=False))})

    expected = central_differences(model, p)
    np.testing.assert_allclose(dualad.jacobian(model)(p), expected, rtol=1e-6, atol=1e-9)


def test_names_of_functions_can_be_columns_and_parameters():
    assert Expression("gamma*abs(abs)", ["abs"], ["gamma"])({"abs": -2.0, "gamma": 3.0}) == 6.0


def test_parameters_come_before_constants():
    assert Expression("e + pi", [], ["e"])({"e": 1.0}) == 1 + math.pi


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x.real", "attribute access"),
        ("x.__class__.__bases__[0].__subclasses__()", "bare name"),
        ("x.__class__.__bases__[0]", "subscripts"),
        ("().__class__", "attribute access"),
        ("exp.__self__", "attribute access"),
        ("x[0]", "subscripts"),
        ("__import__", "two leading underscores"),
        ("__builtins__", "two leading underscores"),
        ("__import__('os')", "unknown function __import__"),
        ("eval('1')", "unknown function eval"),
        ("open('/etc/passwd')", "unknown function open"),
        ("getattr(x, 'real')", "unknown function getattr"),
        ("exp(x)(x)", "bare name"),
        ("(lambda: 1)()", "bare name"),
        ("x.tofile('f')", "bare name"),
        ("lambda: x", "lambda"),
        ("(y := x)", "assignment"),
        ("[x for x in (1, 2)]", "ListComp is not allowed"),
        ("{x: 1}", "Dict is not allowed"),
        ("(x, x)", "comma"),
        ("'text'", "str is not"),
        ("f'{x}'", "strings"),
        ("b'x'", "bytes is not"),
        ("1j*x", "complex is not"),
        ("True", "bool is not"),
        ("None", "None is not"),
        ("...", "ellipsis is not"),
        ("exp(x, x)", "exp takes 1 argument, 2 given"),
        ("exp(x, out=x)", "arguments with a name"),
        ("exp(**x)", "arguments with a name"),
        ("exp(*x)", "* before an argument"),
        ("where(x)", "where takes 3 arguments, 1 given"),
        ("max(x, 1)", "unknown function max"),
        ("expo(x)", "did you mean exp"),
        ("x(2)", "a product is written x*(...)"),
        ("exp", "exp is a function"),
        ("z", "unknown name; columns: x, y; parameters (--start): none"),
        ("x^2", "a power is written **"),
        ("x % 2", "remainder"),
        ("x // 2", "floor"),
        ("x @ x", "@ is not allowed"),
        ("x & y", "logical_and"),
        ("~x", "logical_not"),
        ("not x", "logical_not"),
        ("x and y", "logical_and"),
        ("x if y else 1", "where"),
        ("0 < x < 1", "chain"),
        ("x is y", "use < <="),
        ("x in y", "use < <="),
        ("1/0", "not a finite number"),
        ("9**9**9", "not a finite number"),
        ("9**9**9**9**9", "not a finite number"),
        ("(-8)**(1/3)", "not a finite number"),
        ("1e999", "too large"),
        ("1" + "0" * 400, "too large"),
        ("", "empty"),
        ("   ", "empty"),
        ("x +", "at position 4, after 'x +'"),
        ("x y", "not an expression"),
        ("x = 1", "not an expression"),
        ("x; y", "not an expression"),
        ("import os", "not an expression"),
        ("x \0", "not an expression"),
        ("(" * 300 + "x" + ")" * 300, "too many nested parentheses"),
        ("-" * 150 + "x", "nested more than 100 deep"),
        ("-" * 3990 + "x", "nested"),
        ("x**" * 1300 + "x", "nested"),
        ("exp(" * 150 + "x" + ")" * 150, "nested more than 100 deep"),
        ("+".join(["x"] * 500), "nested more than 100 deep"),
        ("x" * 5000, "characters"),
        ("await x", "Await is not allowed"),
    ],
)
def test_refused(text, why):
    assert why in refusal(text)


def test_refused_names():
    assert "rename the column with --rename e=" in refusal("e*x", columns=["e", "x"])
    assert "'a' does not occur" in refusal("x", parameters=["a"])
    assert "--rename lambda=" in refusal("2*lambda", columns=["lambda"])


def test_a_folded_tower_takes_no_time():
    assert "not a finite" in refusal("x*(" + "**".join(["99999999"] * 60) + ")")


def test_the_evaluation_sees_nothing_else():
    expression = Expression("x*a", ["x"], ["a"])
    assert set(expression._code.co_names) == {"x", "a"}
    expression = Expression("where(x > 1, exp(x), x)", ["x"], [])
    assert set(expression._code.co_names) == {"where()", "exp()", "x"}


@pytest.mark.parametrize(
    ("text", "analytic"),
    [
        ("a*exp(x)", True),
        ("a*abs(x)", True),
        ("a*(x > 1)", True),
        ("abs(a*x)", False),
        ("(x > a)*a", False),
        ("where(x, a, 1)", False),
    ],
)
def test_analytic(text, analytic):
    assert Expression(text, ["x"], ["a"]).analytic is analytic


PIECES = """a x ( ) * ** + - / 1 2.5 1e308 exp where , < == [ ] . __class__ lambda : power if else 's' f'{x}' { } := @ ~
not in is = pi 1j ... yield await # ⅷ ª async for None True""".split()


def test_random_text_is_refused_or_sees_its_names_only(rng):
    accepted = 0
    for length in rng.integers(1, 12, 10_000):
        text = "".join(rng.choice(PIECES, length))
        try:
            model = Expression(text, ["x"], ["a"])
        except InputError:
            continue
        accepted += 1
        assert set(model._code.co_names) <= {"x", "a", "exp()", "where()", "power()"}
        with np.errstate(all="ignore"):
            model({"x": X, "a": np.float64(1.5)})
    assert accepted > 10
