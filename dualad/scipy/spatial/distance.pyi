from scipy.spatial.distance import *  # noqa: F403
