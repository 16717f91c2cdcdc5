"""The extension runs on the oldest x86-64: newer instructions stand only in functions that are chosen at import."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest

from dualad import _core

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="objdump and qemu of Linux on x86-64"
)

#: Chosen in src/loops/trig.c by what the processor says that it has.
CHOSEN_AT_IMPORT = {"block_avx2", "block_avx512"}

#: AVX and later (v..., %ymm, %zmm, masks), SSE3, SSSE3, SSE4, POPCNT, BMI.  (tzcnt is bsf on old processors.)
NEWER = re.compile(
    r"\t(?:v[a-z]\w+|k(?:mov|or|and|not|xor|test|shift)\w+|addsubp[sd]|h(?:add|sub)p[sd]|movddup|movs[hl]dup|lddqu"
    r"|pshufb|palignr|ph(?:add|sub)\w+|pmaddubsw|pmulhrsw|psign\w|pabs\w|round[sp][sd]|blend\w+|pblend\w+|pextr[bdq]"
    r"|extractps|pinsr[bdq]|insertps|ptest|pmulld|pmuldq|pm(?:in|ax)(?:s[bd]|u[wd])|pmov[sz]x\w+|packusdw|dpp[sd]|mpsadbw"
    r"|phminposuw|pcmpeqq|pcmpgtq|pcmp[ei]str\w|crc32\w*|popcnt|andn|bextr|bls\w+|shlx|shrx|sarx|rorx|mulx|pdep|pext"
    r"|bzhi|lzcnt|movbe)\s|%[yz]mm"
)


def objdump(*options):
    tool = shutil.which("objdump") or pytest.skip("needs objdump (binutils)")
    return subprocess.run([tool, *options, _core.__file__], capture_output=True, text=True, check=True).stdout


def test_newer_instructions_are_chosen_at_import():
    found, function, functions = Counter(), "", 0
    for line in objdump("-d", "--no-show-raw-insn").splitlines():
        if line.endswith(">:"):
            function, functions = line.split("<")[1][:-2].split(".")[0], functions + 1
        elif NEWER.search(line):
            found[function] += 1
    if functions < 100:
        pytest.skip("the extension has been stripped of its functions' names")
    assert set(found) - CHOSEN_AT_IMPORT == set(), found
    assert set(found) == CHOSEN_AT_IMPORT, "the test does not see what it looks for"


def test_no_function_is_resolved_by_the_loader():
    assert not re.search(r"^[0-9a-f]+ .{4}i", objdump("-t"), re.MULTILINE)      # musl has no ifunc


CODE = """
import numpy as np, dualad
assert dualad.build_info()["simd_of_sin_and_cos"] == "baseline"
x = np.linspace(0.1, 2.0, 50)
J = dualad.jacobian(lambda x: np.sin(x) * np.exp(-x) + np.tanh(x) ** 2)(x)
expected = (np.cos(x) - np.sin(x)) * np.exp(-x) + 2 * np.tanh(x) / np.cosh(x) ** 2
np.testing.assert_allclose(J, np.diag(expected), rtol=1e-14, atol=1e-15)
H = dualad.hessian(lambda x: (x**3).sum() + x[0] * x[1])(x[:3])
np.testing.assert_allclose(H, np.diag(6 * x[:3]) + np.eye(3)[[1, 0, 2]] * [1, 1, 0], rtol=1e-15)
A = np.eye(3) + 0.1
np.testing.assert_allclose(dualad.jacobian(lambda b: np.linalg.solve(A, b))(np.ones(3)), np.linalg.inv(A), atol=1e-15)
np.testing.assert_allclose(dualad.jacobian(lambda b: A @ b)(np.ones(3)), A)
"""


@pytest.mark.slow
def test_runs_on_an_old_processor():
    qemu = shutil.which("qemu-x86_64") or pytest.skip("needs qemu-x86_64 (Debian: qemu-user)")
    environment = {**os.environ, "OPENBLAS_CORETYPE": "Prescott"}       # OpenBLAS asks the real processor

    def run(processor, code):
        return subprocess.run([qemu, "-cpu", processor, sys.executable, "-c", code], env=environment, timeout=300,
                              capture_output=True, text=True, check=False)

    for processor in ("qemu64", "Nehalem"):                             # x86-64-v1, -v2: neither has AVX
        if run(processor, "import numpy").returncode == 0:
            done = run(processor, CODE)
            assert done.returncode == 0, done.stderr
            return
    pytest.skip("this NumPy itself needs a newer processor")
