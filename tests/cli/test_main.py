"""The command line as a user meets it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

import dualad
from dualad.cli import main

RATE = ("--model", "Vm*conc/(K + conc)", "--y", "rate", "--start", "Vm=200, K=0.1")


def test_demo(run):
    code, out, err = run()
    assert (code, err) == (0, "")
    for text in ("Puromycin", "Treloar (1974)", "212.684", "6.947", "0.064121", "10.93",
                 "Misra1a", "238.94212918", "Hubble", "423.94", "complex step",
                 "one exact Jacobian", "× the model"):  # fmt: skip
        assert text in out
    assert "\033" not in out and "nan" not in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("arguments", [("--json",), ("demo", "--json"), ("--json", "demo")])
def test_demo_for_machines(run, arguments):
    code, out, _ = run(*arguments)
    found = json.loads(out)
    assert code == 0 and found["dualad"] == dualad.__version__
    puromycin = found["fits"][0]
    assert puromycin["parameters"]["Vm"]["standard_error"] == pytest.approx(6.947, rel=1e-4)
    assert puromycin["jacobian"]["shape"] == [12, 2]
    assert puromycin["seconds"]["jacobian"] > 0


def test_info(run):
    code, out, err = run("info")
    assert (code, err) == (0, "")
    for name in ("dualad", "Python", "NumPy", "BLAS", "SciPy", "matplotlib", "platform", *dualad.build_info()):
        assert any(line.startswith(str(name)) for line in out.splitlines()), name
    assert json.loads(run("info", "--json")[1])["dualad"] == dualad.__version__


def test_fit_an_expression(run, csv_file):
    code, out, err = run("fit", csv_file(), *RATE)
    assert (code, err) == (0, "")
    assert "rate = Vm*conc/(K + conc)" in out and "212.684" in out and "0.7651" in out


def test_fit_a_function(run, csv_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "rates", None)
    del sys.modules["rates"]
    (tmp_path / "rates.py").write_text(
        "import numpy as np\n"
        "def rate(conc, Vm, K):\n"
        "    assert isinstance(conc, np.ndarray)\n"
        "    return Vm * conc / (K + conc)\n"
        "class Models:\n"
        "    rate = staticmethod(rate)\n"
    )
    file = csv_file()
    for spec in ("rates:rate", "rates:Models.rate"):
        code, out, err = run(
            "fit", file, "--model", spec, "--y", "rate", "--start", "Vm=200,K=0.1", "--json"
        )
        assert (code, err) == (0, "")
        estimate = json.loads(out)["fits"][0]["parameters"]["K"]["estimate"]
        assert estimate == pytest.approx(0.06412, rel=1e-4)


def test_functions_refused(refused, csv_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "wrong.py").write_text(
        "import math\n"
        "number = 3\n"
        "def fails(conc, Vm, K):\n"
        "    raise KeyError('Vm')\n"
        "def scalar(conc, Vm, K):\n"
        "    return conc * math.exp(Vm) + K\n"
    )
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "quits.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "needs.py").write_text("import not_installed_anywhere\n")
    file = csv_file()

    def message(spec, *more, start="Vm=2,K=0.1"):
        return refused("fit", file, "--model", spec, "--y", "rate", "--start", start, *more)

    assert message("wrong:fails") == "the model raised KeyError: 'Vm' (line 4 of wrong.py)"
    assert "with dual numbers it raised" in message("wrong:scalar")
    assert "line 6 of wrong.py" in message("wrong:scalar")
    assert message("wrong:number") == "wrong:number is not a function, but of type int"
    assert message("wrong:nothing") == "module wrong has no 'nothing'"
    assert message("nowhere.at:all") == "there is no module named nowhere"
    assert "importing broken raised SyntaxError" in message("broken:f")
    assert message("quits:f") == "importing quits raised SystemExit: 3"
    assert "importing needs raised ModuleNotFoundError" in message("needs:f")
    assert "neither an expression nor package.module:function" in message("a b:c")
    assert "cannot be called with (conc, Vm)" in message("wrong:fails", start="Vm=1")
    assert "but is given 'K' there" in message("wrong:fails", start="K=1,Vm=1")
    assert "has no column 'x'" in message("wrong:fails", "--x", "x")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nothing"], "there is no command 'nothing': the commands are demo, likelihood, fit, check, info, version"),
        (["ift"], "there is no command 'ift': did you mean fit? (see python -m dualad --help)"),
        (["--json", "chek"], "did you mean check?"),
        (["--verson"], "there is no option --verson: did you mean --version?"),
        (["fit", "--modle=a"], "there is no option --modle: did you mean --model? (see python -m dualad fit --help)"),
        (["info", "--jsno"], "did you mean --json? (see python -m dualad info --help)"),
        (["fit", "CSV", *RATE, "--delimiter", "dot"], "invalid choice: 'dot'"),
        (["fit", "CSV", *RATE, "more"], "unrecognized arguments: more"),
        (["--nothing"], "unrecognized arguments: --nothing"),
        (["fit"], "are required: file, --model, --y, --start"),
        (["fit", "CSV", "--model", "a*conc", "--y", "rate"], "are required: --start"),
        (["fit", "missing.csv", *RATE], "cannot read missing.csv: No such file"),
        (["fit", "CSV", *RATE[:4], "--start", "Vm=1"], "'K': unknown name; columns: conc, rate"),
        (["fit", "CSV", *RATE, "--start", "c=1"], "parameter 'c' does not occur"),
        (["fit", "CSV", *RATE, "--start", "K=1"], "gives 'K' twice"),
        (["fit", "CSV", *RATE, "--start", "conc=1"], "a column of CSV and a parameter too"),
        (["fit", "CSV", *RATE, "--start", "c"], "write NAME=VALUE"),
        (["fit", "CSV", *RATE, "--start", "c=x"], "'x' is not a number"),
        (["fit", "CSV", *RATE, "--start", "c=nan"], "is not finite"),
        (["fit", "CSV", *RATE, "--start", "if=1"], "write NAME=VALUE"),
        (["fit", "CSV", *RATE, "--x", "conc"], "--x goes with module:function"),
        (["fit", "CSV", *RATE, "--absolute-sigma"], "--sigma, which is missing"),
        (["fit", "CSV", *RATE, "--sigma", "s"], "has no column 's'"),
        (["fit", "CSV", *RATE, "--rename", "conc"], "write OLD=NEW"),
        (["fit", "CSV", *RATE, "--rename", "conc=a b"], "write OLD=NEW"),
        (["fit", "CSV", *RATE, "--delimiter", "semicolon"], "has no column 'rate'"),
        (["fit", "CSV", "--model", "a*rate", "--y", "rate", "--start", "a=1"], "cannot stand"),
        (["fit", "CSV", "--model", "a*b*conc", "--y", "rate", "--start", "a=1,b=1"],
         "cannot tell apart a, b"),
        (["fit", "CSV", "--model", "a/(conc-b)", "--y", "rate", "--start", "a=1,b=0.06"],
         "the model is inf in line 4 at the start values a=1, b=0.06"),
    ],
)  # fmt: skip
def test_refused(refused, csv_file, arguments, expected):
    file = str(csv_file())
    message = refused(*(file if argument == "CSV" else argument for argument in arguments))
    assert expected in message.replace(file, "CSV")


def test_nothing_in_a_message_moves_the_terminal(refused, csv_file):
    file = csv_file("a,b\n1,\x1b[2J\n")
    arguments = ("--model", "a*c", "--y", "b", "--start", "c=1")
    assert "'\\x1b[2J' is not a number" in refused("fit", file, *arguments)


def test_no_minimum_is_another_exit_code(refused, csv_file):
    file = csv_file("x,y\n1,-1\n2,-2\n3,-1\n")
    model = ("--model", "x*exp(a)", "--y", "y", "--start", "a=0")
    assert "no minimum was reached" in refused("fit", file, *model, code=1)


def test_columns_with_units_and_standard_deviations(run, csv_file):
    file = csv_file("time (s);N;err\n0;100;10\n1;61;8\n2;36;6\n3;23;5\n")
    code, out, _ = run(
        "fit", file, "--rename", "time (s)=t", "--sigma", "err", "--absolute-sigma",
        "--model", "N0*exp(-t/tau)", "--y", "N", "--start", "N0=90", "--start", "tau=1",
    )  # fmt: skip
    assert code == 0 and "residual std. dev. / sigma" in out


@pytest.mark.parametrize("command", [[], ["fit"], ["info"], ["demo"], ["check"], ["likelihood"], ["version"]])
def test_help(capsys, command):
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    out, err = capsys.readouterr()
    assert (caught.value.code, err) == (0, "") and "usage: python -m dualad" in out
    assert "exit code" in out and "examples:\n\n    python -m dualad" in out
    assert max(map(len, out.splitlines())) <= 80


def test_version(run, capsys):
    assert run("version") == (0, f"dualad {dualad.__version__}\n", "")
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"dualad {dualad.__version__}\n")


class Terminal(io.TextIOWrapper):
    """A terminal that knows one encoding."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self):
        return True

    def text(self):
        return self.buffer.getvalue().decode(self.encoding)


