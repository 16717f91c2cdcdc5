#include "loops/complex_loops.h"

#include "loops/complex_chain.h"
#include "loops/elementwise.h"
#include "loops/fp_flags.h"
#include "rules/special.h"

#include <string.h>

#define AT(pointer, stride) (const double *)((pointer) + i * (stride))
#define ROOM (BLOCK / 2)

/* ---- values of a block ------------------------------------------------------------------------------ */

/* A block of complex128 as an operand of NumPy's loop, with a step like the one that a complex128 array
 * of the same make has: the loops choose their way by it. */
typedef struct {
    Complex x[ROOM], spread[2 * ROOM];
    char *start;
    npy_intp step;
} Operand;

static npy_intp
similar_step(npy_intp stride, npy_intp size)
{
    npy_intp step = stride == 0 ? 0 : stride == size || stride == -size ? 1 : 2;
    return stride < 0 ? -step : step;
}

/* `number` is NULL for a complex128 operand. */
static void
gather(Operand *operand, const Number *number, const char *from, npy_intp stride, npy_intp n)
{
    const npy_intp size = number != NULL ? number->itemsize : (npy_intp)sizeof(Complex);
    const npy_intp imaginary = number != NULL ? part_width(number) : 1;
    const npy_intp step = similar_step(stride, size);
    for (npy_intp i = 0; i < n; i++) {
        const double *element = AT(from, stride);
        operand->x[i] = cx(element[0], element[imaginary]);
    }
    Complex *first = operand->x;
    if (step != 0 && step != 1) {
        first = step < 0 ? operand->spread - step * (n - 1) : operand->spread;
        for (npy_intp i = 0; i < n; i++) {
            first[i * step] = operand->x[i];
        }
    }
    operand->start = (char *)first;
    operand->step = step * (npy_intp)sizeof(Complex);
}

static void
value_1(const FloatLoop *loop, npy_intp n, const Operand *x, void *f, npy_intp size)
{
    char *data[2] = {x->start, f};
    npy_intp steps[2] = {x->step, size};
    loop->call(data, &n, steps, loop->data);
}

static void
value_2(const FloatLoop *loop, npy_intp n, const Operand *x, const Operand *y, void *f, npy_intp size)
{
    char *data[3] = {x->start, y->start, f};
    npy_intp steps[3] = {x->step, y->step, size};
    loop->call(data, &n, steps, loop->data);
}

/* The same into a block of f, through memory that has the result's make; `item` and `size` are the bytes of
 * an element there and in the dual array.  y is NULL for functions of one argument. */
static void
values_like(const FloatLoop *loop, npy_intp n, const Operand *x, const Operand *y, void *f, npy_intp item,
            npy_intp stride, npy_intp size)
{
    const npy_intp step = similar_step(stride, size) * item;
    Complex room[2 * ROOM];
    char *start = f;
    if (step < 0 || step > item) {
        start = (char *)room - (step < 0 ? step * (n - 1) : 0);
    }
    if (y == NULL) {
        value_1(loop, n, x, start, step);
    }
    else {
        value_2(loop, n, x, y, start, step);
    }
    for (npy_intp i = 0; start != f && i < n; i++) {
        memcpy((char *)f + i * item, start + i * step, item);
    }
}

/* ---- holomorphic functions --------------------------------------------------------------------------- */

npy_intp complex_steps_of_one[2] = {0, 0};

static void
unary(const ComplexRule *rule, const Number *number, char *const *data, npy_intp n, const npy_intp *strides)
{
    const npy_intp sx = strides[0], so = strides[1], sizes[2] = {number->itemsize, number->itemsize};
    const npy_intp most = loop_shape(1, 1, data, strides, n, sizes) == ELEMENTWISE ? ROOM : 1;
    const char *in = data[0];
    char *out = data[1];
    Operand x;
    Complex f[ROOM], a[ROOM];
    ComplexDerivatives d;
    while (n > 0) {
        const npy_intp m = n < most ? n : most;
        gather(&x, number, in, sx, m);
        values_like(&rule->value, m, &x, NULL, f, sizeof *f, so, sizes[1]);
        unsigned flags = fp_flags();
        if (rule->aux >= 0) {
            value_1(&complex_rules[rule->aux].value, m, &x, a, sizeof *a);
        }
        for (npy_intp i = 0; i < m; i++) {
            double *to = (double *)(out + i * so);
            rule->one(x.x[i], f[i], rule->aux >= 0 ? a[i] : x.x[i], &d);
            complex_chain_one(number, to, &d, AT(in, sx));
            set_complex_value(number, to, f[i]);
        }
        fp_restore(flags);
        in += m * sx;
        out += m * so;
        n -= m;
    }
}

