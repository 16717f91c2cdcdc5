from scipy.optimize import *  # noqa: F403
