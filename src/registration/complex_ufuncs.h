/* Registration of the ufuncs that take complex dual numbers. */
#ifndef DUALAD_COMPLEX_UFUNCS_H
#define DUALAD_COMPLEX_UFUNCS_H

#include "numbers/number.h"

/* Loops and promoters for a new complex number. */
int complex_ufuncs_register(const Number *number);

/* The row of complex_rules.def, respectively the map of complex_loops.h, of a ufunc; -1 for others. */
int complex_rule_of_ufunc(PyObject *ufunc);
int complex_map_of_ufunc(PyObject *ufunc);

#endif
