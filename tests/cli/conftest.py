"""Helpers of the command line's tests."""

from __future__ import annotations

import pytest

from dualad.cli import main

PUROMYCIN_CSV = """\
conc,rate
0.02,76
0.02,47
0.06,97
0.06,107
0.11,123
0.11,139
0.22,159
0.22,152
0.56,191
0.56,201
1.10,207
1.10,200
"""


@pytest.fixture
def run(capsys):
    """Run the command line; give back its code, output and errors."""

    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def refused(run):
    """Run the command line, which must refuse in one line; give back the line."""

    def call(*arguments, code=2):
        found, out, err = run(*arguments)
        assert (found, out) == (code, ""), (found, out, err)
        assert err.count("\n") == 1 and err.startswith("python -m dualad: error: "), err
        return err.strip().removeprefix("python -m dualad: error: ")

    return call


@pytest.fixture
def csv_file(tmp_path):
    """Write a file, text or bytes; give back its path."""

    def write(content=PUROMYCIN_CSV, name="data.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    return write
