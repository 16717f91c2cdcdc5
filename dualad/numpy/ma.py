"""numpy.ma itself, under the name that imports ask for."""

import sys

import numpy.ma

sys.modules[__name__] = numpy.ma
