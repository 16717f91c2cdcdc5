"""What cannot take dual numbers yet, and says so."""

import numpy as np

from .registry import refuse


def _functions(module, names):
    return [getattr(module, name) for name in names.split() if hasattr(module, name)]


refuse(*_functions(np, "save savez savez_compressed savetxt"),
       because="the partials would be lost in the file",
       instead="Use dualad.save and dualad.load, or write dualad.value(x)")
