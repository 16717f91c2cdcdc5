#include "loops/elementwise.h"

#include "loops/chain2.h"
#include "loops/fp_flags.h"

#include <string.h>

#define AT(pointer, stride) (const double *)((pointer) + i * (stride))

/* ---- how operands lie -------------------------------------------------------------------------- */

static void
extent(const char *start, npy_intp stride, npy_intp n, npy_intp size, const char **low, const char **high)
{
    npy_intp span = stride * (n - 1);
    *low = start + (span < 0 ? span : 0);
    *high = start + (span > 0 ? span : 0) + size;
}

enum LoopShape
loop_shape(int nin, int nout, char *const *data, const npy_intp *strides, npy_intp n, const npy_intp *sizes)
{
    if (n < 2) {
        return ELEMENTWISE;
    }
    if (nin == 2 && nout == 1 && is_reduction(data, strides)) {
        return REDUCTION;
    }
    if (nin == 2 && nout == 1 && data[0] + strides[2] == data[2] && strides[0] == strides[2]) {
        return ACCUMULATION;
    }
    for (int out = nin; out < nin + nout; out++) {
        const char *out_low, *out_high;
        extent(data[out], strides[out], n, sizes[out], &out_low, &out_high);
        for (int in = 0; in < nin; in++) {
            const char *low, *high;
            extent(data[in], strides[in], n, sizes[in], &low, &high);
            int in_place = data[in] == data[out] && strides[in] == strides[out];
            if (!in_place && low < out_high && out_low < high) {
                return OVERLAPPING;
            }
        }
    }
    return ELEMENTWISE;
}

/* ---- values and derivatives of a block ----------------------------------------------------------- */

/* The step in doubles that a float64 array of the same make has, as far as NumPy's loops choose
 * their way by it: none (x**2.0), one or more, forwards or backwards. */
static inline npy_intp
similar_step(npy_intp stride, npy_intp size)
{
    npy_intp step = stride == 0 ? 0 : stride == size || stride == -size ? 1 : 2;
    return stride < 0 ? -step : step;
}

/* n values spread out with a step; where the first is. */
static char *
spread_values(double *room, npy_intp step, const double *x, npy_intp n)
{
    double *first = step < 0 ? room - step * (n - 1) : room;
    for (npy_intp i = 0; i < n; i++) {
        first[i * step] = x[i];
    }
    return (char *)first;
}

/* A block of values as an operand of NumPy's float64 loop. */
typedef struct {
    double x[BLOCK], spread[2 * BLOCK];
    char *start;
    npy_intp step;
} Operand;

static inline void
gather_operand(Operand *operand, const char *from, npy_intp stride, npy_intp size, npy_intp n)
{
    npy_intp step = similar_step(stride, size);
    gather_values(operand->x, from, stride, n);
    operand->step = step * (npy_intp)sizeof(double);
    operand->start = step == 0 || step == 1 ? (char *)operand->x : spread_values(operand->spread, step, operand->x, n);
}

/* NumPy's loops go another way where the output runs backwards, so the values of a block do, too; then they are turned. */
static void
call_into(const FloatLoop *loop, char **data, npy_intp *steps, int output, double *f, npy_intp n, npy_intp so)
{
    data[output] = (char *)(so < 0 ? f + n - 1 : f);
    steps[output] = so < 0 ? -(npy_intp)sizeof *f : (npy_intp)sizeof *f;
    loop->call(data, &n, steps, loop->data);
    for (npy_intp i = 0, j = n - 1; so < 0 && i < j; i++, j--) {
        const double last = f[j];
        f[j] = f[i];
        f[i] = last;
    }
}

static void
block_value_1(const FloatLoop *loop, npy_intp n, const Operand *x, double *f, npy_intp so)
{
    char *data[2] = {x->start};
    npy_intp steps[2] = {x->step};
    call_into(loop, data, steps, 1, f, n, so);
}

static void
block_value_2(const FloatLoop *loop, npy_intp n, const Operand *x, const Operand *y, double *f, npy_intp so)
{
    char *data[3] = {x->start, y->start};
    npy_intp steps[3] = {x->step, y->step};
    call_into(loop, data, steps, 2, f, n, so);
}

