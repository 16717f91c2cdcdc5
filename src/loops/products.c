/*
 * Matrix products by BLAS on component copies:
 *
 *     C = A B        C' = A B' + A' B        for every direction
 *
 * The value comes from NumPy's own float64 loop on copies that lie in memory as the operands do, so
 * that it takes the same way through BLAS and gives the same bits.  The lanes take two products for
 * all directions at once: A times the rows of B with its lanes side by side, as they lie in memory,
 * and all of A's lanes on top of each other times B.  In second order each row of pairs takes two more.
 */
#include "loops/products.h"

#include "numbers/element.h"
#include "loops/fp_flags.h"

#include <string.h>

/* A matrix of elements in an operand; lanes is 0 for a float64 operand. */
typedef struct {
    char *data;
    npy_intp rows, columns, row_step, column_step;    /* steps in bytes */
    npy_intp lanes;
} Matrix;

static inline double *
entry(const Matrix *a, npy_intp i, npy_intp j)
{
    return (double *)(a->data + i * a->row_step + j * a->column_step);
}

static inline npy_intp
entry_size(const Matrix *a)
{
    return (1 + a->lanes) * (npy_intp)sizeof(double);
}

/* ---- values -------------------------------------------------------------------------------------- */

/* The step that a float64 array of the same make would have, as far as NumPy's choice among BLAS
 * routines looks at it: none, one, or wider, forwards or backwards. */
static npy_intp
similar_step(npy_intp step, npy_intp size, npy_intp wider)
{
    npy_intp magnitude = step == 0 ? 0 : step == size || step == -size ? 1 : wider;
    return step < 0 ? -magnitude : magnitude;
}

/* A float64 copy of the values; needs room for 2 rows columns doubles. `finite` becomes 0 unless all are. */
static Matrix
copy_values(const Matrix *a, double *room, int *finite)
{
    const npy_intp size = entry_size(a);
    const int by_rows = a->rows <= 1 || (a->columns > 1 && Py_ABS(a->column_step) <= Py_ABS(a->row_step));
    const npy_intp inner = by_rows ? a->columns : a->rows;
    const npy_intp inner_step = similar_step(by_rows ? a->column_step : a->row_step, size, 2);
    npy_intp outer_step = by_rows ? a->row_step : a->column_step;
    npy_intp width = inner_step < 0 ? -inner_step * inner : inner_step * inner;
    width = width < 1 ? 1 : width;
    outer_step = outer_step < 0 ? -width : outer_step == 0 ? 0 : width;

    Matrix copy = *a;
    copy.lanes = 0;
    copy.row_step = (by_rows ? outer_step : inner_step) * (npy_intp)sizeof(double);
    copy.column_step = (by_rows ? inner_step : outer_step) * (npy_intp)sizeof(double);
    npy_intp start = 0;
    start -= copy.row_step < 0 ? copy.row_step * (a->rows - 1) : 0;
    start -= copy.column_step < 0 ? copy.column_step * (a->columns - 1) : 0;
    copy.data = (char *)room + start;
    const npy_intp from_step = by_rows ? a->column_step : a->row_step;
    const npy_intp to_step = inner_step * (npy_intp)sizeof(double);
    int all = 1;
    for (npy_intp i = 0; i < (by_rows ? a->rows : a->columns); i++) {
        const char *from = (const char *)(by_rows ? entry(a, i, 0) : entry(a, 0, i));
        char *to = (char *)(by_rows ? entry(&copy, i, 0) : entry(&copy, 0, i));
        for (npy_intp j = 0; j < inner; j++, from += from_step, to += to_step) {
            const double x = *(const double *)from;
            *(double *)to = x;
            all &= isfinite(x) != 0;
        }
    }
    *finite &= all;
    return copy;
}

