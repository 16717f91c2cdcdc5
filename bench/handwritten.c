/* What a programmer would write by hand for arrays of dual numbers: one loop
 * over elements of 1 + N doubles (the value, then N partial derivatives), with
 * N known to the compiler.  No checks for infinities, no strides, no NumPy:
 * the floor against which dualad's throughput is measured.
 *
 * hyper_*: the same to second order, elements of 1 + 4 + 10 doubles (the value,
 * 4 partials, the upper triangle of second derivatives row by row).
 *
 * exp calls the C library's exp once an element.  exp_given takes the values
 * of exp from an array, so that what remains is the chain rule alone.
 */
#include <math.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT
#endif

typedef void kernel(const double *restrict a, const double *restrict b, double *restrict out, long n);

#define KERNELS(N)                                                             \
    static void add_##N(const double *restrict a, const double *restrict b,    \
                        double *restrict out, long n)                          \
    {                                                                          \
        for (long i = 0; i < n * (1 + N); i++)                                 \
            out[i] = a[i] + b[i];                                              \
    }                                                                          \
    static void multiply_##N(const double *restrict a,                         \
                             const double *restrict b, double *restrict out,   \
                             long n)                                           \
    {                                                                          \
        for (long i = 0; i < n; i++, a += 1 + N, b += 1 + N, out += 1 + N) {   \
            const double x = a[0], y = b[0];                                   \
            out[0] = x * y;                                                    \
            for (int k = 1; k <= N; k++)                                       \
                out[k] = a[k] * y + x * b[k];                                  \
        }                                                                      \
    }                                                                          \
    static void exp_##N(const double *restrict a, const double *restrict b,    \
                        double *restrict out, long n)                          \
    {                                                                          \
        (void)b;                                                               \
        for (long i = 0; i < n; i++, a += 1 + N, out += 1 + N) {               \
            const double f = exp(a[0]);                                        \
            out[0] = f;                                                        \
            for (int k = 1; k <= N; k++)                                       \
                out[k] = f * a[k];                                             \
        }                                                                      \
    }                                                                          \
    static void exp_given_##N(const double *restrict a,                        \
                              const double *restrict b, double *restrict out,  \
                              long n)                                          \
    {                                                                          \
        for (long i = 0; i < n; i++, a += 1 + N, out += 1 + N) {               \
            const double f = b[i];                                             \
            out[0] = f;                                                        \
            for (int k = 1; k <= N; k++)                                       \
                out[k] = f * a[k];                                             \
        }                                                                      \
    }

KERNELS(1)
KERNELS(4)
KERNELS(8)
KERNELS(16)

#define H 4
#define HYPER (1 + H + H * (H + 1) / 2)

static void
hyper_add(const double *restrict a, const double *restrict b, double *restrict out, long n)
{
    for (long i = 0; i < n * HYPER; i++)
        out[i] = a[i] + b[i];
}

static void
hyper_multiply(const double *restrict a, const double *restrict b, double *restrict out, long n)
{
    for (long e = 0; e < n; e++, a += HYPER, b += HYPER, out += HYPER) {
        const double x = a[0], y = b[0];
        out[0] = x * y;
        for (int k = 1; k <= H; k++)
            out[k] = a[k] * y + x * b[k];
        int p = 1 + H;
        for (int i = 1; i <= H; i++)
            for (int j = i; j <= H; j++, p++)
                out[p] = a[p] * y + x * b[p] + a[i] * b[j] + b[i] * a[j];
    }
}

/* f(a) with the value f and the derivatives f', f'' of an expression in x */
#define HYPER_FUNCTION(NAME, FIRST, VALUE, SLOPE, BEND)                        \
    static void hyper_##NAME(const double *restrict a,                         \
                             const double *restrict b, double *restrict out,   \
                             long n)                                           \
    {                                                                          \
        (void)b;                                                               \
        for (long e = 0; e < n; e++, a += HYPER, out += HYPER) {               \
            const double x = a[0], t = FIRST;                                  \
            const double f = VALUE, d = SLOPE, dd = BEND;                      \
            (void)x, (void)t;                                                  \
            out[0] = f;                                                        \
            for (int k = 1; k <= H; k++)                                       \
                out[k] = d * a[k];                                             \
            int p = 1 + H;                                                     \
            for (int i = 1; i <= H; i++)                                       \
                for (int j = i; j <= H; j++, p++)                              \
                    out[p] = d * a[p] + dd * a[i] * a[j];                      \
        }                                                                      \
    }

HYPER_FUNCTION(exp, exp(x), t, t, t)
HYPER_FUNCTION(sin, sin(x), t, cos(x), -t)
HYPER_FUNCTION(log, 1.0 / x, log(x), t, -(t *t))
HYPER_FUNCTION(sqrt, sqrt(x), t, 0.5 / t, -0.25 / (t * x))
HYPER_FUNCTION(tanh, tanh(x), t, 1.0 - t * t, -2.0 * t * (1.0 - t * t))

static kernel *const hyper[] = {hyper_add, hyper_multiply, hyper_exp, hyper_sin, hyper_log, hyper_sqrt, hyper_tanh};

#define ROW(N) {add_##N, multiply_##N, exp_##N, exp_given_##N}
static kernel *const table[4][4] = {ROW(1), ROW(4), ROW(8), ROW(16)};

/* Run kernel `op` for the row's N, `times` times over the same memory. */
EXPORT int
run(int row, int op, const double *a, const double *b, double *out, long n, long times)
{
    if (row < 0 || row > 3 || op < 0 || op > 3)
        return -1;
    kernel *volatile work = table[row][op]; /* volatile: not to be hoisted */
    while (times-- > 0)
        work(a, b, out, n);
    return 0;
}

/* The same for the hyper-dual loops. */
EXPORT int
run_hyper(int op, const double *a, const double *b, double *out, long n, long times)
{
    if (op < 0 || op >= (int)(sizeof hyper / sizeof *hyper))
        return -1;
    kernel *volatile work = hyper[op];
    while (times-- > 0)
        work(a, b, out, n);
    return 0;
}