/* f(x, y) of one element, whose value is known; an operand without a number is a constant. */
static void
element_of_two(const ComplexRule *rule, const Number *of_x, const Number *of_y, double *out, Complex f, Complex x,
               Complex y, const double *x_element, const double *y_element)
{
    const Number *number = of_x != NULL ? of_x : of_y;
    ComplexDerivatives d;
    rule->two(x, y, f, number->pairs > 0, &d);
    if (of_x != NULL && of_y != NULL) {
        complex_chain_two(number, out, &d, x_element, y_element);
    }
    else if (of_x != NULL) {
        complex_chain_one(number, out, &d, x_element);
    }
    else {
        d.a = d.b;
        d.aa = d.bb;
        complex_chain_one(number, out, &d, y_element);
    }
    set_complex_value(number, out, f);
}

static int
no_memory(void)
{
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    PyErr_NoMemory();
    NPY_DISABLE_C_API;
    return -1;
}

/*
 * ufunc.reduce and ufunc.accumulate: NumPy's loop does all values at once, in its own order; lanes are
 * folded in order, or by halves for a sum.  An accumulation's totals lie behind each other.
 */
static int
reduce(int which, const Number *number, double *total, const char *y, npy_intp sy, npy_intp n)
{
    const ComplexRule *rule = &complex_rules[which];
    const npy_intp step = sy == number->itemsize ? 1 : sy == 0 ? 0 : sy == -number->itemsize ? -1 : sy < 0 ? -2 : 2;
    const npy_intp room = step == 0 || step == 1 ? n : 3 * n, depth = elementwise_sum_depth(n);
    Complex *values = PyMem_RawMalloc(room * sizeof *values + depth * number->lanes * sizeof(double));
    if (values == NULL) {
        return no_memory();
    }
    for (npy_intp i = 0; i < n; i++) {
        values[i] = complex_value(number, AT(y, sy));
    }
    Complex *start = values, value = complex_value(number, total);
    if (step != 0 && step != 1) {
        start = step < 0 ? values + n - step * (n - 1) : values + n;
        for (npy_intp i = 0; i < n; i++) {
            start[i * step] = values[i];
        }
    }
    char *operands[3] = {(char *)&value, (char *)start, (char *)&value};
    npy_intp steps[3] = {0, step * (npy_intp)sizeof *values, 0};
    rule->value.call(operands, &n, steps, rule->value.data);
    unsigned flags = fp_flags();
    if (which == COMPLEX_add) {
        const npy_intp width = part_width(number);
        double *sum = (double *)(values + room);
        for (int part = 0; part < 2; part++) {
            elementwise_sum_lanes(sum, y + part * width * sizeof(double), sy, n, number->lanes, sum + number->lanes);
            for (npy_intp k = 0; k < number->lanes; k++) {
                total[part * width + 1 + k] += sum[k];
            }
        }
    }
    else {
        for (npy_intp i = 0; i < n; i++) {
            const Complex x = complex_value(number, total), f = complex_loop_2(&rule->value, x, values[i]);
            element_of_two(rule, number, number, total, f, x, values[i], total, AT(y, sy));
        }
    }
    set_complex_value(number, total, value);
    PyMem_RawFree(values);
    fp_restore(flags);
    return 0;
}

static int
accumulate(const ComplexRule *rule, const Number *number, char *first, npy_intp step, const char *y, npy_intp sy,
           npy_intp n)
{
    Complex *totals = PyMem_RawMalloc((2 * n + 1) * sizeof *totals);
    if (totals == NULL) {
        return no_memory();
    }
    Complex *values = totals + n + 1;
    for (npy_intp i = 0; i < n; i++) {
        values[i] = complex_value(number, AT(y, sy));
    }
    totals[0] = complex_value(number, (const double *)first);
    char *operands[3] = {(char *)totals, (char *)values, (char *)(totals + 1)};
    npy_intp steps[3] = {sizeof *totals, sizeof *totals, sizeof *totals};
    rule->value.call(operands, &n, steps, rule->value.data);
    unsigned flags = fp_flags();
    for (npy_intp i = 0; i < n; i++, first += step) {
        element_of_two(rule, number, number, (double *)(first + step), totals[i + 1], totals[i], values[i],
                       (const double *)first, AT(y, sy));
    }
    PyMem_RawFree(totals);
    fp_restore(flags);
    return 0;
}

