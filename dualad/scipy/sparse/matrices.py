"""Sparse matrices that are multiplied with dual vectors: SciPy's classes, whose products take lanes too."""

import functools

import numpy as np
from scipy import sparse

from ..duals import as_numbers, dtype_in, lanes_in, plain_or_refused, stripped, with_lanes

CLASSES = tuple([f"{form}_{kind}" for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
                 for kind in ("array", "matrix")])
MAKERS = ("block_array", "block_diag", "bmat", "diags", "diags_array", "eye", "eye_array", "hstack", "identity", "kron",
          "kronsum", "spdiags", "tril", "triu", "vstack")


class _Products:
    """A sparse matrix of plain numbers; A @ x and x @ A, and A * x of matrices, with dual x."""

    def __init__(self, *args, **kwargs):
        super().__init__(*plain_or_refused(args, (
            "a sparse matrix holds plain numbers only: multiply by dual numbers afterwards, x * (A @ y), or use a "
            "dense matrix")), **kwargs)

    def _matmul_dispatch(self, other):
        dtype = dtype_in(other)
        if dtype is None:
            return super()._matmul_dispatch(other)
        other = as_numbers(other)
        if other.ndim == 0:
            raise TypeError("a sparse matrix holds plain numbers only, so it cannot be multiplied by a dual number: "
                            "write x * (A @ y), or use a dense matrix")
        found = super()._matmul_dispatch(stripped(other))
        columns = np.moveaxis(lanes_in(dtype, other), 0, -1)
        lanes = super()._matmul_dispatch(columns.reshape(len(columns), -1))
        return with_lanes(dtype, found, np.moveaxis(lanes.reshape(*np.shape(found), columns.shape[-1]), -1, 0))


def _container(form):
    """The class of results in this form, which SciPy asks a matrix for."""
    name = f"_{form}_container"
    return property(lambda self: OWN[getattr(super(_Products, self), name)])


for _form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil"):
    setattr(_Products, f"_{_form}_container", _container(_form))

OWN = {}                    # SciPy's class -> ours
for _name in CLASSES:
    _theirs = getattr(sparse, _name)
    OWN[_theirs] = type(_name, (_Products, _theirs), {
        "__doc__": f"scipy.sparse.{_name}, of plain numbers, to be multiplied with dual ones.", "__module__": __name__})
globals().update({ours.__name__: ours for ours in OWN.values()})         # pickles find them here


def own(matrix):
    """SciPy's sparse matrix as one of ours."""
    return OWN[type(matrix)](matrix) if type(matrix) in OWN else matrix


def _maker(name):
    scipys = getattr(sparse, name)

    @functools.wraps(scipys)
    def make(*args, **kwargs):
        args, kwargs = plain_or_refused(
            (args, kwargs), f"sparse.{name}: a sparse matrix holds plain numbers only; use a dense one for dual ones")
        return own(scipys(*args, **kwargs))
    return make


made = {name: _maker(name) for name in MAKERS}
