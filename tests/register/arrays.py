"""numpy: making arrays, shapes, selecting, sorting, sets."""

import numpy as np

from .rows import KEYS, UP, M, P, S, T, Table, V, W, alone, in_place

PADS = ("constant edge linear_ramp maximum mean median minimum reflect symmetric wrap").split()
FIRST = np.array([[0], [1], [2]])

TABLE = Table(
    "numpy", "Arrays: making, shaping, selecting, sorting",
    rule=[
        ("sort_complex", alone, V),
        ("clip", lambda f, x: [f(x, -0.5, 0.5), f(x, None, x[0]), f(x, W, None)], V, "1 in the closed interval"),
        ("concatenate concat", lambda f, x: f([x, W, 2 * x]), V),
        ("concatenate", lambda f, x: f([x, M], axis=1), M),
        ("where", lambda f, x: f(x > 0, x**2, 3.0), V),
        ("nan_to_num", lambda f, x: [f(x), f(np.where(V > 0, x, np.nan), nan=2.0)], V, "what is replaced is constant"),
        ("linspace", lambda f, x: [f(x, 2.0, 5), f(x[0], x[1], 5, endpoint=False), f(1.0, x, 4, axis=1),
                                   *f(x[0], x[2], 4, retstep=True)], V),
        ("geomspace logspace", lambda f, x: [f(x[0] + 2, x[2] + 1, 5), f(x + 3, 8.0, 4), f(0.5, x[0] + 2, 4)], V),
        ("logspace", lambda f, x: f(0.0, 2.0, 4, base=x[2]), V),
        ("array_repr array_str array2string", None, None, "values, then partials"),
        ("common_type result_type", None, None, "dual and real numbers give dual ones"),
    ],
    own=[
        ("astype", lambda f, x: f(x, float) * x, V, "to `float` keeps the duals; to other real types it raises"),
        ("pad", lambda f, x: [f(x, 2, mode=mode) for mode in PADS], M),
        ("pad", lambda f, x: [f(x, [(1, 2), (0, 3)], mode="constant", constant_values=x[0, 0]),
                              f(x, 5, mode="reflect", reflect_type="odd"), f(x, 2, mode="mean", stat_length=2),
                              f(x, 3, mode="linear_ramp", end_values=x[1, 1])], M),
        ("copy ravel squeeze flip diagflat atleast_1d atleast_2d atleast_3d asanyarray sort "
         "matrix_transpose permute_dims transpose fliplr flipud rot90 triu tril diagonal diag unstack", alone, S),
        ("zeros_like ones_like empty_like", lambda f, x: in_place(np.copyto, f(x), x * x), V),
        ("full_like", lambda f, x: f(x, x[1]), V),
        ("diag vander", lambda f, x: [f(x), f(x, 4)], V),
        ("meshgrid", lambda f, x: [f(x, W), f(x, W, x, indexing="ij", sparse=True)], V),
        ("broadcast_to", lambda f, x: f(x, (3, 7)), V),
        ("broadcast_arrays", lambda f, x: f(x, np.zeros((2, 7))), V),
        ("expand_dims", lambda f, x: f(x, (0, 2)), V),
        ("reshape", lambda f, x: [f(x, (4, 3)), f(x, -1, order="F")], M),
        ("resize", lambda f, x: f(x, (3, 4)), V),
        ("moveaxis swapaxes rollaxis", lambda f, x: f(x, 2, 0), T),
        ("vstack hstack dstack column_stack stack block", lambda f, x: f([x, W, 2 * x]), V),
        ("row_stack", lambda f, x: f([x, W]), V),
        ("stack", lambda f, x: f([x, M], axis=1), M),
        ("block", lambda f, x: f([[x, W], [W, x * x]]), V),
        ("append", lambda f, x: [f(x, 3.0), f(W, x[:2])], V),
        ("insert", lambda f, x: [f(x, 2, 5.0), f(x, [1, 3], x[:2]), f(x, slice(0, 2), x[4])], V),
        ("delete", lambda f, x: [f(x, [1, 3]), f(x, 2), f(x, slice(0, 4, 2))], V),
        ("split array_split hsplit", lambda f, x: f(x, [2, 4]), V),
        ("vsplit", lambda f, x: f(x, 2), S),
        ("dsplit", lambda f, x: f(x, 2), T),
        ("tile repeat", lambda f, x: [f(x, 2), f(x[:2], 3)], V),
        ("repeat", lambda f, x: f(x, [1, 2, 0, 1], axis=1), M),
        ("roll", lambda f, x: [f(x, 2), f(x, (1, -1), axis=(0, 1))], M),
        ("trim_zeros", lambda f, x: f(np.concatenate(([0.0], x, [0.0, 0.0]))), V),
        ("select", lambda f, x: f([x > 1, x < 0], [x, x**2], 3.0 * x), V),
        ("choose", lambda f, x: f([0, 1, 0, 1, 1, 0, 0], [x, W]), V),
        ("take", lambda f, x: [f(x, [3, 3, 0]), f(x, [9], mode="wrap"), f(x, [7], mode="clip")], V),
        ("take_along_axis", lambda f, x: f(x, np.argsort(x, axis=1), 1), M),
        ("compress extract", lambda f, x: f(V > 0, x), V),
        ("place", lambda f, x: in_place(f, x, V > 0, x[:2]), V),
        ("putmask", lambda f, x: in_place(f, x, V > 0, x**2), V),
        ("put", lambda f, x: in_place(f, x, [0, 2], x[3:5]), V),
        ("copyto", lambda f, x: in_place(f, x, W * x, where=V > 0), V),
        ("put_along_axis", lambda f, x: in_place(f, x, FIRST, x[:, 3:], 1), M),
        ("fill_diagonal", lambda f, x: in_place(f, x, x[0, 1]), S),
        ("partition", lambda f, x: f(x, 3), V),
        ("unique union1d", lambda f, x: f(x, *[W] * (f.__name__ == "union1d")), V),
        ("unique", lambda f, x: f(np.r_[x, x], return_index=True, return_inverse=True, return_counts=True), V),
        ("unique_all unique_counts unique_inverse unique_values", alone, V),
        ("intersect1d setxor1d setdiff1d", lambda f, x: f(x, np.r_[x[:3], W]), V),
        ("real_if_close real", alone, V),
        ("imag angle", lambda f, x: x + f(x), V),
        ("round around", lambda f, x: [f(x), f(x, 1)], V + 0.02, "derivative 0"),
        ("fix", lambda f, x: x + f(x), V, "derivative 0"),
        ("nditer", lambda f, x: np.stack([t * t for t in f(x)]), V),
        ("ndenumerate", lambda f, x: np.stack([i[0] * t for i, t in f(x)]), V),
        ("broadcast", lambda f, x: np.stack([a * b for a, b in f(x, W)]), V),
        ("r_ c_", lambda f, x: [f[x, W], f[x[:3], x[3:6]]], V),
        ("r_", lambda f, x: f[x, 1.0, x[0], 2:4], V),
        ("mgrid", lambda f, x: f[x[0] : x[2] : 4j], V),
        ("ix_", lambda f, x: f(x, [0, 1]), V),
        ("require", lambda f, x: f(x, requirements="C") * x, V),
        ("ndarray", lambda f, x: [
            x.copy().flatten().reshape(1, 7).squeeze().take([1, 2]).repeat(2), x.ravel(), x.T, x.sum() * x.min(),
            x.mean() + x.std() + x.var() + x.max() + x.cumsum()[-1] + x.prod(), x.cumprod(), x.clip(0, 1), x.round(1),
            x.compress(V > 0), x.astype(float), x.conj(), x.real, x.swapaxes(0, 0), x.dot(x), x[x > 0], x[::-2],
            in_place(f.sort, x), in_place(f.partition, x, 3), in_place(f.put, x, [0], x[1]),
            in_place(f.fill, x, x[0]), x.item(2)],
         V, "its methods, as the functions of their names"),
    ],
    stripped=[
        ("array asarray ascontiguousarray asfortranarray", lambda f, x: [f(x), f([x[0], 2.0, x[1]])], V),
        ("full", lambda f, x: f(3, x[0]), V),
        ("fromiter", lambda f, x: f((t * t for t in x), x.dtype), V),
        ("fromfunction", lambda f, x: f(lambda i, j: (i + j) * x[0], (2, 3)), V),
        ("matrix asmatrix bmat", lambda f, x: f(x), M, "a `matrix`"),
    ],
    plain=[
        ("argsort nonzero flatnonzero argwhere iscomplex isreal isposinf isneginf", alone, V),
        ("argpartition", lambda f, x: f(x, 3), V),
        ("lexsort", lambda f, x: f((x, KEYS)), V),
        ("searchsorted", lambda f, x: [f(UP, x), f(np.sort(x), W, side="right")], V),
        ("digitize", lambda f, x: [f(x, UP), f(W, np.sort(x), right=True)], V),
        ("isin in1d", lambda f, x: f(x, [x[0], V[2]]), V),
        ("allclose isclose array_equal array_equiv", lambda f, x: [f(x, V), f(x, x + 1), f(W, x)], V),
        ("isscalar shape size ndim iscomplexobj isrealobj isfortran iterable", alone, V),
        ("may_share_memory shares_memory", lambda f, x: f(x, x[1:]), V),
        ("can_cast", lambda f, x: f(x.dtype, np.int64), V),
        ("tril_indices_from triu_indices_from diag_indices_from", alone, S),
        ("ndindex", lambda f, x: list(f(x.shape)), P),
    ],
    refused=[
        ("arange", lambda f, x: f(x[0], x[0] + 2.2, 0.5), V, "its length is an integer made of floats; "
         "write `x0 + step * np.arange(n)`"),
        ("kaiser", lambda f, x: f(5, x[0]), V, "made for plain numbers; `np.i0` has a rule"),
        ("save savetxt", lambda f, x: f("/nowhere/x", x), V, "the partials would be lost; use `dualad.save`"),
        ("savez savez_compressed", lambda f, x: f("/nowhere/x", a=x), V,
         "the partials would be lost; use `dualad.save`"),
        ("frombuffer", alone, V, "the memory holds partials, too; `dualad.value(x)` is a view of the values"),
    ],
    other="""
        False_ ScalarType True_ e euler_gamma index_exp inf little_endian nan newaxis ogrid pi s_ sctypeDict
        typecodes broadcast_shapes busday_count busday_offset is_busday busdaycalendar datetime_as_string
        datetime_data datetime64 timedelta64 min_scalar_type mintypecode promote_types issubdtype isdtype
        typename asarray_chkfinite base_repr binary_repr diag_indices empty eye format_float_positional
        format_float_scientific from_dlpack fromfile fromregex fromstring genfromtxt get_include get_printoptions
        getbufsize geterr geterrcall identity indices info load loadtxt mask_indices nested_iters ones printoptions
        set_printoptions setbufsize seterr seterrcall show_config show_runtime test tri tril_indices triu_indices zeros
        bartlett blackman hamming hanning packbits unpackbits ravel_multi_index unravel_index
        dtype errstate finfo iinfo flatiter memmap recarray record ufunc char core ctypeslib dtypes emath exceptions
        f2py fft lib linalg ma polynomial random rec strings testing typing
        generic number integer signedinteger unsignedinteger inexact floating complexfloating flexible character
        bool bool_ byte bytes_ cdouble clongdouble complex64 complex128 complex192 complex256 csingle double
        float16 float32 float64 float96 float128 half int8 int16 int32 int64 int_ intc intp long longdouble longlong
        object_ short single str_ ubyte uint uint8 uint16 uint32 uint64 uintc uintp ulong ulonglong ushort void
    """,
)
