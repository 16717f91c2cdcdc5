"""numpy.linalg itself, under the name that imports ask for."""

import sys

import numpy.linalg

sys.modules[__name__] = numpy.linalg
