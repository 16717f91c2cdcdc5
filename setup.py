"""The compiled core; everything else is in pyproject.toml."""

import glob
import os
import sys

import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup

if sys.platform == "win32":
    flags = ["/O2", "/std:c11", "/fp:precise"]
else:
    # No contraction to fused multiply-add: values have the bits of the float program.
    flags = ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden", "-g0"]
flags += os.environ.get("DUALAD_CFLAGS", "").split()      # sanitizers, coverage: noxfile.py

core = Extension(
    "dualad._core",
    sources=["src/_core.pyx", *sorted(glob.glob("src/*/*.c"))],
    depends=[path for pattern in ("src/*.pxi", "src/*/*.h", "src/*/*.def", "dualad/include/*.h")
             for path in glob.glob(pattern)],
    include_dirs=["src", numpy.get_include()],
    define_macros=[
        ("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"),
        ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION"),
        ("DUALAD_BUILT_AGAINST", f'"{numpy.__version__}"'),
    ],
    extra_compile_args=flags,
)

# A coverage report then shows lines of the Cython files, not of the C that is made of them.
of_lines = "--coverage" in flags
setup(ext_modules=cythonize([core], compiler_directives={"language_level": 3}, emit_linenums=of_lines, force=of_lines))
