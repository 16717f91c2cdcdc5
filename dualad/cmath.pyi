from cmath import *  # noqa: F403
