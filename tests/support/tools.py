"""Whether a sanitizer or valgrind looks on (noxfile.py), under which all takes longer."""

import os

WATCHED = any(library in os.environ.get("LD_PRELOAD", "") for library in ("libasan", "vgpreload"))
SLOWER = 10 if WATCHED else 1
