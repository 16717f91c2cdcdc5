/* Casts: plain real numbers become dual numbers; out of them only truth comes, the rest is refused. */
#ifndef DUALAD_CASTS_H
#define DUALAD_CASTS_H

#include "numbers/number.h"

/* Register all casts of a number whose dtype NumPy knows already; -1 with an exception. */
int casts_register(Number *number);

/* The casts of the two parts of a number. */
int casts_register_embedding(const Number *joined);

#endif
