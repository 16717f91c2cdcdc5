"""numpy.fft itself, under the name that imports ask for."""

import sys

import numpy.fft

sys.modules[__name__] = numpy.fft