def test_colours_and_ascii(monkeypatch, csv_file):
    file = csv_file(name="mesure_\u00e9t\u00e9.csv")
    for name in ("NO_COLOR", "TERM", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WT_SESSION", "1")

    def printed(encoding="utf-8"):
        monkeypatch.setattr(sys, "stdout", Terminal(encoding))
        assert main(["fit", str(file), *RATE]) == 0
        return sys.stdout.text()

    assert "\033[1m" in printed()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in printed()
    assert "×" in printed() and "\u00e9" in printed()
    out = printed("ascii")
    assert "x the model" in out and " us" in out and "\\xe9" in out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\033" not in printed()


def test_the_process(tmp_path):
    def process(*arguments, **options):
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
        )

    done = process("-m", "dualad", "fit", "missing.csv", *RATE, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    code = "import sys, dualad; sys.exit('scipy' in sys.modules or 'dualad.cli' in sys.modules)"
    assert process("-c", code).returncode == 0


def _into(out):
    command = [sys.executable, "-m", "dualad", "info"]
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes break differently there")
def test_a_reader_that_has_gone():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        assert _into(out) == (1, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_a_full_disk():
    with open("/dev/full", "w") as out:
        assert _into(out) == (1, "python -m dualad: error: cannot write: No space left on device\n")