static int
binary(int which, const Number *of_x, const Number *of_y, char *const *data, npy_intp n, const npy_intp *strides)
{
    const Number *number = of_x != NULL ? of_x : of_y;
    const ComplexRule *rule = &complex_rules[which];
    const npy_intp sx = strides[0], sy = strides[1], so = strides[2], plain = sizeof(Complex);
    const npy_intp sizes[3] = {of_x ? number->itemsize : plain, of_y ? number->itemsize : plain, number->itemsize};
    const enum LoopShape shape = loop_shape(2, 1, data, strides, n, sizes);
    if (shape == REDUCTION && of_x != NULL && of_y != NULL) {
        return reduce(which, number, (double *)data[0], data[1], sy, n);
    }
    if (shape == ACCUMULATION && of_x != NULL && of_y != NULL) {
        return accumulate(rule, number, data[0], so, data[1], sy, n);
    }
    const npy_intp most = shape == ELEMENTWISE ? ROOM : 1;
    const char *in_x = data[0], *in_y = data[1];
    char *out = data[2];
    Operand x, y;
    Complex f[ROOM];
    while (n > 0) {
        const npy_intp m = n < most ? n : most;
        gather(&x, of_x, in_x, sx, m);
        gather(&y, of_y, in_y, sy, m);
        values_like(&rule->value, m, &x, &y, f, sizeof *f, so, sizes[2]);
        unsigned flags = fp_flags();
        for (npy_intp i = 0; i < m; i++) {
            element_of_two(rule, of_x, of_y, (double *)(out + i * so), f[i], x.x[i], y.x[i], AT(in_x, sx),
                           AT(in_y, sy));
        }
        fp_restore(flags);
        in_x += m * sx;
        in_y += m * sy;
        out += m * so;
        n -= m;
    }
    return 0;
}

static int
run_rule(int which, PyArrayMethod_Context *context, char *const *data, npy_intp n, const npy_intp *strides)
{
    const Number *of_x = number_of_descr(context->descriptors[0]);
    if (complex_rules[which].nin == 1) {
        unary(&complex_rules[which], of_x, data, n, strides);
        return 0;
    }
    return binary(which, of_x, number_of_descr(context->descriptors[1]), data, n, strides);
}

#define LOOP(name, CALL)                                                                           \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return CALL(name);                                                                         \
    }
#define RUN(name) run_rule(COMPLEX_##name, context, data, dimensions[0], strides)
#define HOLOMORPHIC1(name, ...) LOOP(name, RUN)
#define HOLOMORPHIC2 HOLOMORPHIC1
#include "rules/complex_rules.def"

#define HOLOMORPHIC1(name, ...) [COMPLEX_##name] = name##_loop,
#define HOLOMORPHIC2 HOLOMORPHIC1
static PyArrayMethod_StridedLoop *const rule_loops[COMPLEX_RULE_COUNT] = {
#include "rules/complex_rules.def"
};

PyArrayMethod_StridedLoop *
complex_rule_loop(int rule)
{
    return rule_loops[rule];
}

/* ---- pairs of real functions ----------------------------------------------------------------------------- */

/* z / |z| = c + i s: the angle moves, the modulus does not.  At 0 it is 0. */
static void
sign_derivatives(Complex z, Complex f, Derivatives2 *u, Derivatives2 *v)
{
    const double r = hypot(z.re, z.im);
    memset(u, 0, sizeof *u);
    memset(v, 0, sizeof *v);
    if (r == 0.0) {
        return;
    }
    const double c = f.re, s = f.im, of_c = (2.0 * s * s - c * c) * c / r / r, of_s = (2.0 * c * c - s * s) * s / r / r;
    *u = (Derivatives2){s * s / r, -c * s / r, -3.0 * c * s * s / r / r, of_s, of_c};
    *v = (Derivatives2){-c * s / r, c * c / r, of_s, of_c, -3.0 * s * c * c / r / r};
}

