"""Arrays that lie in memory as few do."""

import numpy as np


def swapped(x):
    """In the other byte order."""
    return x.astype(x.dtype.newbyteorder())


def unaligned(x):
    """At an odd address."""
    moved = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype)
    moved[...] = x
    return moved


def backwards(x):
    """With a negative stride."""
    return x[::-1]


def every_other(x):
    """With room between the elements."""
    return np.stack([x, x], -1)[..., 1]
