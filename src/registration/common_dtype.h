/* What NumPy takes for the common dtype of two, where np.array, np.result_type and the like ask. */
#ifndef DUALAD_COMMON_DTYPE_H
#define DUALAD_COMMON_DTYPE_H

#include "numbers/number.h"

/* Real dual numbers and plain complex ones meet in complex dual numbers, those of two levels in the numbers of
 * both; NumPy alone would make arrays of objects, whose imaginary part is 0. */
void common_dtype_register(const Number *number);

#endif
