from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from types import ModuleType, TracebackType
from typing import IO, Any, Literal, NamedTuple, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._core import ComplexDual as ComplexDual
from ._core import ComplexHyperDual as ComplexHyperDual
from ._core import Dual as Dual
from ._core import DualArray as DualArray
from ._core import HyperDual as HyperDual
from ._core import dual_dtype as dual_dtype
from ._core import partials as partials
from ._core import second as second
from ._core import seed as seed
from ._core import value as value

__version__: str

_Plain: TypeAlias = np.float64 | NDArray[np.float64]
_Gradient: TypeAlias = Any        # np.float64 or an array; a tuple of them for a tuple of argnums
_Argnums: TypeAlias = int | Sequence[int]
_Function: TypeAlias = Callable[..., Any]
_Engine: TypeAlias = Callable[[Callable[[int], Any], list[int]], Iterable[Any]]
_Rule: TypeAlias = Callable[[tuple[Any, ...], tuple[Any, ...]], tuple[Any, Any]]
_Code = TypeVar("_Code", bound=Callable[..., Any])
_HessianEngine: TypeAlias = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]

class _Adoption:
    target: Any
    def undo(self) -> None: ...
    def __enter__(self) -> _Adoption: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

@overload
def adopt(target: ModuleType | str) -> _Adoption: ...
@overload
def adopt(target: _Code) -> _Code: ...
def adopting(target: Any) -> _Adoption: ...
def build_info() -> dict[str, Any]: ...
def get_include() -> str: ...
def derivative(f: _Function, argnum: int = 0) -> Callable[..., Any]: ...
@overload
def grad(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: Literal[False] = False,
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., _Gradient]: ...
@overload
def grad(
    f: _Function,
    argnums: _Argnums = 0,
    *,
    has_aux: Literal[True],
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., tuple[_Gradient, Any]]: ...
def value_and_grad(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., tuple[Any, _Gradient]]: ...
@overload
def jacobian(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: Literal[False] = False,
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., _Gradient]: ...
@overload
def jacobian(
    f: _Function,
    argnums: _Argnums = 0,
    *,
    has_aux: Literal[True],
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., tuple[_Gradient, Any]]: ...

jacfwd = jacobian

def value_and_jacobian(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    map: _Engine | None = None,
    progress: bool = False,
) -> Callable[..., tuple[Any, _Gradient]]: ...
@overload
def jvp(
    f: _Function, primals: Sequence[ArrayLike], tangents: Sequence[ArrayLike], has_aux: Literal[False] = False
) -> tuple[_Plain, _Plain]: ...
@overload
def jvp(
    f: _Function, primals: Sequence[ArrayLike], tangents: Sequence[ArrayLike], has_aux: Literal[True]
) -> tuple[_Plain, _Plain, Any]: ...
def hessian(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    map: _HessianEngine | None = None,
    pattern: Any = None,
) -> Callable[..., Any]: ...
def value_grad_and_hessian(
    f: _Function,
    argnums: _Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    map: _HessianEngine | None = None,
) -> Callable[..., tuple[Any, _Gradient, Any]]: ...
def second_derivative(f: _Function, argnum: int = 0) -> Callable[..., Any]: ...
def laplacian(
    f: _Function, argnum: int = 0, chunk_size: int | None = None, map: _HessianEngine | None = None
) -> Callable[..., Any]: ...
def hvp(f: _Function, primals: Sequence[ArrayLike], tangents: Sequence[ArrayLike]) -> Any: ...
def hessp(f: _Function) -> Callable[..., Any]: ...
def check_grads(
    f: _Function,
    args: Sequence[ArrayLike],
    order: Literal[1, 2] = 2,
    rtol: float | None = None,
    atol: float | None = None,
) -> None: ...

class _CustomJVP(Protocol):
    def __call__(self, /, *args: Any, **kwargs: Any) -> Any: ...
    def defjvp(self, rule: _Rule) -> _Rule: ...

def custom_jvp(f: _Function) -> _CustomJVP: ...
def curve_fit_jac(f: _Function) -> Callable[..., NDArray[np.float64]]: ...
def memoized(
    f: _Function, chunk_size: int | None = None, map: _Engine | None = None
) -> tuple[Callable[..., Any], Callable[..., Any]]: ...

class _Propagated(NamedTuple):
    value: Any
    cov: Any
    @property
    def std(self) -> Any: ...

def propagate(
    f: _Function,
    x: ArrayLike,
    cov: ArrayLike | None = None,
    std: ArrayLike | None = None,
    args: Sequence[Any] = (),
    order: Literal[1, 2] = 1,
) -> _Propagated: ...
def save(file: str | PathLike[str] | IO[bytes], x: Any) -> None: ...
def load(file: str | PathLike[str] | IO[bytes]) -> Any: ...
