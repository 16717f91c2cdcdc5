from typing import Any

from . import integrate as integrate
from . import interpolate as interpolate
from . import linalg as linalg
from . import optimize as optimize

def __getattr__(name: str) -> Any: ...