static void
float_matmul(const Matrix *a, const Matrix *b, const Matrix *c)
{
    char *data[3] = {a->data, b->data, c->data};
    npy_intp dimensions[4] = {1, a->rows, a->columns, b->columns};
    npy_intp steps[9] = {0, 0, 0, a->row_step, a->column_step, b->row_step, b->column_step,
                         c->row_step, c->column_step};
    const FloatLoop *loop = &products[PRODUCT_matmul].value;
    loop->call(data, dimensions, steps, loop->data);
}

/* The value by the loop of the very ufunc that was called. */
static void
float_product(int product, const Matrix *a, const Matrix *b, const Matrix *c)
{
    const FloatLoop *loop = &products[product].value;
    char *data[3] = {a->data, b->data, c->data};
    if (product == PRODUCT_matmul) {
        float_matmul(a, b, c);
    }
    else if (product == PRODUCT_matvec) {
        npy_intp dimensions[3] = {1, a->rows, a->columns};
        npy_intp steps[7] = {0, 0, 0, a->row_step, a->column_step, b->row_step, c->row_step};
        loop->call(data, dimensions, steps, loop->data);
    }
    else if (product == PRODUCT_vecmat) {
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
contiguous(double *data, npy_intp rows, npy_intp columns)
{
    Matrix a = {(char *)data, rows, columns, columns * (npy_intp)sizeof(double), sizeof(double), 0};
    return a;
}

/* c' += a b' with b's elements as they lie in memory, value and lanes side by side. */
static void
add_value_times_lanes(const Matrix *a, const Matrix *b, const Matrix *c, double *room)
{
    const npy_intp width = 1 + b->lanes;
    double *wide_b = room, *wide_c = room + b->rows * b->columns * width;
    Matrix right = contiguous(wide_b, b->rows, b->columns * width);
    if ((b->columns == 1 || b->column_step == entry_size(b)) && b->row_step >= b->columns * entry_size(b)) {
        right.data = b->data;
        right.row_step = b->row_step;
    }
    else {
        for (npy_intp i = 0; i < b->rows; i++) {
            for (npy_intp j = 0; j < b->columns; j++) {
                memcpy(wide_b + (i * b->columns + j) * width, entry(b, i, j), entry_size(b));
            }
        }
    }
    Matrix product = contiguous(wide_c, a->rows, b->columns * width);
    float_matmul(a, &right, &product);
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            double *to = entry(c, i, j);
            const double *from = wide_c + (i * c->columns + j) * width;
            for (npy_intp k = 1; k < width; k++) {
                to[k] += from[k];
            }
        }
    }
}

/* to += the sum of `width` lanes of numbers, each times its weight. */
FORCE_INLINE void
add_weighted(double *to, const char *lanes, npy_intp step, const char *weights, npy_intp weight_step, npy_intp count,
             const int width)
{
    double sums[8] = {0.0};                     /* in registers */
    for (npy_intp q = 0; q < count; q++) {
        const double weight = *(const double *)(weights + q * weight_step);
        const double *lane = (const double *)(lanes + q * step);
        for (int k = 0; k < width; k++) {
            sums[k] += weight * lane[k];
        }
    }
    for (int k = 0; k < width; k++) {
        to[k] += sums[k];
    }
}

/* c' += x y' or x' y of a row or column of numbers and their weights: for few of them, a call of BLAS takes longer. */
static void
add_lanes_times_weights(double *to, const double *lanes, npy_intp step, const double *weights, npy_intp weight_step,
                        npy_intp count, npy_intp n)
{
    const char *from = (const char *)lanes, *factors = (const char *)weights;
    for (; n >= 8; n -= 8, to += 8, from += 8 * sizeof(double)) {
        add_weighted(to, from, step, factors, weight_step, count, 8);
    }
    if (n >= 4) {
        add_weighted(to, from, step, factors, weight_step, count, 4);
        n -= 4, to += 4, from += 4 * sizeof(double);
    }
    for (; n > 0; n--, to++, from += sizeof(double)) {
        add_weighted(to, from, step, factors, weight_step, count, 1);
    }
}

