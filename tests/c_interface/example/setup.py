"""A package that uses dualad from C and from Cython."""

import sys

import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup

import dualad

include = [dualad.get_include(), numpy.get_include()]
options = {"include_dirs": include, "define_macros": [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"),
                                                      ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION")]}
if sys.platform != "win32":
    options["extra_compile_args"] = ["-Wall", "-Wextra", "-Wno-cast-function-type"]
extensions = [Extension("from_c", ["from_c.c"], **options),
              Extension("from_cython", ["from_cython.pyx"], **options)]
setup(name="dualad-example", ext_modules=cythonize(extensions, language_level=3))
