/* What a programmer would write by hand for arrays of dual numbers: one loop
 * over elements of 1 + N doubles (the value, then N partial derivatives), with
 * N known to the compiler.  No checks for infinities, no strides, no NumPy:
 * the floor against which dualad's throughput is measured.
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

typedef void kernel(const double *restrict a, const double *restrict b,
                    double *restrict out, long n);

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

#define ROW(N) {add_##N, multiply_##N, exp_##N, exp_given_##N}
static kernel *const table[4][4] = {ROW(1), ROW(4), ROW(8), ROW(16)};

/* Run kernel `op` for the row's N, `times` times over the same memory. */
EXPORT int run(int row, int op, const double *a, const double *b, double *out,
               long n, long times)
{
    if (row < 0 || row > 3 || op < 0 || op > 3)
        return -1;
    kernel *volatile work = table[row][op]; /* volatile: not to be hoisted */
    while (times-- > 0)
        work(a, b, out, n);
    return 0;
}
