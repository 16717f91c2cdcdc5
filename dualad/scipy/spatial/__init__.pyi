from scipy.spatial import *  # noqa: F403

from . import distance as distance
