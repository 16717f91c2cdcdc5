from typing import Any

from . import linalg as linalg
from . import optimize as optimize

def __getattr__(name: str) -> Any: ...
