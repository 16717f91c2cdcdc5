"""numpy.polynomial itself, under the name that imports ask for."""

import sys

import numpy.polynomial

sys.modules[__name__] = numpy.polynomial
