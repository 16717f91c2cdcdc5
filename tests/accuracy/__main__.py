"""Measure, and write the figures of docs/guide/accuracy.md."""

import argparse
import datetime

import scipy.special  # noqa: F401  (dualad has rules for it)

from dualad._core import RULES

from . import page
from .contenders import CONTENDERS
from .measure import measure


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("functions", nargs="*", help="print the figures of these alone")
    parser.add_argument("--full", action="store_true", help="1000 random points for each function, not 60")
    parser.add_argument("--keep", action="store_true", help="add dualad's worst points to tests/rules/frozen")
    options = parser.parse_args()
    count = 1000 if options.full else 60
    contenders = [one for one in CONTENDERS if one.available()]
    results = {}
    for rule in RULES:
        name = rule["name"]
        if not options.functions or name in options.functions:
            results[name] = measure(rule, contenders, count)
            print(f"{name:12}", *(f"{who}: {page.cell(found)}" for who, found in results[name].items()),
                  sep="   ", flush=True)
            if options.keep:
                from oracle import keep
                keep(name, [x for x in results[name]["dualad"].everywhere.at[1:] if x])
    if not options.functions:
        versions = [one.version() for one in contenders]
        page.write("".join(page.figures(results, versions, count, datetime.date.today().isoformat())))


if __name__ == "__main__":
    main()
