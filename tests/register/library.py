"""numpy.lib and numpy.emath."""


from .rows import P, T, Table, U, V, alone

ROOTS = Table(
    "numpy.emath",
    own=[
        ("arccos arcsin arctanh log log10 log2 sqrt", alone, U),
        ("logn", lambda f, x: [f(2.5, x), f(x + 1, 3.0)], U),
        ("power", lambda f, x: [f(x[0], x[1]), f(x, 2)], P),
        ("sqrt log log2 log10 arcsin arctanh", lambda f, x: f(x - 3), U),
        ("power", lambda f, x: f(x, 0.3), V),
    ],
)
SCIMATH = Table("numpy.lib.scimath", other="arccos arcsin arctanh log log10 log2 logn power sqrt")
STRIDES = Table(
    "numpy.lib.stride_tricks",
    rule=[("sliding_window_view", lambda f, x: [f(x, (2, 2), axis=(1, 2)), f(x[0, 0], 3)], T)],
    stripped=[("as_strided", lambda f, x: f(x, (3, 3), (x.itemsize, 2 * x.itemsize)), V,
               "a DualArray with `subok=True`")],
)
INDICES = Table("numpy.lib.array_utils", other="byte_bounds normalize_axis_index normalize_axis_tuple")
LIBRARY = Table("numpy.lib", other="""
    Arrayterator NumpyVersion add_docstring add_newdoc array_utils format introspect mixins npyio scimath stride_tricks
    tracemalloc_domain
""")
TABLES = (ROOTS, SCIMATH, STRIDES, INDICES, LIBRARY)
