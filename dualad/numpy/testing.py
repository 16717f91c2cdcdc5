"""numpy.testing itself, under the name that imports ask for."""

import sys

import numpy.testing

sys.modules[__name__] = numpy.testing
