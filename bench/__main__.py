"""python -m bench: run groups of the benchmark and print the report."""

import argparse
import sys

from . import environment, figures, report
from .contenders import all_contenders
from .groups import GROUPS, load
from .session import Session


def arguments(argv=None):
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group",
                        help=f"of {', '.join(GROUPS)}; all when none is given")
    parser.add_argument("--quick", action="store_true",
                        help="few sizes, short measurements: under a minute, noisy")
    parser.add_argument("--no-peers", action="store_true",
                        help="dualad and the float runs only")
    parser.add_argument("--json", metavar="FILE", help="write all results as JSON")
    parser.add_argument("--figures", metavar="DIR", help="write the figures as SVG")
    parser.add_argument("--list", action="store_true", help="say what there is, and stop")
    options = parser.parse_args(argv)
    unknown = [name for name in options.groups if name not in GROUPS]
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)} (there are {', '.join(GROUPS)})")
    return options


def catalogue():
    """The groups and the contenders, as --list shows them."""
    lines = ["groups"]
    lines += [f"  {name:11} {load(name).__doc__.splitlines()[0]}" for name in GROUPS]
    lines.append("contenders")
    for contender in all_contenders():
        reason = contender.available()
        lines.append(f"  {contender.name:11} "
                     f"{reason or contender.version() + ', ' + contender.mode + ' mode'}")
    return "\n".join(lines)


def main(argv=None):
    options = arguments(argv)
    if options.list:
        print(catalogue())
        return 0
    given = sys.argv[1:] if argv is None else argv
    facts = environment.describe(all_contenders(),
                                 " ".join(["python -m bench", *given]))
    print(environment.heading(facts), flush=True)
    session = Session(quick=options.quick, peers=not options.no_peers)
    sections = []
    for name in options.groups or GROUPS:
        print(f"\n== {name}: {load(name).__doc__.splitlines()[0]}", flush=True)
        for section in load(name).run(session):
            section.group = name
            sections.append(section)
            print(section, flush=True)
            if options.figures and section.figure:
                print(f"  figure: {figures.draw(section, options.figures)}")
    print(report.summary(sections))
    if options.json:
        report.write_json(options.json, facts, sections)
    return 0


if __name__ == "__main__":
    sys.exit(main())
