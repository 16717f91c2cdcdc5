/*
 * Which derivative call runs in this context: threads, asynchronous tasks and generators apart.
 *
 * A context variable holds the innermost Level, None where derivatives are not wanted, or nothing.  The
 * Level knows the dtype of its numbers; here is only what has to be asked at every call of a stand-in.
 */
#ifndef DUALAD_CONTEXT_H
#define DUALAD_CONTEXT_H

#include "numbers/numpy_api.h"

extern PyObject *innermost_level; /* the ContextVar */

/* Once, before anything else here; -1 with an exception. */
int context_setup(void);

/* 1 where a derivative call may be running in this context, else 0; -1 with an exception. */
static inline int
is_differentiating(void)
{
    PyObject *level;
    if (PyContextVar_Get(innermost_level, NULL, &level) < 0) {
        return -1;
    }
    int found = level != NULL && level != Py_None;
    Py_XDECREF(level);
    return found;
}

#endif
