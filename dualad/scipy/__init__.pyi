from typing import Any

from . import integrate as integrate
from . import linalg as linalg
from . import optimize as optimize

def __getattr__(name: str) -> Any: ...
