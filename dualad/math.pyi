from math import *  # noqa: F403