/* out = f, d x', for a block; lanes are masked only where a derivative is infinite or NaN. */
static void
store_one(npy_intp lanes, npy_intp n, char *out, npy_intp so, const double *f, const double *d, const char *x,
          npy_intp sx)
{
    if (!all_finite(d, n)) {
        for (npy_intp i = 0; i < n; i++) {
            double *o = (double *)(out + i * so);
            chain_one_masked(o + 1, d[i], AT(x, sx) + 1, lanes);
            o[0] = f[i];
        }
        return;
    }
#define LOOP(N)                                                                                    \
    for (npy_intp i = 0; i < n; i++) {                                                             \
        double *o = (double *)(out + i * so);                                                      \
        chain_one(o + 1, d[i], AT(x, sx) + 1, N);                                                  \
        o[0] = f[i];                                                                               \
    }
    FOR_SIZE(lanes, LOOP)
#undef LOOP
}

static void
store_two(npy_intp lanes, npy_intp n, char *out, npy_intp so, const double *f, const double *dx, const char *x,
          npy_intp sx, const double *dy, const char *y, npy_intp sy)
{
    if (!all_finite(dx, n) || !all_finite(dy, n)) {
        for (npy_intp i = 0; i < n; i++) {
            double *o = (double *)(out + i * so);
            chain_two_masked(o + 1, dx[i], AT(x, sx) + 1, dy[i], AT(y, sy) + 1, lanes);
            o[0] = f[i];
        }
        return;
    }
#define LOOP(N)                                                                                    \
    for (npy_intp i = 0; i < n; i++) {                                                             \
        double *o = (double *)(out + i * so);                                                      \
        chain_two(o + 1, dx[i], AT(x, sx) + 1, dy[i], AT(y, sy) + 1, N);                           \
        o[0] = f[i];                                                                               \
    }
    FOR_SIZE(lanes, LOOP)
#undef LOOP
}

/* The same in second order. */
static void
store_second_one(int rule, const Number *number, npy_intp n, char *out, npy_intp so, const double *f, const double *d,
                 const double *d2, const char *x, npy_intp sx)
{
    for (npy_intp i = 0; i < n; i++) {
        double *o = (double *)(out + i * so), p = 0.0;
        if (rule_left_range(d[i], d2[i])) {
            p = rule_d2_by_d1(rule, *AT(x, sx), f[i]);
        }
        if (p != 0.0) {
            chain2_one_factored(number, o + 1, d[i], p, AT(x, sx) + 1);
        }
        else {
            chain2_one(number, o + 1, d[i], d2[i], AT(x, sx) + 1);
        }
        o[0] = f[i];
    }
}

static void
store_second_two(const RuleEntry *entry, const Number *number, npy_intp n, char *out, npy_intp so, const double *f,
                 const double *dx, const double *xs, const char *x, npy_intp sx, const double *dy, const double *ys,
                 const char *y, npy_intp sy)
{
    double dxx[BLOCK], dxy[BLOCK], dyy[BLOCK];
    entry->dxx(n, xs, ys, f, dxx);
    entry->dxy(n, xs, ys, f, dxy);
    entry->dyy(n, xs, ys, f, dyy);
    for (npy_intp i = 0; i < n; i++) {
        double *o = (double *)(out + i * so);
        const Derivatives2 d = {dx[i], dy[i], dxx[i], dxy[i], dyy[i]};
        chain2_two(number, o + 1, &d, AT(x, sx) + 1, AT(y, sy) + 1, 1, 1);
        o[0] = f[i];
    }
}

/* ---- one argument ---------------------------------------------------------------------------------- */

static int
unary_loop(int rule, const Number *number, char *const *data, npy_intp n, const npy_intp *strides)
{
    const RuleEntry *entry = &rule_table[rule];
    const int aux = rule_info[rule].aux;
    const npy_intp sx = strides[0], so = strides[1], sizes[2] = {number->itemsize, number->itemsize};
    const npy_intp step = loop_shape(1, 1, data, strides, n, sizes) == ELEMENTWISE ? BLOCK : 1;
    char *in = data[0], *out = data[1];
    double f[BLOCK], a[BLOCK], d[BLOCK];
    Operand x;
    unsigned flags = 0;

    while (n > 0) {
        npy_intp m = n < step ? n : step;
        gather_operand(&x, in, sx, sizes[0], m);
        block_value_1(&entry->value, m, &x, f, so);
        if (aux >= 0) {
            rule_auxiliary(aux, m, x.x, a);
        }
        entry->d1(m, x.x, f, aux >= 0 ? a : x.x, d);
        if (number->pairs > 0) {
            double d2[BLOCK];
            entry->d2(m, x.x, f, aux >= 0 ? a : x.x, d, d2);
            store_second_one(rule, number, m, out, so, f, d, d2, in, sx);
        }
        else {
            store_one(number->n, m, out, so, f, d, in, sx);
        }
        if (fp_flags() != flags) { /* the values' doing, or the derivatives'? */
            fp_restore(flags);
            block_value_1(&entry->value, m, &x, f, so);
            flags = fp_flags();
        }
        in += m * sx;
        out += m * so;
        n -= m;
    }
    return (int)flags;
}

