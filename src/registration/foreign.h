/* Ufuncs of other packages, whose derivatives come from them (dualad.h). */
#ifndef DUALAD_FOREIGN_H
#define DUALAD_FOREIGN_H

#include "../../dualad/include/dualad.h"
#include "numbers/number.h"

/* From now on the ufunc has a rule; all numbers that exist get its loops.  Under the lock that is held
 * while types are made. */
int foreign_add_rule(PyObject *ufunc, const DualadRule *rule);

/* Loops of all such ufuncs for a new number. */
int foreign_register_number(const Number *number);

#endif