int
complex_map_element(int map, const Number *number, double *out, Complex f, const double *x)
{
    const npy_intp width = part_width(number);
    const double re = x[0], im = x[width];
    Derivatives2 u, v;
    double *copy = NULL;
    switch (map) {
    case COMPLEX_MAP_conjugate:
        memmove(out, x, number->itemsize);
        for (npy_intp k = width; k < 2 * width; k++) {
            out[k] = -out[k];
        }
        break;
    case COMPLEX_MAP_rint: memset(out, 0, number->itemsize); break;
    case COMPLEX_MAP_absolute: /* `out` may be where x has its real part */
        u = (Derivatives2){sp_hypot_dx(re, im, f.re), sp_hypot_dx(im, re, f.re), sp_hypot_dxx(re, im, f.re),
                           sp_hypot_dxy(re, im, f.re), sp_hypot_dxx(im, re, f.re)};
        real_chain(number, out + 1, &u, x);
        out[0] = f.re;
        return 0;
    default:
        sign_derivatives(cx(re, im), f, &u, &v);
        if (out == x) {
            copy = PyMem_RawMalloc(number->itemsize);
            if (copy == NULL) {
                return no_memory();
            }
            x = memcpy(copy, x, number->itemsize);
        }
        real_chain(number, out + 1, &u, x);
        real_chain(number, out + width + 1, &v, x);
        PyMem_RawFree(copy);
    }
    set_complex_value(number, out, f);
    return 0;
}

static int
run_map(int map, const Number *number, char *const *data, npy_intp n, const npy_intp *strides)
{
    const int real = map == COMPLEX_MAP_absolute;
    const npy_intp sx = strides[0], so = strides[1];
    const npy_intp sizes[2] = {number->itemsize, real ? number->twin->itemsize : number->itemsize};
    const npy_intp most = loop_shape(1, 1, data, strides, n, sizes) == ELEMENTWISE ? ROOM : 1;
    const char *in = data[0];
    char *out = data[1];
    Operand x;
    double f[2 * ROOM];
    while (n > 0) {
        const npy_intp m = n < most ? n : most;
        gather(&x, number, in, sx, m);
        values_like(&complex_maps[map].value, m, &x, NULL, f, real ? sizeof(double) : sizeof(Complex), so, sizes[1]);
        unsigned flags = fp_flags();
        for (npy_intp i = 0; i < m; i++) {
            const Complex value = real ? cx(f[i], 0.0) : cx(f[2 * i], f[2 * i + 1]);
            if (complex_map_element(map, number, (double *)(out + i * so), value, AT(in, sx)) < 0) {
                return -1;
            }
        }
        fp_restore(flags);
        in += m * sx;
        out += m * so;
        n -= m;
    }
    return 0;
}

#define RUN_MAP(name)                                                                              \
    run_map(COMPLEX_MAP_##name, number_of_descr(context->descriptors[0]), data, dimensions[0], strides)
#define ROW(name) LOOP(name, RUN_MAP)
COMPLEX_MAPS(ROW)
#undef ROW

ComplexFunction complex_maps[COMPLEX_MAP_COUNT] = {
#define ROW(name) [COMPLEX_MAP_##name] = {#name, 1, name##_loop, {NULL, NULL}, NULL},
    COMPLEX_MAPS(ROW)
#undef ROW
};

/* ---- tests and comparisons ----------------------------------------------------------------------------- */

static int
run_predicate(int which, PyArrayMethod_Context *context, char *const *data, npy_intp n, const npy_intp *strides)
{
    const ComplexFunction *predicate = &complex_predicates[which];
    const Number *numbers_of[2] = {number_of_descr(context->descriptors[0]),
                                   predicate->nin == 2 ? number_of_descr(context->descriptors[1]) : NULL};
    Operand x[2];
    for (npy_intp start = 0; start < n; start += ROOM) {
        const npy_intp m = n - start < ROOM ? n - start : ROOM;
        for (int i = 0; i < predicate->nin; i++) {
            gather(&x[i], numbers_of[i], data[i] + start * strides[i], strides[i], m);
        }
        char *out = data[predicate->nin] + start * strides[predicate->nin];
        if (predicate->nin == 1) {
            value_1(&predicate->value, m, &x[0], out, strides[1]);
        }
        else {
            value_2(&predicate->value, m, &x[0], &x[1], out, strides[2]);
        }
    }
    return 0;
}

#define RUN_PREDICATE(name) run_predicate(COMPLEX_PREDICATE_##name, context, data, dimensions[0], strides)
#define ROW(name) LOOP(name, RUN_PREDICATE)
COMPLEX_TESTS(ROW)
COMPLEX_COMPARISONS(ROW)
#undef ROW

ComplexFunction complex_predicates[COMPLEX_PREDICATE_COUNT] = {
#define ROW(name) [COMPLEX_PREDICATE_##name] = {#name, 1, name##_loop, {NULL, NULL}, NULL},
    COMPLEX_TESTS(ROW)
#undef ROW
#define ROW(name) [COMPLEX_PREDICATE_##name] = {#name, 2, name##_loop, {NULL, NULL}, NULL},
        COMPLEX_COMPARISONS(ROW)
#undef ROW
};
