"""numpy.ma: masked arrays whose data are dual numbers."""

import numpy as np

from .rows import M, P, S, Table, U, V, W

MASK = V < 0
MASKED = W > 1


def _alone(f, x):
    return f(_masked(x))


def _pair(f, x):
    return f(_masked(x[0]), _masked(x[1]))


def _masked(x):
    """Every third element is masked."""
    return np.ma.array(x, mask=np.arange(np.size(x)).reshape(np.shape(x)) % 3 == 1)


def _in_place(f, x, *args):
    m = _masked(x.copy())
    f(m, *args)
    return m


TABLE = Table(
    "numpy.ma",
    own=[
        ("abs absolute fabs negative conjugate angle ceil floor cos sin cosh sinh tanh arctan arcsinh exp around round "
         "round_", lambda f, x: [_alone(f, x), _masked(x)], V),
        ("sqrt log log2 log10 tan arcsin arccos arctanh", _alone, U),
        ("arccosh", lambda f, x: _alone(f, x + 1), U),
        ("add subtract multiply divide true_divide power hypot arctan2 maximum minimum fmod mod remainder", _pair, P),
        ("floor_divide", lambda f, x: [_pair(f, x), _masked(x)], P),
        ("sum prod product mean var std median average cumsum cumprod max min amax amin ptp anom anomalies", _alone, M),
        ("sum prod product mean var std median cumsum cumprod max min ptp anom",
         lambda f, x: f(_masked(x), axis=0), M),
        ("average", lambda f, x: [f(_masked(x), weights=x * x), f(_masked(x), weights=W**2)], V),
        ("array masked_array asarray asanyarray copy ravel squeeze transpose atleast_1d atleast_2d atleast_3d "
         "diag diagonal diagflat sort getdata filled compressed compress_cols compress_rows compress_rowcols "
         "compress_nd fix_invalid masked_invalid mask_rows mask_cols mask_rowcols", _alone, S),
        ("MaskedArray", lambda f, x: [_masked(x).sum(), _masked(x)[2:], _masked(x).filled(7.0), _masked(x) * 2 - x,
                                      _masked(x).max(), _masked(x).compressed(), f(x, mask=MASK).mean()], V),
        ("append union1d intersect1d setxor1d setdiff1d", lambda f, x: f(_masked(x), W), V),
        ("concatenate vstack row_stack hstack dstack column_stack stack",
         lambda f, x: f([_masked(x), _masked(2 * x)]), V),
        ("unique ediff1d diff", _alone, V),
        ("expand_dims", lambda f, x: f(_masked(x), 0), V),
        ("hsplit", lambda f, x: f(_masked(x), 2), S),
        ("masked_equal masked_not_equal masked_greater masked_greater_equal masked_less masked_less_equal "
         "masked_values", lambda f, x: f(x, 0.5), V),
        ("masked_inside masked_outside", lambda f, x: f(x, -0.5, 1.0), V),
        ("masked_where", lambda f, x: f(MASK, x), V),
        ("where", lambda f, x: f(MASK, _masked(x), 2.0 * x), V),
        ("choose", lambda f, x: f([0, 1, 0, 1, 1, 0, 0], [_masked(x), W]), V),
        ("clip", lambda f, x: f(_masked(x), -0.5, 1.0), V),
        ("compress", lambda f, x: f(MASK, _masked(x)), V),
        ("take", lambda f, x: f(_masked(x), [0, 1, 3]), V),
        ("repeat", lambda f, x: f(_masked(x), 2), V),
        ("reshape resize", lambda f, x: f(_masked(x), (4, 3)), M),
        ("swapaxes", lambda f, x: f(_masked(x), 0, 1), M),
        ("put putmask", lambda f, x: _in_place(f, x, MASKED if f.__name__ == "putmask" else [0, 3], x[:2] ** 2
                                               if f.__name__ == "put" else x**2), V),
        ("dot inner innerproduct outer outerproduct", lambda f, x: f(_masked(x), _masked(2 * x)), V),
        ("convolve correlate", lambda f, x: f(_masked(x), W[:3]), V),
        ("apply_along_axis", lambda f, x: f(np.sum, 0, _masked(x)), M),
        ("apply_over_axes", lambda f, x: f(np.ma.sum, _masked(x), [0]), M),
        ("ndenumerate", lambda f, x: [t for _, t in f(_masked(x))], V),
        ("empty_like ones_like zeros_like", lambda f, x: f(_masked(x)) * 0 + _masked(x), V),
    ],
    stripped=[
        ("vander", _alone, V),
    ],
    plain=[
        ("equal not_equal greater greater_equal less less_equal logical_and logical_or logical_xor", _pair, P),
        ("all any alltrue sometrue logical_not argmax argmin argsort count count_masked getmask getmaskarray is_masked "
         "isMA isMaskedArray isarray ndim shape size nonzero notmasked_contiguous notmasked_edges flatnotmasked_edges "
         "flatnotmasked_contiguous clump_masked clump_unmasked is_mask", _alone, V),
        ("allclose allequal isin in1d", lambda f, x: f(_masked(x), _masked(V)), V),
        ("default_fill_value minimum_fill_value maximum_fill_value", _alone, V),
    ],
    refused=[
        ("trace", _alone, S, "it asks for floats; write `np.ma.sum(np.ma.diagonal(x))`"),
        ("cov corrcoef", _alone, M, "written for floats; `np.cov` and `np.corrcoef` have rules"),
    ],
    other="""
        MAError MaskError MaskType bool_ mvoid arange bitwise_and bitwise_or bitwise_xor common_fill_value empty
        flatten_mask flatten_structured_array frombuffer fromflex fromfunction harden_mask identity ids indices
        left_shift make_mask make_mask_descr make_mask_none mask_or masked_all masked_all_like masked_object ones
        polyfit right_shift set_fill_value soften_mask zeros core extras masked masked_print_option masked_singleton
        mr_ nomask
    """,
)
