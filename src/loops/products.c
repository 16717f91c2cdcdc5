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

static inline npy_intp
entry_size(const Matrix *a)
{
    return (1 + a->lanes) * (npy_intp)sizeof(double);
}

/* ---- values -------------------------------------------------------------------------------------- */

/* A float64 copy of the values; needs room for 2 rows columns doubles. `finite` becomes 0 unless all are. */
static Matrix
copy_values(const Matrix *a, double *room, int *finite)
{
    const Matrix copy = matrix_like(a, entry_size(a), sizeof(double), room);
    const int by_rows = lies_by_rows(a);
    const npy_intp inner = by_rows ? a->columns : a->rows;
    const npy_intp from_step = by_rows ? a->column_step : a->row_step;
    const npy_intp to_step = by_rows ? copy.column_step : copy.row_step;
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
    plain_product(&products[PRODUCT_matmul].value, PRODUCT_matmul, a, b, c);
}

/* ---- lanes ------------------------------------------------------------------------------------------ */

/* c' += a b' with b's elements as they lie in memory, value and lanes side by side. */
static void
add_value_times_lanes(const Matrix *a, const Matrix *b, const Matrix *c, double *room)
{
    const npy_intp width = 1 + b->lanes;
    double *wide_b = room, *wide_c = room + b->rows * b->columns * width;
    Matrix right = contiguous(wide_b, b->rows, b->columns * width, sizeof(double));
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
    Matrix product = contiguous(wide_c, a->rows, b->columns * width, sizeof(double));
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
    double sums[8] = {0.0}; /* in registers */
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
    Matrix left = contiguous(tall_a, lanes * a->rows, a->columns, sizeof(double));
    Matrix product = contiguous(tall_c, lanes * a->rows, b->columns, sizeof(double));
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
    npy_intp n; /* lanes */
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
    Matrix one_a = contiguous(lanes->a + u * block, rows, a->columns, sizeof(double));
    Matrix many_b = {(char *)(lanes->b + v * columns), b->rows, count * columns, width, sizeof(double), 0};
    double *wide = lanes->room, *tall = wide;
    Matrix product = contiguous(wide, rows, count * columns, sizeof(double));
    float_matmul(&one_a, &many_b, &product);
    if (u != v || count > 1) { /* else the same once more */
        Matrix many_a = contiguous(lanes->a + v * block, count * rows, a->columns, sizeof(double));
        Matrix one_b = {(char *)(lanes->b + u * columns), b->rows, columns, width, sizeof(double), 0};
        tall = wide + rows * count * columns;
        product = contiguous(tall, count * rows, columns, sizeof(double));
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

static npy_intp
room_needed(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c)
{
    npy_intp values = 2 * (a->rows * a->columns + b->rows * b->columns + c->rows * c->columns);
    npy_intp wide = (1 + b->lanes) * (b->rows * b->columns + c->rows * c->columns);
    npy_intp tall = a->lanes * (a->rows * a->columns + c->rows * c->columns);
    npy_intp cross = a->lanes > 0 && b->lanes > 0 && number->pairs > 0 ? room_for_cross_terms(number, a, b, c) : 0;
    return (values + max(max(wide, tall), cross) + 8) * (npy_intp)sizeof(double);
}

static void
multiply(int product, const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, void *memory)
{
    double *room = memory;
    int finite = 1;
    Matrix a_values = copy_values(a, room, &finite);
    room += 2 * a->rows * a->columns + 2;
    Matrix b_values = transposed(a_values);
    if (!is_transpose(a, b)) {
        b_values = copy_values(b, room, &finite);
        room += 2 * b->rows * b->columns + 2;
    }
    Matrix c_values = like_output(product, c, entry_size(c), sizeof(double), room);
    room += 2 * c->rows * c->columns + 2;
    plain_product(&products[product].value, product, &a_values, &b_values, &c_values);

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
                add_lanes_times_weights(entry(c, i, 0) + 1, entry(a, i, 0) + 1, a->column_step, entry(&b_values, 0, 0),
                                        b_values.row_step, a->columns, a->lanes);
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

static const Multiplication real_numbers = {room_needed, multiply};

PRODUCT_LOOP(matmul, &real_numbers)
PRODUCT_LOOP(matvec, &real_numbers)
PRODUCT_LOOP(vecmat, &real_numbers)
PRODUCT_LOOP(vecdot, &real_numbers)

Product products[PRODUCT_COUNT] = {
    [PRODUCT_matmul] = {"matmul", matmul_loop, {NULL, NULL}},
    [PRODUCT_matvec] = {"matvec", matvec_loop, {NULL, NULL}},
    [PRODUCT_vecmat] = {"vecmat", vecmat_loop, {NULL, NULL}},
    [PRODUCT_vecdot] = {"vecdot", vecdot_loop, {NULL, NULL}},
};