/* ---- two arguments ----------------------------------------------------------------------------------- */

npy_intp
elementwise_sum_depth(npy_intp n)
{
    npy_intp levels = 1;
    for (; n > 16; n = (n + 1) / 2) {
        levels++;
    }
    return levels;
}

void
elementwise_sum_lanes(double *sum, const char *x, npy_intp sx, npy_intp n, npy_intp lanes, double *scratch)
{
    if (n <= 16) {
        memset(sum, 0, lanes * sizeof *sum);
        for (npy_intp i = 0; i < n; i++) {
            const double *lane = AT(x, sx) + 1;
            for (npy_intp k = 0; k < lanes; k++) {
                sum[k] += lane[k];
            }
        }
        return;
    }
    elementwise_sum_lanes(sum, x, sx, n / 2, lanes, scratch);
    elementwise_sum_lanes(scratch, x + n / 2 * sx, sx, n - n / 2, lanes, scratch + lanes);
    for (npy_intp k = 0; k < lanes; k++) {
        sum[k] += scratch[k];
    }
}

/* One step of a reduction: out = f(total, y), whose value f is known. */
static void
fold(const RuleEntry *entry, const Number *number, double *out, double f, const double *total, const double *y_value,
     const double *y)
{
    const double x_value = total[0];
    Derivatives2 d = {0.0, 0.0, 0.0, 0.0, 0.0};
    entry->dx(1, &x_value, y_value, &f, &d.a);
    entry->dy(1, &x_value, y_value, &f, &d.b);
    if (number->pairs > 0) {
        entry->dxx(1, &x_value, y_value, &f, &d.aa);
        entry->dxy(1, &x_value, y_value, &f, &d.ab);
        entry->dyy(1, &x_value, y_value, &f, &d.bb);
    }
    chain2_two_masked(number, out + 1, &d, total + 1, y + 1);
    out[0] = f;
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
 * NumPy's loop reduces the values, all at once, since its order of summing is its own; the lanes
 * are folded in order, or by halves for a sum.
 */
int
elementwise_reduce(int rule, const Number *number, double *total, const char *y, npy_intp sy, npy_intp n)
{
    const RuleEntry *entry = &rule_table[rule];
    const npy_intp step = similar_step(sy, number->itemsize), room = step == 0 || step == 1 ? n : 3 * n;
    const npy_intp levels = rule == RULE_add ? elementwise_sum_depth(n) : 1;
    double *values = PyMem_RawMalloc((room + levels * number->lanes) * sizeof(double));
    if (values == NULL) {
        return no_memory();
    }
    gather_values(values, y, sy, n);
    double value = total[0];
    char *start = step == 0 || step == 1 ? (char *)values : spread_values(values + n, step, values, n);
    char *operands[3] = {(char *)&value, start, (char *)&value};
    npy_intp steps[3] = {0, step * (npy_intp)sizeof(double), 0};
    entry->value.call(operands, &n, steps, entry->value.data);
    unsigned flags = fp_flags();
    if (rule == RULE_add) {
        double *sum = values + room;
        elementwise_sum_lanes(sum, y, sy, n, number->lanes, sum + number->lanes);
        for (npy_intp k = 0; k < number->lanes; k++) {
            total[1 + k] += sum[k];
        }
    }
    else {
        for (npy_intp i = 0; i < n; i++) {
            double f = float_loop_2(&entry->value, total[0], values[i]);
            fold(entry, number, total, f, total, values + i, AT(y, sy));
        }
    }
    total[0] = value;
    PyMem_RawFree(values);
    return (int)flags;
}

/*
 * ufunc.accumulate: out[i] = f(out[i - 1], y[i]), where out[-1] is the first operand's start.  The
 * values go through NumPy's loop in memory that overlaps as theirs does.
 */
static int
accumulate(int rule, const Number *number, char *first, npy_intp step, const char *y, npy_intp sy, npy_intp n)
{
    const RuleEntry *entry = &rule_table[rule];
    double *totals = PyMem_RawMalloc((2 * n + 1) * sizeof(double));
    if (totals == NULL) {
        return no_memory();
    }
    double *values = totals + n + 1;
    gather_values(values, y, sy, n);
    totals[0] = *(double *)first;
    char *operands[3] = {(char *)totals, (char *)values, (char *)(totals + 1)};
    npy_intp steps[3] = {sizeof(double), sizeof(double), sizeof(double)};
    entry->value.call(operands, &n, steps, entry->value.data);
    unsigned flags = fp_flags();
    for (npy_intp i = 0; i < n; i++, first += step) {
        const double *total = (const double *)first;
        fold(entry, number, (double *)(first + step), totals[i + 1], total, values + i, AT(y, sy));
    }
    PyMem_RawFree(totals);
    return (int)flags;
}

static int
binary_loop(int rule, const Number *of_x, const Number *of_y, char *const *data, npy_intp n, const npy_intp *strides)
{
    const Number *number = of_x != NULL ? of_x : of_y;
    const RuleEntry *entry = &rule_table[rule];
    const npy_intp sx = strides[0], sy = strides[1], so = strides[2];
    const npy_intp sizes[3] = {of_x ? number->itemsize : 8, of_y ? number->itemsize : 8, number->itemsize};
    const enum LoopShape shape = loop_shape(2, 1, data, strides, n, sizes);
    if (shape == REDUCTION && of_x != NULL && of_y != NULL) {
        return elementwise_reduce(rule, number, (double *)data[0], data[1], sy, n);
    }
    if (shape == ACCUMULATION && of_x != NULL && of_y != NULL) {
        return accumulate(rule, number, data[0], so, data[1], sy, n);
    }
    const npy_intp step = shape == ELEMENTWISE ? BLOCK : 1;
    const char *in_x = data[0], *in_y = data[1];
    char *out = data[2];
    double f[BLOCK], dx[BLOCK], dy[BLOCK];
    Operand x, y;
    unsigned flags = 0;

    while (n > 0) {
        npy_intp m = n < step ? n : step;
        gather_operand(&x, in_x, sx, sizes[0], m);
        gather_operand(&y, in_y, sy, sizes[1], m);
        block_value_2(&entry->value, m, &x, &y, f, so);
        if (of_x != NULL) {
            entry->dx(m, x.x, y.x, f, dx);
        }
        if (of_y != NULL) {
            entry->dy(m, x.x, y.x, f, dy);
        }
        if (number->pairs > 0 && of_x != NULL && of_y != NULL) {
            store_second_two(entry, number, m, out, so, f, dx, x.x, in_x, sx, dy, y.x, in_y, sy);
        }
        else if (number->pairs > 0) {
            double d2[BLOCK];
            (of_y == NULL ? entry->dxx : entry->dyy)(m, x.x, y.x, f, d2);
            store_second_one(rule, number, m, out, so, f, of_y == NULL ? dx : dy, d2, of_y == NULL ? in_x : in_y,
                             of_y == NULL ? sx : sy);
        }
        else if (of_y == NULL) {
            store_one(number->n, m, out, so, f, dx, in_x, sx);
        }
        else if (of_x == NULL) {
            store_one(number->n, m, out, so, f, dy, in_y, sy);
        }
        else {
            store_two(number->n, m, out, so, f, dx, in_x, sx, dy, in_y, sy);
        }
        if (fp_flags() != flags) {
            fp_restore(flags);
            block_value_2(&entry->value, m, &x, &y, f, so);
            flags = fp_flags();
        }
        in_x += m * sx;
        in_y += m * sy;
        out += m * so;
        n -= m;
    }
    return (int)flags;
}

/* ---- any rule -------------------------------------------------------------------------------------- */

int
elementwise_run(int rule, const Number *of_x, const Number *of_y, char *const *data, npy_intp n,
                const npy_intp *strides)
{
    fp_restore(0);
    if (arithmetic_loops[rule] != NULL) {
        return arithmetic_loops[rule](of_x, of_y, data, n, strides);
    }
    return rule_info[rule].nin == 1 ? unary_loop(rule, of_x, data, n, strides)
                                    : binary_loop(rule, of_x, of_y, data, n, strides);
}
