from scipy.sparse import *  # noqa: F403

from . import linalg as linalg
