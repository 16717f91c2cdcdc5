/*
 * The processor's floating-point exception flags.  NumPy looks at them after a loop and warns of
 * overflow, division by zero and invalid values; they must be those of the values alone, as in the
 * float program, so the arithmetic on derivatives is put between fp_flags() and fp_restore().
 */
#ifndef DUALAD_FP_FLAGS_H
#define DUALAD_FP_FLAGS_H

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#define FP_INVALID 0x01
#define FP_DIVIDE 0x04
#define FP_OVERFLOW 0x08
#define FP_UNDERFLOW 0x10
#define FP_ALL 0x1d

static inline unsigned
fp_flags(void)
{
    return _mm_getcsr() & FP_ALL;
}

static inline void
fp_restore(unsigned flags)
{
    unsigned now = _mm_getcsr();
    if ((now & FP_ALL) != flags) {
        _mm_setcsr((now & ~FP_ALL) | flags);
    }
}
#else
#include <fenv.h>
#ifndef FE_INVALID /* WebAssembly has no flags: nothing is ever seen */
#define FE_INVALID 0
#define FE_DIVBYZERO 0
#define FE_OVERFLOW 0
#define FE_UNDERFLOW 0
#endif
#define FP_INVALID FE_INVALID
#define FP_DIVIDE FE_DIVBYZERO
#define FP_OVERFLOW FE_OVERFLOW
#define FP_UNDERFLOW FE_UNDERFLOW
#define FP_ALL (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW)

static inline unsigned
fp_flags(void)
{
    return (unsigned)fetestexcept(FP_ALL);
}

static inline void
fp_restore(unsigned flags)
{
    if (fp_flags() != flags) {
        feclearexcept(FP_ALL);
        feraiseexcept((int)flags);
    }
}
#endif

#endif
