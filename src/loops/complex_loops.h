/* Strided loops for functions of complex dual numbers, element by element. */
#ifndef DUALAD_COMPLEX_LOOPS_H
#define DUALAD_COMPLEX_LOOPS_H

#include "rules/complex_rules.h"
#include "numbers/number.h"

/* Functions that have no complex derivative: pairs of real functions of the real and imaginary part. */
#define COMPLEX_MAPS(ROW) ROW(conjugate) ROW(sign) ROW(rint) ROW(absolute)

/* What only asks, and decides by the value: NumPy's complex128 loops do. */
#define COMPLEX_TESTS(ROW) ROW(isfinite) ROW(isinf) ROW(isnan) ROW(logical_not)
#define COMPLEX_COMPARISONS(ROW) ROW(equal) ROW(not_equal) ROW(less) ROW(less_equal) ROW(greater) ROW(greater_equal)

enum {
#define ROW(name) COMPLEX_MAP_##name,
    COMPLEX_MAPS(ROW) COMPLEX_MAP_COUNT,
#undef ROW
#define ROW(name) COMPLEX_PREDICATE_##name,
    COMPLEX_PREDICATE_BEFORE = -1,
    COMPLEX_TESTS(ROW) COMPLEX_COMPARISONS(ROW) COMPLEX_PREDICATE_COUNT
#undef ROW
};

typedef struct {
    const char *name;
    int nin;
    PyArrayMethod_StridedLoop *loop;
    FloatLoop value; /* NumPy's */
    PyObject *ufunc;
} ComplexFunction;

extern ComplexFunction complex_maps[COMPLEX_MAP_COUNT], complex_predicates[COMPLEX_PREDICATE_COUNT];

/* The loop of a row of complex_rules.def. */
PyArrayMethod_StridedLoop *complex_rule_loop(int rule);

/* The lanes of one element, from its value f: of a map (out is a real element for absolute, which has no
 * second part). */
int complex_map_element(int map, const Number *number, double *out, Complex f, const double *x);

static inline Complex
complex_value(const Number *number, const double *element)
{
    return cx(element[0], element[part_width(number)]);
}

static inline void
set_complex_value(const Number *number, double *element, Complex value)
{
    element[0] = value.re;
    element[part_width(number)] = value.im;
}

/* The strides of an operand and of the result with which NumPy calls a loop for a scalar; its versions
 * differ, and its loops choose their way by them. */
extern npy_intp complex_steps_of_one[2];

/* One value, as NumPy's loop gives it for one element. */
static inline Complex
complex_loop_1(const FloatLoop *loop, Complex z)
{
    Complex f = {0.0, 0.0};
    char *data[2] = {(char *)&z, (char *)&f};
    npy_intp n = 1, steps[2] = {complex_steps_of_one[0], complex_steps_of_one[1]};
    loop->call(data, &n, steps, loop->data);
    return f;
}

static inline Complex
complex_loop_2(const FloatLoop *loop, Complex x, Complex y)
{
    Complex f;
    char *data[3] = {(char *)&x, (char *)&y, (char *)&f};
    npy_intp n = 1, steps[3] = {complex_steps_of_one[0], complex_steps_of_one[0], complex_steps_of_one[1]};
    loop->call(data, &n, steps, loop->data);
    return f;
}

#endif
