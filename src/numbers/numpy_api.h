/* NumPy's C interface, imported once (by _core.pyx) and shared by every file of the core. */
#ifndef DUALAD_NUMPY_API_H
#define DUALAD_NUMPY_API_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>

#define PY_ARRAY_UNIQUE_SYMBOL dualad_ARRAY_API
#define PY_UFUNC_UNIQUE_SYMBOL dualad_UFUNC_API
#ifndef DUALAD_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

/* Before NumPy 2.1, whose faults are mended where they would be met. */
static inline int
is_numpy_2_0(void)
{
    enum { FEATURES_OF_2_0 = 0x12 };
    return PyArray_GetNDArrayCFeatureVersion() <= FEATURES_OF_2_0;
}

#endif