/* c' += a' b with all of a's lanes on top of each other. */
static void
add_lanes_times_value(const Matrix *a, const Matrix *b, const Matrix *c, double *room)
{
    const npy_intp lanes = a->lanes, block = a->rows * a->columns;
    double *tall_a = room, *tall_c = room + lanes * block;
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            const double *from = entry(a, i, j) + 1;
            for (npy_intp k = 0; k < lanes; k++) {
                tall_a[k * block + i * a->columns + j] = from[k];
            }
        }
    }
    Matrix left = contiguous(tall_a, lanes * a->rows, a->columns);
    Matrix product = contiguous(tall_c, lanes * a->rows, b->columns);
    float_matmul(&left, b, &product);
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            double *to = entry(c, i, j) + 1;
            for (npy_intp k = 0; k < lanes; k++) {
                to[k] += tall_c[(k * c->rows + i) * c->columns + j];
            }
        }
    }
}

/* The same where a value is infinite or NaN: zero partials stay out of it. */
static void
add_lanes_masked(const Matrix *a, const Matrix *b, const Matrix *c)
{
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            double *to = entry(c, i, j);
            for (npy_intp q = 0; q < a->columns; q++) {
                const double *x = entry(a, i, q), *y = entry(b, q, j);
                for (npy_intp k = 1; k <= a->lanes; k++) {
                    to[k] += lane_product(y[0], x[k]);
                }
                for (npy_intp k = 1; k <= b->lanes; k++) {
                    to[k] += lane_product(x[0], y[k]);
                }
            }
        }
    }
}

/* ---- cross terms of second order: c_ij += a_i b_j + a_j b_i ------------------------------------------- */

static int
lanes_finite(const Matrix *a, npy_intp n)
{
    double sum = 0.0;
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            const double *lane = entry(a, i, j) + 1;
            for (npy_intp k = 0; k < n; k++) {
                sum += lane[k] * 0.0;
            }
        }
    }
    return sum == 0.0;
}

/* Element by element: for few of them, and where zero partials meet infinite ones. */
static void
add_cross_terms_masked(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c)
{
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            for (npy_intp q = 0; q < a->columns; q++) {
                const double *x = entry(a, i, q) + 1, *y = entry(b, q, j) + 1;
                double *pair = entry(c, i, j) + 1 + number->n;
                for (npy_intp s = 0; s < number->segment_count; s++) {
                    const Segment run = number->segments[s];
                    for (npy_intp k = 0; k < run.count; k++) {
                        const npy_intp u = run.i + k * run.slant, v = run.j + k;
                        *pair++ += product_or_zero(x[u], y[v]) + product_or_zero(y[u], x[v]);
                    }
                }
            }
        }
    }
}

/* All of a's lanes on top of each other, and b's side by side, each lane a matrix of its own. */
typedef struct {
    double *a, *b, *room;
    npy_intp n;              /* lanes */
} CrossLanes;

static void
copy_lanes(const CrossLanes *lanes, const Matrix *a, const Matrix *b)
{
    const npy_intp n = lanes->n;
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp q = 0; q < a->columns; q++) {
            const double *from = entry(a, i, q) + 1;
            for (npy_intp k = 0; k < n; k++) {
                lanes->a[(k * a->rows + i) * a->columns + q] = from[k];
            }
        }
    }
    for (npy_intp q = 0; q < b->rows; q++) {
        for (npy_intp j = 0; j < b->columns; j++) {
            const double *from = entry(b, q, j) + 1;
            for (npy_intp k = 0; k < n; k++) {
                lanes->b[(q * n + k) * b->columns + j] = from[k];
            }
        }
    }
}

