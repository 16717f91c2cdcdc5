/*
 * NumPy's own float64 loops, found in its ufuncs: they compute every value, so that it is the
 * float program's to the last bit, with NumPy's SIMD.  C calls them without Python.
 */
#ifndef DUALAD_FLOAT_LOOPS_H
#define DUALAD_FLOAT_LOOPS_H

#include "numbers/numpy_api.h"

typedef struct {
    PyUFuncGenericFunction call; /* NULL: not found */
    void *data;
} FloatLoop;

/* The loop of a ufunc with these operand types, like "dd->d"; `call` is NULL when there is none. */
FloatLoop float_loop(PyObject *ufunc, const char *types);

/* One value at a time, with zero strides as NumPy has for one element (its loops may look at them). */
static inline double
float_loop_1(const FloatLoop *loop, double x)
{
    double f;
    char *data[2] = {(char *)&x, (char *)&f};
    npy_intp n = 1, steps[2] = {0, 0};
    loop->call(data, &n, steps, loop->data);
    return f;
}

static inline double
float_loop_2(const FloatLoop *loop, double x, double y)
{
    double f;
    char *data[3] = {(char *)&x, (char *)&y, (char *)&f};
    npy_intp n = 1, steps[3] = {0, 0, 0};
    loop->call(data, &n, steps, loop->data);
    return f;
}

#endif
