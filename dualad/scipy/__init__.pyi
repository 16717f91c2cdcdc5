from typing import Any

from . import integrate as integrate
from . import interpolate as interpolate
from . import linalg as linalg
from . import optimize as optimize
from . import stats as stats

def __getattr__(name: str) -> Any: ...
