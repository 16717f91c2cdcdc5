/*
 * Products of matrices of complex dual numbers, as products.c has them of real ones:
 *
 *     C = A B        C' = A B' + A' B        for every direction
 *
 * (conj(A) for vecdot and vecmat).  The value comes from NumPy's own complex128 loop on copies that lie in
 * memory as the operands do; all lanes of an operand go through BLAS at once.
 */
#include "loops/complex_products.h"

#include "loops/complex_chain.h"
#include "loops/fp_flags.h"

#include <string.h>

typedef struct {
    char *data;
    npy_intp rows, columns, row_step, column_step;    /* steps in bytes */
    const Number *number;                             /* NULL: complex128 */
} Matrix;

static inline double *
entry(const Matrix *a, npy_intp i, npy_intp j)
{
    return (double *)(a->data + i * a->row_step + j * a->column_step);
}

static inline Complex
value_of(const Matrix *a, npy_intp i, npy_intp j)
{
    const double *element = entry(a, i, j);
    return cx(element[0], element[a->number != NULL ? part_width(a->number) : 1]);
}

static inline Complex
lane_of(const Matrix *a, npy_intp i, npy_intp j, npy_intp k)
{
    const double *element = entry(a, i, j);
    return cx(element[1 + k], element[part_width(a->number) + 1 + k]);
}

static inline Complex
conjugate_if(int conjugated, Complex z)
{
    return conjugated ? cx(z.re, -z.im) : z;
}

/* ---- values ------------------------------------------------------------------------------------------ */

/* The step that a complex128 array of the same make would have, as far as NumPy's choice among BLAS
 * routines looks at it: none, one, or wider, forwards or backwards. */
static npy_intp
similar_step(npy_intp step, npy_intp size, npy_intp wider)
{
    npy_intp magnitude = step == 0 ? 0 : step == size || step == -size ? 1 : wider;
    return step < 0 ? -magnitude : magnitude;
}

/* A complex128 copy of the values; needs room for 2 rows columns numbers. */
static Matrix
copy_values(const Matrix *a, Complex *room)
{
    const npy_intp size = a->number != NULL ? a->number->itemsize : (npy_intp)sizeof(Complex);
    const int by_rows = a->rows <= 1 || (a->columns > 1 && Py_ABS(a->column_step) <= Py_ABS(a->row_step));
    const npy_intp inner = by_rows ? a->columns : a->rows;
    const npy_intp inner_step = similar_step(by_rows ? a->column_step : a->row_step, size, 2);
    npy_intp outer_step = by_rows ? a->row_step : a->column_step;
    npy_intp width = Py_ABS(inner_step) * inner;
    width = width < 1 ? 1 : width;
    outer_step = outer_step < 0 ? -width : outer_step == 0 ? 0 : width;

    Matrix copy = *a;
    copy.number = NULL;
    copy.row_step = (by_rows ? outer_step : inner_step) * (npy_intp)sizeof(Complex);
    copy.column_step = (by_rows ? inner_step : outer_step) * (npy_intp)sizeof(Complex);
    npy_intp start = 0;
    start -= copy.row_step < 0 ? copy.row_step * (a->rows - 1) : 0;
    start -= copy.column_step < 0 ? copy.column_step * (a->columns - 1) : 0;
    copy.data = (char *)room + start;
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            *(Complex *)entry(&copy, i, j) = value_of(a, i, j);
        }
    }
    return copy;
}

static void
plain_product(int product, const Matrix *a, const Matrix *b, const Matrix *c)
{
    const FloatLoop *loop = &complex_products[product].value;
    char *data[3] = {a->data, b->data, c->data};
    if (product == COMPLEX_PRODUCT_matmul) {
        npy_intp dimensions[4] = {1, a->rows, a->columns, b->columns};
        npy_intp steps[9] = {0, 0, 0, a->row_step, a->column_step, b->row_step, b->column_step,
                             c->row_step, c->column_step};
        loop->call(data, dimensions, steps, loop->data);
    }
    else if (product == COMPLEX_PRODUCT_matvec) {
        npy_intp dimensions[3] = {1, a->rows, a->columns};
        npy_intp steps[7] = {0, 0, 0, a->row_step, a->column_step, b->row_step, c->row_step};
        loop->call(data, dimensions, steps, loop->data);
    }
    else if (product == COMPLEX_PRODUCT_vecmat) {
        npy_intp dimensions[3] = {1, a->columns, b->columns};
        npy_intp steps[7] = {0, 0, 0, a->column_step, b->row_step, b->column_step, c->column_step};
        loop->call(data, dimensions, steps, loop->data);
    }
    else {
        npy_intp dimensions[2] = {1, a->columns};
        npy_intp steps[5] = {0, 0, 0, a->column_step, b->row_step};
        loop->call(data, dimensions, steps, loop->data);
    }
}

/* ---- lanes ------------------------------------------------------------------------------------------ */

static Matrix
contiguous(Complex *data, npy_intp rows, npy_intp columns)
{
    Matrix a = {(char *)data, rows, columns, columns * (npy_intp)sizeof(Complex), sizeof(Complex), NULL};
    return a;
}

