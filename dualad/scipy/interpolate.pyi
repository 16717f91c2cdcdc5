from scipy.interpolate import *  # noqa: F403