/* The pairs (u, v), (u, v + 1), ... `count` of them, which start at lane `at` of c: two products for all. */
static void
add_row_of_cross_terms(const CrossLanes *lanes, const Matrix *a, const Matrix *b, const Matrix *c, npy_intp u,
                       npy_intp v, npy_intp count, npy_intp at)
{
    const npy_intp rows = c->rows, columns = c->columns, block = rows * a->columns;
    const npy_intp width = lanes->n * columns * (npy_intp)sizeof(double);
    Matrix one_a = contiguous(lanes->a + u * block, rows, a->columns);
    Matrix many_b = {(char *)(lanes->b + v * columns), b->rows, count * columns, width, sizeof(double), 0};
    double *wide = lanes->room, *tall = wide;
    Matrix product = contiguous(wide, rows, count * columns);
    float_matmul(&one_a, &many_b, &product);
    if (u != v || count > 1) {                     /* else the same once more */
        Matrix many_a = contiguous(lanes->a + v * block, count * rows, a->columns);
        Matrix one_b = {(char *)(lanes->b + u * columns), b->rows, columns, width, sizeof(double), 0};
        tall = wide + rows * count * columns;
        product = contiguous(tall, count * rows, columns);
        float_matmul(&many_a, &one_b, &product);
    }
    for (npy_intp i = 0; i < rows; i++) {
        for (npy_intp j = 0; j < columns; j++) {
            double *pair = entry(c, i, j) + at;
            for (npy_intp k = 0; k < count; k++) {
                pair[k] += wide[(i * count + k) * columns + j] + tall[(k * rows + i) * columns + j];
            }
        }
    }
}

/* What the copies and the products of one row of pairs take, in doubles. */
static npy_intp
room_for_cross_terms(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c)
{
    npy_intp longest = 1;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        longest = run.slant || run.count < longest ? longest : run.count;
    }
    return number->n * (a->rows * a->columns + b->rows * b->columns) + 2 * longest * c->rows * c->columns;
}

/* Up to so many products of numbers are as fast without BLAS. */
#define FEW_PRODUCTS 20

static void
add_cross_terms(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, double *room)
{
    if (c->rows * c->columns * a->columns <= FEW_PRODUCTS || !lanes_finite(a, number->n) ||
        !lanes_finite(b, number->n)) {
        add_cross_terms_masked(number, a, b, c);
        return;
    }
    CrossLanes lanes = {room, NULL, NULL, number->n};
    lanes.b = lanes.a + number->n * a->rows * a->columns;
    lanes.room = lanes.b + number->n * b->rows * b->columns;
    copy_lanes(&lanes, a, b);
    npy_intp at = 1 + number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; run.slant && k < run.count; k++) {
            add_row_of_cross_terms(&lanes, a, b, c, run.i + k, run.j + k, 1, at + k);
        }
        if (!run.slant) {
            add_row_of_cross_terms(&lanes, a, b, c, run.i, run.j, run.count, at);
        }
        at += run.count;
    }
}

/* ---- the loops ---------------------------------------------------------------------------------------- */

static npy_intp
max(npy_intp a, npy_intp b)
{
    return a > b ? a : b;
}

/* Doubles needed by one product. */
static npy_intp
room_needed(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c)
{
    npy_intp values = 2 * (a->rows * a->columns + b->rows * b->columns) + c->rows * c->columns;
    npy_intp wide = (1 + b->lanes) * (b->rows * b->columns + c->rows * c->columns);
    npy_intp tall = a->lanes * (a->rows * a->columns + c->rows * c->columns);
    npy_intp cross = a->lanes > 0 && b->lanes > 0 && number->pairs > 0 ? room_for_cross_terms(number, a, b, c) : 0;
    return values + max(max(wide, tall), cross) + 8;
}

