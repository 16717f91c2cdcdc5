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

static inline Complex
value_of(const Matrix *a, npy_intp i, npy_intp j)
{
    const double *element = entry(a, i, j);
    return cx(element[0], element[1 + a->lanes]);
}

static inline Complex
lane_of(const Matrix *a, npy_intp i, npy_intp j, npy_intp k)
{
    const double *element = entry(a, i, j);
    return cx(element[1 + k], element[1 + a->lanes + 1 + k]);
}

static inline Complex
conjugate_if(int conjugated, Complex z)
{
    return conjugated ? cx(z.re, -z.im) : z;
}

/* ---- values ------------------------------------------------------------------------------------------ */

/* A complex128 copy of the values; needs room for 2 rows columns numbers. */
static Matrix
copy_values(const Matrix *a, Complex *room)
{
    const Matrix copy = matrix_like(a, (1 + a->lanes) * (npy_intp)sizeof(Complex), sizeof(Complex), room);
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            *(Complex *)entry(&copy, i, j) = value_of(a, i, j);
        }
    }
    return copy;
}

/* ---- lanes ------------------------------------------------------------------------------------------ */

static void
complex_matmul(const Matrix *a, const Matrix *b, const Matrix *c)
{
    plain_product(&complex_products[PRODUCT_matmul].value, PRODUCT_matmul, a, b, c);
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
    element[1 + c->lanes + 1 + k] += z.im;
}

/* c' += a b', the lanes of b side by side. */
static void
add_value_times_lanes(const Matrix *a, const Matrix *b, const Matrix *c, Complex *room)
{
    const npy_intp lanes = c->lanes;
    Matrix wide = contiguous(room, b->rows, b->columns * lanes, sizeof(Complex));
    Matrix product = contiguous(room + b->rows * b->columns * lanes, c->rows, b->columns * lanes, sizeof(Complex));
    for (npy_intp i = 0; i < b->rows; i++) {
        for (npy_intp j = 0; j < b->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                *(Complex *)entry(&wide, i, j * lanes + k) = lane_of(b, i, j, k);
            }
        }
    }
    complex_matmul(a, &wide, &product);
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
    const npy_intp lanes = c->lanes;
    Matrix tall = contiguous(room, lanes * a->rows, a->columns, sizeof(Complex));
    Matrix product = contiguous(room + lanes * a->rows * a->columns, lanes * c->rows, c->columns, sizeof(Complex));
    for (npy_intp i = 0; i < a->rows; i++) {
        for (npy_intp j = 0; j < a->columns; j++) {
            for (npy_intp k = 0; k < lanes; k++) {
                *(Complex *)entry(&tall, k * a->rows + i, j) = conjugate_if(conjugated, lane_of(a, i, j, k));
            }
        }
    }
    complex_matmul(&tall, b, &product);
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
                for (npy_intp k = 0; k < c->lanes; k++) {
                    if (a->lanes > 0) {
                        const Complex lane = conjugate_if(conjugated, lane_of(a, i, q, k));
                        add_to_lane(c, i, j, k, masked_product(lane, y));
                    }
                    if (b->lanes > 0) {
                        add_to_lane(c, i, j, k, masked_product(x, lane_of(b, q, j, k)));
                    }
                }
            }
        }
    }
}

/* c_ij += a_i b_j + a_j b_i for the pairs of second order. */
static void
add_cross_terms(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, int conjugated)
{
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
                        add_to_lane(
                            c, i, j, at,
                            cx_add(masked_product(x_u, lane_of(b, q, j, v)), masked_product(x_v, lane_of(b, q, j, u))));
                    }
                }
            }
        }
    }
}

/* ---- the loops ---------------------------------------------------------------------------------------- */

static npy_intp
room_needed(const Number *NPY_UNUSED(number), const Matrix *a, const Matrix *b, const Matrix *c)
{
    const npy_intp lanes = c->lanes, of_c = c->rows * c->columns;
    const npy_intp of_a = a->rows * a->columns, of_b = b->rows * b->columns, larger = of_a > of_b ? of_a : of_b;
    return (4 * (of_a + of_b) + 2 * of_c + lanes * (larger + of_c) + 16) * (npy_intp)sizeof(Complex);
}

static void
multiply(int product, const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, void *memory)
{
    Complex *room = memory;
    const int conjugated = product == PRODUCT_vecdot || product == PRODUCT_vecmat;
    Matrix a_values = copy_values(a, room), b_values = transposed(a_values);
    room += 2 * a->rows * a->columns + 2;
    if (!is_transpose(a, b)) {
        b_values = copy_values(b, room);
    }
    room += 2 * b->rows * b->columns + 2;
    Matrix c_values = like_output(product, c, (1 + c->lanes) * (npy_intp)sizeof(Complex), sizeof(Complex), room);
    room += 2 * c->rows * c->columns + 2;
    plain_product(&complex_products[product].value, product, &a_values, &b_values, &c_values);

    const unsigned flags = fp_flags();
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            memset(entry(c, i, j), 0, number->itemsize);
        }
    }
    if (values_finite(&a_values) && values_finite(&b_values)) {
        if (b->lanes > 0) {
            Matrix left = contiguous(room, a->rows, a->columns, sizeof(Complex));
            for (npy_intp i = 0; i < a->rows; i++) {
                for (npy_intp j = 0; j < a->columns; j++) {
                    *(Complex *)entry(&left, i, j) = conjugate_if(conjugated, value_of(&a_values, i, j));
                }
            }
            add_value_times_lanes(&left, b, c, room + a->rows * a->columns);
        }
        if (a->lanes > 0) {
            add_lanes_times_value(a, &b_values, c, conjugated, room);
        }
    }
    else {
        add_lanes_masked(a, b, c, conjugated);
    }
    if (number->pairs > 0 && a->lanes > 0 && b->lanes > 0) {
        add_cross_terms(number, a, b, c, conjugated);
    }
    for (npy_intp i = 0; i < c->rows; i++) {
        for (npy_intp j = 0; j < c->columns; j++) {
            set_complex_value(number, entry(c, i, j), value_of(&c_values, i, j));
        }
    }
    fp_restore(flags);
}

static const Multiplication complex_numbers = {room_needed, multiply};

PRODUCT_LOOP(matmul, &complex_numbers)
PRODUCT_LOOP(matvec, &complex_numbers)
PRODUCT_LOOP(vecmat, &complex_numbers)
PRODUCT_LOOP(vecdot, &complex_numbers)

ComplexFunction complex_products[PRODUCT_COUNT] = {
    [PRODUCT_matmul] = {"matmul", 2, matmul_loop, {NULL, NULL}, NULL},
    [PRODUCT_matvec] = {"matvec", 2, matvec_loop, {NULL, NULL}, NULL},
    [PRODUCT_vecmat] = {"vecmat", 2, vecmat_loop, {NULL, NULL}, NULL},
    [PRODUCT_vecdot] = {"vecdot", 2, vecdot_loop, {NULL, NULL}, NULL},
};
