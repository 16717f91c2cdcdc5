/* Floating-point errors of a value, told as np.errstate has it. */
#ifndef DUALAD_FP_ERRORS_H
#define DUALAD_FP_ERRORS_H

#include "loops/fp_flags.h"
#include "numbers/numpy_api.h"

/* Warn or raise as NumPy does, from the flags that the value's computation has left.  (They are
 * cleared before a value is worked out, by NumPy as well as here, so nobody minds those that
 * derivatives leave behind.)  -1 with an exception. */
static inline int
give_errors(const char *name, unsigned flags)
{
    int status = (flags & FP_DIVIDE ? NPY_FPE_DIVIDEBYZERO : 0) | (flags & FP_OVERFLOW ? NPY_FPE_OVERFLOW : 0) |
                 (flags & FP_UNDERFLOW ? NPY_FPE_UNDERFLOW : 0) | (flags & FP_INVALID ? NPY_FPE_INVALID : 0);
    return status == 0 ? 0 : PyUFunc_GiveFloatingpointErrors(name, status);
}

#endif
