"""Results of which a part has no derivative.

``w, u = np.linalg.eigh(a)`` gives eigenvalues, which have derivatives, together with eigenvectors,
which have none where eigenvalues coincide. Which of them the program goes on with is not known yet,
so the eigenvectors become an `Undefined`: those that have a derivative can be taken out, and any
other use raises `numpy.linalg.LinAlgError`.
"""

import numpy as np

AS_IS = object()        # as a tangent: this part of the result is no real number


class Partly:
    """Tangents, or second derivatives, that are right except where `undefined` says so.

    Parameters
    ----------
    lanes : numpy.ndarray, DualArray or None
        What a rule's jvp returns otherwise.
    undefined : numpy.ndarray of bool
        Broadcasts against the result (without the axis of lanes).
    reason : str
    """

    def __init__(self, lanes, undefined, reason):
        self.lanes = lanes
        self.undefined = undefined
        self.reason = reason


class Undefined:
    """An array of dual numbers some of whose elements have no derivative.

    Parameters
    ----------
    array : DualArray
    undefined : numpy.ndarray of bool
        Broadcasts against the array.
    reason : str
        The error's message.
    """

    def __init__(self, array, undefined, reason):
        self._array = array
        self._undefined = np.broadcast_to(undefined, np.shape(array))
        self._reason = reason

    def __getitem__(self, index):
        part, undefined = self._array[index], self._undefined[index]
        return Undefined(part, undefined, self._reason) if np.any(undefined) else part

    def __len__(self):
        return len(self._array)

    def __repr__(self):
        return f"<no derivative: {self._reason}>"

    shape = property(lambda self: self._array.shape)
    ndim = property(lambda self: self._array.ndim)
    T = property(lambda self: Undefined(self._array.T, self._undefined.T, self._reason))
    mT = property(lambda self: Undefined(self._array.mT, self._undefined.mT, self._reason))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    def _refuse(self, *args, **kwargs):
        raise np.linalg.LinAlgError(self._reason)

    __hash__ = None


for _name in ("add sub mul truediv floordiv mod divmod pow matmul radd rsub rmul rtruediv rfloordiv rmod rdivmod "
              "rpow rmatmul iadd isub imul itruediv ifloordiv imod ipow imatmul neg pos abs lt le eq ne gt ge bool "
              "float int complex index contains iter setitem array_ufunc array_function array").split():
    setattr(Undefined, f"__{_name}__", Undefined._refuse)


def opened(x):
    """For rules: the array, and where it is undefined."""
    return (x._array, x._undefined) if isinstance(x, Undefined) else (x, np.zeros(x.shape, bool))
