/* sin and cos where they are derivatives: vector loops, within 1 ulp. */
#ifndef DUALAD_TRIG_H
#define DUALAD_TRIG_H

#include <numpy/npy_common.h>

/* Choose the loops for this processor; once. */
void trig_setup(void);

/* The instruction set of the chosen ones. */
const char *trig_instructions(void);

/* f = sin x and f = cos x; 0 where an argument is too large for them, or NaN. */
int trig_block_sin(npy_intp n, const double *x, double *f);
int trig_block_cos(npy_intp n, const double *x, double *f);

#endif
