"""The command line: ``python -m dualad``."""

from __future__ import annotations

import argparse
import keyword
import os
import sys
from collections.abc import Sequence

import dualad

from .check import verify
from .datasets import DATASETS
from .errors import FitError, InputError, one_line
from .fit import SOLVERS, solve
from .info import gather, shown
from .likelihood import fit_lifetimes, likelihood_as_data, likelihood_as_text
from .problem import Problem, from_expression, from_function
from .report import Style, as_data, as_text, pairs, write, write_json
from .table import DELIMITERS, Table, plain, read_table

__all__ = ["main"]

_EPILOG = """\
exit code: 0 when all went well, 1 when a fit found no minimum or the output could
not be written, 2 when the input cannot be used.
"""

_FIT_HELP = """\
Fit a model to the columns of a CSV file by least squares, with an exact Jacobian.

The file starts with a line of column names; blank lines and lines starting with #
are skipped. The model is one of

  an expression in the names of columns and parameters, with + - * / **,
  comparisons, pi, e and NumPy's functions (exp, log, sqrt, sin, where, ...):

    python -m dualad fit data.csv --model "Vm*conc/(K + conc)" --y rate \\
        --start Vm=200,K=0.1

  package.module:function, called as function(*columns, *parameters): the columns
  of --x as arrays (by default all but --y and --sigma, in the file's order), then
  the parameters in the order of --start. It is imported, so it is run:

    python -m dualad fit data.csv --model mymodels:rate --x conc --y rate \\
        --start Vm=200,K=0.1
"""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors take one line."""

    def error(self, message):
        raise InputError(f"{one_line(message)} (see {self.prog} --help)")


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
        sys.stdout.flush()
        return code
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            write(f"python -m dualad: error: cannot write: {error.strerror}", sys.stderr)
        # What is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(argv)
        arguments.run(arguments)
    except (InputError, FitError) as error:
        sys.stdout.flush()
        write(f"python -m dualad: error: {one_line(error)}", sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m dualad",
        description="Exact derivatives of plain NumPy code. Without a command: demo.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dualad {dualad.__version__}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_demo)
    # Given before the command or after it: a command's own default must not undo it.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name, run, summary, description):
        made = commands.add_parser(
            name,
            parents=[common],
            help=summary,
            description=description,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.set_defaults(run=run)
        return made

    def sentence(summary):
        return f"{summary[0].upper()}{summary[1:]}."

    summary = "fit published measurements, and check and time the exact Jacobians"
    command("demo", _demo, summary, sentence(summary))
    summary = "fit lifetimes by maximum likelihood, with errors from the exact Hessian"
    command("likelihood", _likelihood, summary, sentence(summary))
    summary = "fit your own model to a CSV file"
    _add_fit_arguments(command("fit", _fit, summary, _FIT_HELP))
    summary = "print versions, compiler, SIMD level and the sizes in use"
    command("info", _info, summary, sentence(summary))
    return parser


def _add_fit_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", help="CSV file, or - for the standard input")
    add("--model", required=True, metavar="MODEL", help="expression, or package.module:function")
    add("--y", required=True, metavar="COLUMN", help="the measured column")
    add(
        "--start",
        action="append",
        required=True,
        metavar="NAME=VALUE,...",
        help="the parameters and their first values",
    )
    add("--x", metavar="COLUMN,...", help="the columns a function is called with")
    add("--sigma", metavar="COLUMN", help="standard deviations of the measurements")
    add(
        "--absolute-sigma",
        action="store_true",
        help="--sigma is known in absolute terms: do not scale standard errors by the residuals",
    )
    add(
        "--rename",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help='rename a column, as in --rename "conc (ppm)=conc"; may be repeated',
    )
    add("--delimiter", choices=DELIMITERS, help="between fields (default: found by itself)")
    add("--solver", choices=SOLVERS, default="auto", help="auto: SciPy's if installed")


def _demo(arguments: argparse.Namespace) -> None:
    if not arguments.json:
        intro = "published data, fitted by exact Jacobians of NumPy code"
        write(f"dualad {dualad.__version__}: {intro}\n", sys.stdout)
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


def _info(arguments: argparse.Namespace) -> None:
    found = gather()
    if arguments.json:
        write_json(found, sys.stdout)
    else:
        write(pairs(((key, shown(value)) for key, value in found.items()), 0), sys.stdout)


def _report(problems: list[Problem], arguments: argparse.Namespace) -> None:
    solver = getattr(arguments, "solver", "auto")
    if arguments.json:
        data = []
        for problem in problems:
            result = solve(problem, solver)
            data.append(as_data(result, verify(result)))
        write_json({"dualad": dualad.__version__, "fits": data}, sys.stdout)
        return
    style = Style(sys.stdout)
    for number, problem in enumerate(problems):
        result = solve(problem, solver)
        write("\n" * bool(number) + as_text(result, verify(result), style), sys.stdout)


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
