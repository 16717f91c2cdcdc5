/* Strided loops for the functions of the rule table, over arrays of dual numbers. */
#ifndef DUALAD_ELEMENTWISE_H
#define DUALAD_ELEMENTWISE_H

#include "numbers/number.h"
#include "loops/rule_table.h"

/* Elements whose values and derivatives are worked out together, on the stack. */
#define BLOCK 128

/* How the operands of a binary loop lie. */
enum LoopShape {
    ELEMENTWISE,  /* each element by itself */
    REDUCTION,    /* one accumulator, first operand and result (ufunc.reduce) */
    ACCUMULATION, /* each result is the next first operand (ufunc.accumulate) */
    OVERLAPPING   /* results may feed later elements in another way */
};
enum LoopShape loop_shape(int nin, int nout, char *const *data, const npy_intp *strides, npy_intp n,
                          const npy_intp *sizes);

static inline int
is_reduction(char *const *data, const npy_intp *strides)
{
    return data[0] == data[2] && strides[0] == 0 && strides[2] == 0;
}

/* A loop over n elements; operands that are float64 have no Number.  It is entered with no
 * floating-point flag set and returns those that the values have raised, or -1 with an exception. */
typedef int ElementLoop(const Number *of_x, const Number *of_y, char *const *data, npy_intp n, const npy_intp *strides);

/* The EXACT rules' own loops (arithmetic.c); NULL for the others. */
extern ElementLoop *const arithmetic_loops[];

/* Any rule over elements, with flags cleared first; and the same as a ufunc's loop (ufunc_loops.c). */
int elementwise_run(int rule, const Number *of_x, const Number *of_y, char *const *data, npy_intp n,
                    const npy_intp *strides);
PyArrayMethod_StridedLoop *elementwise_loop(int rule);

/* ufunc.reduce: total = f(total, y) over n elements y; returns as an ElementLoop. */
int elementwise_reduce(int rule, const Number *number, double *total, const char *y, npy_intp sy, npy_intp n);

/* Sums of lanes by halves, as NumPy's sums of values, so that rounding errors do not pile up.  `scratch`
 * has room for one element's lanes at each level of halving but one. */
npy_intp elementwise_sum_depth(npy_intp n);
void elementwise_sum_lanes(double *sum, const char *x, npy_intp sx, npy_intp n, npy_intp lanes, double *scratch);

/* Copy the values (first doubles) of n elements to a contiguous block. */
static inline void
gather_values(double *restrict to, const char *from, npy_intp stride, npy_intp n)
{
    for (npy_intp i = 0; i < n; i++, from += stride) {
        to[i] = *(const double *)from;
    }
}

#endif
