"""Results that no machine can hold are refused before the work, not when memory is gone."""

import os

FORWARD = ("Take jvp(f, (x,), (v,)) for products with it, or for the gradient of one number reverse mode (JAX, "
           "PyTorch, autograd)")
SECOND = ("Take hvp or hessp for products with it, laplacian for its trace, or a smaller part of the arguments; "
          "a sparse one with pattern= also comes back as a whole array")

#: Fewer bytes are not looked at: NumPy finds out.
SMALL = 1 << 28


def check_room(size, what, remedy):
    """MemoryError where so many bytes are more than the machine has."""
    if size > SMALL and size > _memory():
        raise MemoryError(f"{what} would take {_text(size)}, of the {_text(_memory())} that there are. {remedy}")


def check_lifted(directions, total, order, remedy):
    """The same for arguments with `total` elements as dual numbers."""
    lanes = 1 + directions + (directions * (directions + 1) // 2 if order == 2 else 0)
    check_room(8 * lanes * total, f"{total} dual numbers with {directions} directions each", remedy)


def _memory():
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 1 << 40                           # of systems that do not say it


def _text(size):
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if size < 1000 or unit == "PB":
            return f"{size:.3g} {unit}"
        size /= 1000
