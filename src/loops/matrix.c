#include "loops/matrix.h"

static npy_intp
similar_step(npy_intp step, npy_intp size, npy_intp wider)
{
    npy_intp magnitude = step == 0 ? 0 : step == size || step == -size ? 1 : wider;
    return step < 0 ? -magnitude : magnitude;
}

Matrix
matrix_like(const Matrix *a, npy_intp size_in_a, npy_intp size, void *room)
{
    const int by_rows = lies_by_rows(a);
    const npy_intp inner = by_rows ? a->columns : a->rows;
    const npy_intp inner_step = similar_step(by_rows ? a->column_step : a->row_step, size_in_a, 2);
    npy_intp outer_step = by_rows ? a->row_step : a->column_step;
    npy_intp width = Py_ABS(inner_step) * inner;
    width = width < 1 ? 1 : width;
    if (outer_step == 0 ||
        (outer_step % size_in_a == 0 && Py_ABS(outer_step) < width * size_in_a && Py_ABS(inner_step) <= 1)) {
        outer_step /= size_in_a; /* rows that overlap, as windows do: BLAS does not take them */
    }
    else {
        outer_step = outer_step < 0 ? -width : width;
    }

    Matrix copy = *a;
    copy.lanes = 0;
    copy.row_step = (by_rows ? outer_step : inner_step) * size;
    copy.column_step = (by_rows ? inner_step : outer_step) * size;
    npy_intp start = 0;
    start -= copy.row_step < 0 ? copy.row_step * (a->rows - 1) : 0;
    start -= copy.column_step < 0 ? copy.column_step * (a->columns - 1) : 0;
    copy.data = (char *)room + start;
    return copy;
}

void
plain_product(const FloatLoop *loop, int product, const Matrix *a, const Matrix *b, const Matrix *c)
{
    char *data[3] = {a->data, b->data, c->data};
    if (product == PRODUCT_matmul) {
        npy_intp dimensions[4] = {1, a->rows, a->columns, b->columns};
        npy_intp steps[9] = {
            0, 0, 0, a->row_step, a->column_step, b->row_step, b->column_step, c->row_step, c->column_step};
        loop->call(data, dimensions, steps, loop->data);
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

int
product_loop(const Multiplication *how, int product, PyArrayMethod_Context *context, char *const *data,
             const npy_intp *dimensions, const npy_intp *strides)
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
    const Number *number = of_a != NULL ? of_a : of_b;
    a.lanes = of_a != NULL ? of_a->lanes : 0;
    b.lanes = of_b != NULL ? of_b->lanes : 0;
    c.lanes = number->lanes;

    void *room = PyMem_RawMalloc(how->room_needed(number, &a, &b, &c));
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
        how->multiply(product, number, &a, &b, &c, room);
    }
    PyMem_RawFree(room);
    return 0;
}
