from scipy.sparse.linalg import *  # noqa: F403
