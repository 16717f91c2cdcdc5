"""What may be typed after ``python -m dualad``, and what is said when it is something else."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence

import dualad

from .errors import InputError, one_line
from .fit import SOLVERS
from .table import DELIMITERS

__all__ = ["parser"]

_EXIT_CODES = """\
exit code: 0 when all went well; 1 when a fit found no minimum, a check failed or the output could not be written; \
2 when the input cannot be used; 130 when interrupted.
"""

_FIT = """\
Fit a model to the columns of a CSV file by least squares, with an exact Jacobian.

The file starts with a line of column names; blank lines and lines starting with # are skipped. The model is one of

  an expression in the names of columns and parameters, with + - * / **, comparisons, pi, e and NumPy's functions \
(exp, log, sqrt, sin, where, ...)

  package.module:function, called as function(*columns, *parameters): the columns of --x as arrays (by default all \
but --y and --sigma, in the file's order), then the parameters in the order of --start. It is imported, so it is run.
"""

_EXAMPLES = {
    "": ["", 'fit data.csv --model "a*exp(-k*t)" --y signal \\\n    --start a=1,k=0.5', "fit --help", "check"],
    "demo": ["demo", "demo --json"],
    "likelihood": ["likelihood", "likelihood --json"],
    "fit": [
        'fit data.csv --model "Vm*conc/(K + conc)" --y rate \\\n    --start Vm=200,K=0.1',
        "fit data.csv --model mymodels:rate --x conc --y rate \\\n    --start Vm=200,K=0.1",
        'fit - --model "a*t + b" --y N --rename "time (s)=t" \\\n'
        "    --start a=1,b=0 --sigma err --absolute-sigma --json",
    ],
    "check": ["check", "check --json"],
    "info": ["info", "info --json"],
    "version": ["version"],
}


class _Help(argparse.HelpFormatter):
    """Paragraphs filled to the terminal's width, each with the indent of its first line; examples as they are."""

    def _fill_text(self, text, width, indent):
        parts = []
        for part in text.strip("\n").split("\n\n"):
            margin = re.match(" *", part)[0]
            if len(margin) < 4:
                part = textwrap.fill(" ".join(part.split()), max(width, 11), initial_indent=margin,
                                     subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
            parts.append(part)
        return "\n\n".join(parts)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors take one line, and name what may have been meant."""

    def __init__(self, **options):
        if sys.version_info >= (3, 14):
            options.setdefault("suggest_on_error", False)
        super().__init__(formatter_class=_Help, allow_abbrev=False, **options)
        self.given: Sequence[str] = ()
        self.commands: Mapping[str, _Parser] = {}

    def parse_known_args(self, args=None, namespace=None, **options):
        self.given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(self.given, namespace, **options)

    def error(self, message):
        hint, prog = self._nearest()
        raise InputError(one_line(f"{hint or message} (see {prog} --help)"))

    def _nearest(self) -> tuple[str, str]:
        """What a word that is not known may stand for, and the program to be asked for help."""
        words = [word.partition("=")[0] for word in self.given]
        at = next((k for k, word in enumerate(words) if not word.startswith("-")), None)
        reader = self
        if at is not None and self.commands:
            reader = self.commands.get(words[at])
            if reader is None:
                near = difflib.get_close_matches(words[at], self.commands, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(self.commands)}"
                return f"there is no command '{words[at]}': {hint}", self.prog
        known = [*reader._option_string_actions, *self._option_string_actions]
        for word in words:
            near = difflib.get_close_matches(word, known, n=1)
            if word.startswith("--") and word not in known and near:
                return f"there is no option {word}: did you mean {near[0]}?", reader.prog
        return "", reader.prog


def parser(run: Mapping[str, Callable]) -> argparse.ArgumentParser:
    """Make the parser.

    Parameters
    ----------
    run : mapping of str to callable
        For each command what is done; it is called with the namespace of arguments.
    """
    made = _Parser(
        prog="python -m dualad",
        description="Exact derivatives of plain NumPy code. Without a command: demo.",
        epilog=_epilog(""),
    )
    made.add_argument("--version", action="version", version=f"dualad {dualad.__version__}")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.set_defaults(run=run["demo"])
    # Given before the command or after it: a command's own default must not undo it.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    def command(name, summary, description=None, parents=(common,)):
        description = description or summary[0].upper() + summary[1:] + "."
        one = commands.add_parser(
            name, parents=parents, help=summary, description=description, epilog=_epilog(name)
        )
        one.set_defaults(run=run[name])
        return one

    command("demo", "fit published measurements, and check and time the exact Jacobians")
    command("likelihood", "fit lifetimes by maximum likelihood, with errors from the exact Hessian")
    _add_fit_arguments(command("fit", "fit your own model to a CSV file", _FIT))
    command("check", "check this installation: derivatives against references, in a second")
    command("info", "print versions, compiler, SIMD level and the sizes in use, for bug reports")
    command("version", "print the version", parents=())
    made.commands = commands.choices
    return made


def _epilog(name: str) -> str:
    examples = [f"    python -m dualad {example}".rstrip().replace("\n", "\n    ") for example in _EXAMPLES[name]]
    return "\n\n".join(["examples:", "\n".join(examples), _EXIT_CODES])


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