static void
multiply(int product, const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, double *room)
{
    int finite = 1;
    Matrix a_values = copy_values(a, room, &finite);
    room += 2 * a->rows * a->columns + 2;
    /* A A^T has a BLAS routine of its own, which NumPy takes when both are the same memory. */
    int same = a->data == b->data && a->rows == b->columns && a->row_step == b->column_step &&
               a->column_step == b->row_step && a->columns == b->rows;
    Matrix b_values = a_values;
    if (same) {
        b_values.row_step = a_values.column_step;
        b_values.column_step = a_values.row_step;
        b_values.rows = b->rows;
        b_values.columns = b->columns;
    }
    else {
        b_values = copy_values(b, room, &finite);
        room += 2 * b->rows * b->columns + 2;
    }
    Matrix c_values = contiguous(room, c->rows, c->columns);
    room += c->rows * c->columns;
    float_product(product, &a_values, &b_values, &c_values);

    unsigned flags = fp_flags();
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            memset(entry(c, i, j), 0, entry_size(c));
        }
    }
    if (finite) {
        if (b->lanes > 0 && c->rows == 1 && c->columns == 1) {
            add_lanes_times_weights(entry(c, 0, 0) + 1, entry(b, 0, 0) + 1, b->row_step, entry(&a_values, 0, 0),
                                    a_values.column_step, b->rows, b->lanes);
        }
        else if (b->lanes > 0) {
            add_value_times_lanes(&a_values, b, c, room);
        }
        if (a->lanes > 0 && b->columns == 1) {
            for (npy_intp i = 0; i < c->rows; i++) {
                add_lanes_times_weights(entry(c, i, 0) + 1, entry(a, i, 0) + 1, a->column_step,
                                        entry(&b_values, 0, 0), b_values.row_step, a->columns, a->lanes);
            }
        }
        else if (a->lanes > 0) {
            add_lanes_times_value(a, &b_values, c, room);
        }
    }
    else {
        add_lanes_masked(a, b, c);
    }
    if (number->pairs > 0 && a->lanes > 0 && b->lanes > 0) {
        add_cross_terms(number, a, b, c, room);
    }
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            *entry(c, i, j) = *entry(&c_values, i, j);
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
    case PRODUCT_matmul:
        a = (Matrix){NULL, d[0], d[1], s[0], s[1], 0};
        b = (Matrix){NULL, d[1], d[2], s[2], s[3], 0};
        c = (Matrix){NULL, d[0], d[2], s[4], s[5], 0};
        break;
    case PRODUCT_matvec:
        a = (Matrix){NULL, d[0], d[1], s[0], s[1], 0};
        b = (Matrix){NULL, d[1], 1, s[2], 0, 0};
        c = (Matrix){NULL, d[0], 1, s[3], 0, 0};
        break;
    case PRODUCT_vecmat:
        a = (Matrix){NULL, 1, d[0], 0, s[0], 0};
        b = (Matrix){NULL, d[0], d[1], s[1], s[2], 0};
        c = (Matrix){NULL, 1, d[1], 0, s[3], 0};
        break;
    default:
        a = (Matrix){NULL, 1, d[0], 0, s[0], 0};
        b = (Matrix){NULL, d[0], 1, s[1], 0, 0};
        c = (Matrix){NULL, 1, 1, 0, 0, 0};
    }
    const Number *of_a = number_of_descr(context->descriptors[0]);
    const Number *of_b = number_of_descr(context->descriptors[1]);
    a.lanes = of_a != NULL ? of_a->lanes : 0;
    b.lanes = of_b != NULL ? of_b->lanes : 0;
    c.lanes = max(a.lanes, b.lanes);

    const Number *number = of_a != NULL ? of_a : of_b;
    double *room = PyMem_RawMalloc(room_needed(number, &a, &b, &c) * sizeof(double));
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
        multiply(product, number, &a, &b, &c, room);
    }
    PyMem_RawFree(room);
    return 0;
}

#define LOOP(name)                                                                                 \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return product_loop(PRODUCT_##name, context, data, dimensions, strides);                   \
    }
LOOP(matmul)
LOOP(matvec)
LOOP(vecmat)
LOOP(vecdot)

Product products[PRODUCT_COUNT] = {
    [PRODUCT_matmul] = {"matmul", matmul_loop, {NULL, NULL}},
    [PRODUCT_matvec] = {"matvec", matvec_loop, {NULL, NULL}},
    [PRODUCT_vecmat] = {"vecmat", vecmat_loop, {NULL, NULL}},
    [PRODUCT_vecdot] = {"vecdot", vecdot_loop, {NULL, NULL}},
};