static int
values_finite(const Matrix *values)
{
    double sum = 0.0;
    for (npy_intp i = 0; i < values->rows; i++) {
        for (npy_intp j = 0; j < values->columns; j++) {
            const Complex z = value_of(values, i, j);
            sum += z.re * 0.0 + z.im * 0.0;
        }
    }
    return sum == 0.0;
}

static inline void
add_to_lane(const Matrix *c, npy_intp i, npy_intp j, npy_intp k, Complex z)
{
    double *element = entry(c, i, j);
    element[1 + k] += z.re;
    element[part_width(c->number) + 1 + k] += z.im;
}

/* c' += a b', the lanes of b side by side. */
static void
add_value_times_lanes(const Matrix *a, const Matrix *b, const Matrix *c, Complex *room)
{
    const npy_intp lanes = c->number->lanes;
    Matrix wide = contiguous(room, b->rows, b->columns * lanes);
    Matrix product = contiguous(room + b->rows * b->columns * lanes, c->rows, b->columns * lanes);
    for (npy_intp i = 0; i < b->rows; i++) {
        for (npy_intp j = 0; j < b->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                *(Complex *)entry(&wide, i, j * lanes + k) = lane_of(b, i, j, k);
            }
        }
    }
    plain_product(COMPLEX_PRODUCT_matmul, a, &wide, &product);
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                add_to_lane(c, i, j, k, value_of(&product, i, j * lanes + k));
            }
        }
    }
}

/* c' += a' b, the lanes of a on top of each other. */
static void
add_lanes_times_value(const Matrix *a, const Matrix *b, const Matrix *c, int conjugated, Complex *room)
{
    const npy_intp lanes = c->number->lanes;
    Matrix tall = contiguous(room, lanes * a->rows, a->columns);
    Matrix product = contiguous(room + lanes * a->rows * a->columns, lanes * c->rows, c->columns);
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                *(Complex *)entry(&tall, k * a->rows + i, j) = conjugate_if(conjugated, lane_of(a, i, j, k));
            }
        }
    }
    plain_product(COMPLEX_PRODUCT_matmul, &tall, b, &product);
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                add_to_lane(c, i, j, k, value_of(&product, k * c->rows + i, j));
            }
        }
    }
}

/* 0 where a factor is. */
static inline Complex
masked_product(Complex a, Complex b)
{
    return cx(product_or_zero(a.re, b.re) - product_or_zero(a.im, b.im),
              product_or_zero(a.re, b.im) + product_or_zero(a.im, b.re));
}

/* All of it where a value is infinite or NaN: zero partials stay out of it. */
static void
add_lanes_masked(const Matrix *a, const Matrix *b, const Matrix *c, int conjugated)
{
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            for (npy_intp q = 0; q < a->columns; q++) {
                const Complex x = conjugate_if(conjugated, value_of(a, i, q)), y = value_of(b, q, j);
                for (npy_intp k = 0; k < c->number->lanes; k++) {
                    if (a->number != NULL) {
                        const Complex lane = conjugate_if(conjugated, lane_of(a, i, q, k));
                        add_to_lane(c, i, j, k, masked_product(lane, y));
                    }
                    if (b->number != NULL) {
                        add_to_lane(c, i, j, k, masked_product(x, lane_of(b, q, j, k)));
                    }
                }
            }
        }
    }
}

/* c_ij += a_i b_j + a_j b_i for the pairs of second order. */
static void
add_cross_terms(const Matrix *a, const Matrix *b, const Matrix *c, int conjugated)
{
    const Number *number = c->number;
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            for (npy_intp q = 0; q < a->columns; q++) {
                npy_intp at = number->n;
                for (npy_intp s = 0; s < number->segment_count; s++) {
                    const Segment run = number->segments[s];
                    for (npy_intp k = 0; k < run.count; k++, at++) {
                        const npy_intp u = run.i + k * run.slant, v = run.j + k;
                        const Complex x_u = conjugate_if(conjugated, lane_of(a, i, q, u));
                        const Complex x_v = conjugate_if(conjugated, lane_of(a, i, q, v));
                        add_to_lane(c, i, j, at,
                                    cx_add(masked_product(x_u, lane_of(b, q, j, v)),
                                           masked_product(x_v, lane_of(b, q, j, u))));
                    }
                }
            }
        }
    }
}

/* ---- the loops ---------------------------------------------------------------------------------------- */

static npy_intp
room_needed(const Matrix *a, const Matrix *b, const Matrix *c)
{
    const npy_intp lanes = c->number->lanes, of_c = c->rows * c->columns;
    const npy_intp of_a = a->rows * a->columns, of_b = b->rows * b->columns, larger = of_a > of_b ? of_a : of_b;
    return 4 * (of_a + of_b) + 2 * of_c + lanes * (larger + of_c) + 16;
}

