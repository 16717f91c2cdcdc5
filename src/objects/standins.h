/*
 * Stand-ins: callables and types that adopted code finds in the place of NumPy's, math's and Python's.
 *
 * For plain numbers, outside of derivative calls, each hands its arguments straight to the original; in
 * between are a few comparisons of pointers.  Only else it calls its rule, a Python function.
 */
#ifndef DUALAD_STANDINS_H
#define DUALAD_STANDINS_H

#include "numbers/number.h"

/* When a stand-in calls its rule. */
typedef enum {
    WHILE_DIFFERENTIATING, /* a derivative call is running in this context */
    GIVEN_DUALS,           /* an argument is a dual number or array */
    GIVEN_SEQUENCES,       /* an argument is that, or no plain number, or has no plain numbers in it */
    GIVEN_DUALS_WITHIN     /* there are dual numbers in a list, a tuple, or an array of no subclass */
} StandInCase;

/* Makes the types StandIn and TypeStandIn; a tuple of them, or NULL. */
PyObject *standins_setup(void);

/* A callable in the place of `original`. */
PyObject *standin_new(PyObject *original, PyObject *rule, StandInCase when);

/* A built-in function of `module` in the place of one of math's.  Given dual numbers it calls the rule; where
 * that is None, the function is of one argument, and has its derivatives in a row of the table. */
PyObject *math_standin_new(PyObject *module, PyObject *original, PyObject *rule, int table_row);

/* A type in the place of `original`, for isinstance, as a dtype, and as a constructor.
 * `meaning` is 'f' for a float that dual numbers are instances of, 'e' for other floats, which hand them
 * through too; 'c' and 'd' for complex numbers in the same way; 'i' for an integer, to which dual numbers
 * are truncated. */
PyObject *type_standin_new(PyObject *original, PyObject *rule, int meaning);

#endif
