"""Run the command line: ``python -m dualad``."""

from dualad.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