static void
multiply(int product, const Matrix *a, const Matrix *b, const Matrix *c, Complex *room)
{
    const int conjugated = product == COMPLEX_PRODUCT_vecdot || product == COMPLEX_PRODUCT_vecmat;
    Matrix a_values = copy_values(a, room), b_values = a_values;
    room += 2 * a->rows * a->columns + 2;
    /* A A^T has a BLAS routine of its own, which NumPy takes when both are the same memory. */
    if (a->data == b->data && a->rows == b->columns && a->row_step == b->column_step &&
        a->column_step == b->row_step && a->columns == b->rows) {
        b_values.row_step = a_values.column_step;
        b_values.column_step = a_values.row_step;
        b_values.rows = b->rows;
        b_values.columns = b->columns;
    }
    else {
        b_values = copy_values(b, room);
    }
    room += 2 * b->rows * b->columns + 2;
    Matrix c_values = contiguous(room, c->rows, c->columns);
    room += c->rows * c->columns;
    plain_product(product, &a_values, &b_values, &c_values);

    const unsigned flags = fp_flags();
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            memset(entry(c, i, j), 0, c->number->itemsize);
        }
    }
    if (values_finite(&a_values) && values_finite(&b_values)) {
        if (b->number != NULL) {
            Matrix left = contiguous(room, a->rows, a->columns);
            for (npy_intp i = 0; i < a->rows; i++) {
                for (npy_intp j = 0; j < a->columns; j++) {
                    *(Complex *)entry(&left, i, j) = conjugate_if(conjugated, value_of(&a_values, i, j));
                }
            }
            add_value_times_lanes(&left, b, c, room + a->rows * a->columns);
        }
        if (a->number != NULL) {
            add_lanes_times_value(a, &b_values, c, conjugated, room);
        }
    }
    else {
        add_lanes_masked(a, b, c, conjugated);
    }
    if (c->number->pairs > 0 && a->number != NULL && b->number != NULL) {
        add_cross_terms(a, b, c, conjugated);
    }
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            set_complex_value(c->number, entry(c, i, j), value_of(&c_values, i, j));
        }
    }
    fp_restore(flags);
}

static int
product_loop(int product, PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions,
             const npy_intp *strides)
{
    const npy_intp *d = dimensions + 1, *s = strides + 3;
    Matrix a, b, c;
    switch (product) {
    case COMPLEX_PRODUCT_matmul:
        a = (Matrix){NULL, d[0], d[1], s[0], s[1], NULL};
        b = (Matrix){NULL, d[1], d[2], s[2], s[3], NULL};
        c = (Matrix){NULL, d[0], d[2], s[4], s[5], NULL};
        break;
    case COMPLEX_PRODUCT_matvec:
        a = (Matrix){NULL, d[0], d[1], s[0], s[1], NULL};
        b = (Matrix){NULL, d[1], 1, s[2], 0, NULL};
        c = (Matrix){NULL, d[0], 1, s[3], 0, NULL};
        break;
    case COMPLEX_PRODUCT_vecmat:
        a = (Matrix){NULL, 1, d[0], 0, s[0], NULL};
        b = (Matrix){NULL, d[0], d[1], s[1], s[2], NULL};
        c = (Matrix){NULL, 1, d[1], 0, s[3], NULL};
        break;
    default:
        a = (Matrix){NULL, 1, d[0], 0, s[0], NULL};
        b = (Matrix){NULL, d[0], 1, s[1], 0, NULL};
        c = (Matrix){NULL, 1, 1, 0, 0, NULL};
    }
    a.number = number_of_descr(context->descriptors[0]);
    b.number = number_of_descr(context->descriptors[1]);
    c.number = a.number != NULL ? a.number : b.number;
    Complex *room = PyMem_RawMalloc(room_needed(&a, &b, &c) * sizeof *room);
    if (room == NULL) {
        NPY_ALLOW_C_API_DEF
        NPY_ALLOW_C_API;
        PyErr_NoMemory();
        NPY_DISABLE_C_API;
        return -1;
    }
    for (npy_intp i = 0; i < dimensions[0]; i++) {
        a.data = data[0] + i * strides[0];
        b.data = data[1] + i * strides[1];
        c.data = data[2] + i * strides[2];
        multiply(product, &a, &b, &c, room);
    }
    PyMem_RawFree(room);
    return 0;
}

#define LOOP(name)                                                                                 \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return product_loop(COMPLEX_PRODUCT_##name, context, data, dimensions, strides);           \
    }
LOOP(matmul)
LOOP(matvec)
LOOP(vecmat)
LOOP(vecdot)

ComplexFunction complex_products[COMPLEX_PRODUCT_COUNT] = {
    [COMPLEX_PRODUCT_matmul] = {"matmul", 2, matmul_loop, {NULL, NULL}, NULL},
    [COMPLEX_PRODUCT_matvec] = {"matvec", 2, matvec_loop, {NULL, NULL}, NULL},
    [COMPLEX_PRODUCT_vecmat] = {"vecmat", 2, vecmat_loop, {NULL, NULL}, NULL},
    [COMPLEX_PRODUCT_vecdot] = {"vecdot", 2, vecdot_loop, {NULL, NULL}, NULL},
};
