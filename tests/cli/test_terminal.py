"""The command line in a terminal: width, colours, progress, interruption; and with streams that are closed or full."""

from __future__ import annotations

import functools
import io
import os
import signal
import subprocess
import sys
import time

import pytest

from dualad.cli import progress

RATE = ("--model", "Vm*conc/(K + conc)", "--y", "rate", "--start", "Vm=200, K=0.1", "--solver", "builtin")

posix = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals or POSIX shells there")


def in_terminal(*arguments, columns=80, environment=(), cwd=None, interrupt_at=None):
    """Run the command line in a pseudo-terminal; (exit code, text). Ctrl-C is pressed when `interrupt_at` is seen."""
    import fcntl
    import pty
    import struct
    import termios

    environment = {"TERM": "xterm", **dict(environment)}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    process = subprocess.Popen(
        [sys.executable, "-m", "dualad", *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**kept, **environment}, cwd=cwd, start_new_session=True)  # fmt: skip
    os.close(theirs)
    text, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        try:
            read = os.read(ours, 65536)
        except OSError:                      # the other end is closed
            break
        text += read
        if interrupt_at is not None and interrupt_at in text:
            os.kill(process.pid, signal.SIGINT)
            interrupt_at = None
        if not read:
            break
    os.close(ours)
    return process.wait(60), text.decode()


@posix
def test_width_and_colours(csv_file):
    file = csv_file()
    code, text = in_terminal("fit", file, *RATE, columns=100)
    assert code == 0 and "\x1b[1m" in text and "µs" in text
    code, narrow = in_terminal("fit", file, *RATE, columns=30, environment={"NO_COLOR": "1"})
    assert code == 0 and "\x1b" not in narrow
    whole = "212.684", "6.947", "0.7651", "× the"
    assert all(piece in narrow for piece in whole)
    words = {word for word in narrow.split() if len(word) > 20}          # one word has no blank to break at
    lines = [line for line in narrow.splitlines() if not any(word in line for word in words)]
    assert max(map(len, lines)) <= 30
    code, dumb = in_terminal("nothing", environment={"TERM": "dumb"})
    assert code == 2 and "\x1b" not in dumb
    assert "\x1b[32mok" in in_terminal("check")[1]
    assert "\x1b[1;31merror\x1b[0m: there is no command" in in_terminal("nothing")[1]


@posix
def test_help_follows_the_width():
    for columns in (40, 120):
        code, text = in_terminal("fit", "--help", columns=columns)
        assert code == 0
        prose = text[text.index("Fit a model"):text.index("positional arguments")]
        lines = prose.splitlines()
        assert max(map(len, lines)) <= columns and max(map(len, lines)) > columns - 20
        assert '    python -m dualad fit data.csv --model "Vm*conc/(K + conc)" --y rate \\' in text


@posix
def test_progress_and_interruption(csv_file, tmp_path):
    pytest.importorskip("tqdm")
    (tmp_path / "slow.py").write_text(
        "import time\n"
        "def rate(conc, Vm, K):\n"
        "    time.sleep(1.2)\n"
        "    return Vm * conc / (K + conc)\n"
    )
    arguments = ["fit", csv_file(), "--model", "slow:rate", *RATE[2:]]
    code, text = in_terminal(*arguments, cwd=tmp_path, interrupt_at=b"fitting: ")
    assert code == 130 and "Traceback" not in text and "interrupted" in text
    assert "fitting: " in text and "Jacobians" in text


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.isatty = lambda: terminal


@pytest.mark.parametrize(
    ("terminal", "term", "shown"), [(True, "xterm", True), (True, "dumb", False), (False, "xterm", False)])
def test_progress_is_for_terminals(monkeypatch, terminal, term, shown):
    tqdm = pytest.importorskip("tqdm")
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", Stream(terminal))
    monkeypatch.setattr(tqdm, "tqdm", functools.partial(tqdm.tqdm, mininterval=0))
    monkeypatch.setattr(progress, "DELAY", 0.0)
    with progress.counted("fitting", "Jacobians") as step:
        step()
        step()
    assert ("2 Jacobians" in sys.stderr.getvalue()) == shown
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with progress.counted("fitting", "Jacobians") as step:
        step()
    monkeypatch.setattr(sys, "stderr", None)
    with progress.counted("fitting", "Jacobians") as step:
        step()


@posix
@pytest.mark.parametrize(
    ("command", "code", "expected"),
    [
        ("info >&-", 1, "the standard output is closed"),
        ("nothing 2>&-", 2, ""),
        ("nothing >&- 2>&-", 1, ""),
        ("fit - --model a*x --y y --start a=1 <&-", 2, "the standard input is closed"),
        ("fit - --model a*x --y y --start a=1 </dev/null", 2, "standard input is empty"),
        ("check | true", 0, ""),
        ("--help | true", 0, ""),
        ("version 2>&- | cat", 0, "dualad "),
    ],
)
def test_streams(command, code, expected):
    done = subprocess.run(
        f'"{sys.executable}" -m dualad {command}', shell=True, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == code and "Traceback" not in done.stderr
    assert expected in done.stdout + done.stderr
    assert bool(done.stdout + done.stderr) == bool(expected)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_encodings(encoding, csv_file):
    file = csv_file(name="mesure_\u00e9t\u00e9_\u6e2c.csv")
    for arguments in (["fit", file, *RATE], ["fit", "\u6e2c.csv", *RATE]):
        done = subprocess.run(
            [sys.executable, "-m", "dualad", *map(str, arguments)], capture_output=True, check=False,
            env={**os.environ, "PYTHONIOENCODING": encoding})  # fmt: skip
        assert done.returncode == 2 * (arguments[1:2] == ["\u6e2c.csv"])
        assert "Traceback" not in done.stderr.decode(encoding)
        assert done.stdout.decode(encoding) or done.stderr.decode(encoding)
