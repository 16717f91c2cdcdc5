/* Sorting arrays of dual numbers: the permutation is the one that NumPy gives the values. */
#ifndef DUALAD_SORTING_H
#define DUALAD_SORTING_H

#include "numbers/number.h"

void sorting_functions(PyArray_ArrFuncs *functions);

#endif
