"""The command line: ``python -m dualad``."""

from __future__ import annotations

import argparse
import contextlib
import keyword
import os
import sys
from collections.abc import Sequence

import dualad

from .arguments import parser
from .check import verify
from .datasets import DATASETS
from .errors import FitError, InputError, one_line
from .fit import Fit, solve
from .info import gather, shown
from .likelihood import fit_lifetimes, likelihood_as_data, likelihood_as_text
from .problem import Problem, from_expression, from_function
from .progress import counted
from .report import Style, as_data, as_text, pairs, write, write_json
from .table import DELIMITERS, Table, plain, read_table

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _complain("error", f"cannot write: {error.strerror}")
        if sys.stdout is not None:  # what is left in the buffer must not raise again at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130


def _complain(what: str, why: str = "") -> None:
    if sys.stderr is not None:
        text = Style(sys.stderr).bad(what) + (f": {why}" if why else "")
        with contextlib.suppress(OSError):
            write(f"python -m dualad: {text}", sys.stderr)


def _run(argv: Sequence[str] | None) -> int:
    if sys.stdout is None:
        raise OSError(0, "the standard output is closed")
    commands = {
        "demo": _demo, "likelihood": _likelihood, "fit": _fit, "check": _check, "info": _info, "version": _version,
    }  # fmt: skip
    try:
        arguments = parser(commands).parse_args(argv)
        return arguments.run(arguments) or 0
    except SystemExit:  # --help and --version
        sys.stdout.flush()
        raise
    except (InputError, FitError) as error:
        sys.stdout.flush()
        _complain("error", one_line(error))
        return 2 if isinstance(error, InputError) else 1


def _demo(arguments: argparse.Namespace) -> None:
    if not arguments.json:
        intro = f"dualad {dualad.__version__}: published data, fitted by exact Jacobians of NumPy code"
        write(Style(sys.stdout).fill(intro) + "\n", sys.stdout)
    _report([dataset() for dataset in DATASETS], arguments)
    if not arguments.json:
        write("", sys.stdout)
        _likelihood(arguments)
        hint = "Your own data: python -m dualad fit --help"
        write("\n" + Style(sys.stdout).dim(hint), sys.stdout)


def _likelihood(arguments: argparse.Namespace) -> None:
    found = fit_lifetimes()
    if arguments.json:
        write_json(likelihood_as_data(found), sys.stdout)
    else:
        write(likelihood_as_text(found, Style(sys.stdout)), sys.stdout)


def _fit(arguments: argparse.Namespace) -> None:
    start = _start(arguments.start)
    table = read_table(
        arguments.file, DELIMITERS.get(arguments.delimiter), _rename(arguments.rename)
    )
    for name in start:
        if name in table.names:
            raise InputError(f"'{name}' is a column of {table.source} and a parameter too")
    _report([_problem(arguments, table, start)], arguments)


def _check(arguments: argparse.Namespace) -> int:
    from .selftest import run_checks, text_of

    outcomes = run_checks()
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if arguments.json:
        write_json({"dualad": dualad.__version__, "passed": not failed,
                    "checks": [{**vars(outcome), "passed": outcome.passed} for outcome in outcomes]}, sys.stdout)
        return int(bool(failed))
    write(text_of(outcomes, Style(sys.stdout)), sys.stdout)
    if failed:
        write("Please report this, with what python -m dualad info prints.", sys.stdout)
    return int(bool(failed))


def _info(arguments: argparse.Namespace) -> None:
    found = gather()
    if arguments.json:
        write_json(found, sys.stdout)
    else:
        items = [(key, shown(value)) for key, value in found.items()]
        write(pairs(items, 0, Style(sys.stdout).width), sys.stdout)


def _version(arguments: argparse.Namespace) -> None:
    write(f"dualad {dualad.__version__}", sys.stdout)


def _report(problems: list[Problem], arguments: argparse.Namespace) -> None:
    solver = getattr(arguments, "solver", "auto")
    if arguments.json:
        data = []
        for problem in problems:
            result = _solve(problem, solver)
            data.append(as_data(result, verify(result)))
        write_json({"dualad": dualad.__version__, "fits": data}, sys.stdout)
        return
    style = Style(sys.stdout)
    for number, problem in enumerate(problems):
        result = _solve(problem, solver)
        write("\n" * bool(number) + as_text(result, verify(result), style), sys.stdout)


def _solve(problem: Problem, solver: str) -> Fit:
    with counted("fitting", "Jacobians") as step:
        return solve(problem, solver, step)


def _problem(arguments: argparse.Namespace, table: Table, start: dict[str, float]) -> Problem:
    if arguments.absolute_sigma and not arguments.sigma:
        raise InputError("--absolute-sigma says something about --sigma, which is missing")
    y = plain(arguments.y)
    sigma = plain(arguments.sigma) if arguments.sigma else None
    options = {
        "sigma": table.column(sigma) if sigma else None,
        "absolute_sigma": arguments.absolute_sigma,
    }
    if ":" in arguments.model:
        x = [name for name in table.names if name not in (y, sigma)]
        if arguments.x is not None:
            x = [plain(name) for name in arguments.x.split(",")]
        return from_function(arguments.model.strip(), table, y, x, start, **options)
    if arguments.x is not None:
        raise InputError("--x goes with module:function; an expression names its columns")
    return from_expression(arguments.model, table, y, start, **options)


def _start(given: list[str]) -> dict[str, float]:
    start: dict[str, float] = {}
    for item in ",".join(given).split(","):
        name, equals, text = item.partition("=")
        name = plain(name)
        if not equals or not _usable(name):
            raise InputError(f"--start '{item}': write NAME=VALUE, as in Vm=200,K=0.1")
        if name in start:
            raise InputError(f"--start gives '{name}' twice")
        try:
            start[name] = float(text)
        except ValueError:
            raise InputError(f"--start '{item}': '{text}' is not a number") from None
        if not abs(start[name]) < float("inf"):
            raise InputError(f"--start '{item}': the value is not finite")
    return start


def _usable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _rename(given: list[str]) -> dict[str, str]:
    rename = {}
    for item in given:
        old, equals, new = item.rpartition("=")
        if not equals or not plain(old) or not _usable(plain(new)):
            raise InputError(f"--rename '{item}': write OLD=NEW, NEW being a plain name")
        rename[plain(old)] = plain(new)
    return rename
