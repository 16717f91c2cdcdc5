from scipy.stats import *  # noqa: F403
