/* Operands of matrix products: how they lie in memory, NumPy's own loops on their values, and the loop over stacks. */
#ifndef DUALAD_MATRIX_H
#define DUALAD_MATRIX_H

#include "loops/float_loops.h"
#include "numbers/number.h"

enum { PRODUCT_matmul, PRODUCT_matvec, PRODUCT_vecmat, PRODUCT_vecdot, PRODUCT_COUNT };

/* A matrix of elements in an operand; lanes is 0 for one of plain numbers. */
typedef struct {
    char *data;
    npy_intp rows, columns, row_step, column_step; /* steps in bytes */
    npy_intp lanes;
} Matrix;

static inline double *
entry(const Matrix *a, npy_intp i, npy_intp j)
{
    return (double *)(a->data + i * a->row_step + j * a->column_step);
}

/* Of plain numbers of this size. */
static inline Matrix
contiguous(void *data, npy_intp rows, npy_intp columns, npy_intp size)
{
    Matrix a = {data, rows, columns, columns * size, size, 0};
    return a;
}

/* Are the elements of a row next to each other, rather than those of a column? */
static inline int
lies_by_rows(const Matrix *a)
{
    return a->rows <= 1 || (a->columns > 1 && Py_ABS(a->column_step) <= Py_ABS(a->row_step));
}

/* A matrix of plain numbers of this size in `room`, which is not filled yet, with the steps that one of the same
 * make as `a` would have, as far as NumPy's choice among BLAS routines looks at them: none, one, or wider, forwards
 * or backwards.  Needs room for 2 rows columns numbers. */
Matrix matrix_like(const Matrix *a, npy_intp size_in_a, npy_intp size, void *room);

/* The same for a product.  Where it is a vector, its bits do not depend on how it lies, and NumPy's vecmat of complex
 * numbers writes it as if it were contiguous. */
static inline Matrix
like_output(int product, const Matrix *c, npy_intp size_in_c, npy_intp size, void *room)
{
    return product == PRODUCT_matmul ? matrix_like(c, size_in_c, size, room)
                                     : contiguous(room, c->rows, c->columns, size);
}

/* Is b the transpose of a, in the same memory?  A A^T has a BLAS routine of its own, which NumPy takes then. */
static inline int
is_transpose(const Matrix *a, const Matrix *b)
{
    return a->data == b->data && a->rows == b->columns && a->row_step == b->column_step &&
           a->column_step == b->row_step && a->columns == b->rows;
}

static inline Matrix
transposed(Matrix a)
{
    Matrix b = {a.data, a.columns, a.rows, a.column_step, a.row_step, a.lanes};
    return b;
}

/* c = a b of plain numbers, by NumPy's loop for the product. */
void plain_product(const FloatLoop *loop, int product, const Matrix *a, const Matrix *b, const Matrix *c);

/* How numbers of some kind are multiplied: the bytes that it takes, and one product. */
typedef struct {
    npy_intp (*room_needed)(const Number *number, const Matrix *a, const Matrix *b, const Matrix *c);
    void (*multiply)(int product, const Number *number, const Matrix *a, const Matrix *b, const Matrix *c, void *room);
} Multiplication;

/* The ufunc loop: a product for each of the stack. */
int product_loop(const Multiplication *how, int product, PyArrayMethod_Context *context, char *const *data,
                 const npy_intp *dimensions, const npy_intp *strides);

/* A loop of a ufunc by its name. */
#define PRODUCT_LOOP(name, how)                                                                    \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return product_loop(how, PRODUCT_##name, context, data, dimensions, strides);              \
    }

#endif
