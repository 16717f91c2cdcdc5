"""numpy.random itself, under the name that imports ask for."""

import sys

import numpy.random

sys.modules[__name__] = numpy.random
