#include "loops/float_loops.h"

#include <string.h>

static int
type_num_of_code(char code)
{
    switch (code) {
    case 'd': return NPY_DOUBLE;
    case 'D': return NPY_CDOUBLE;
    case '?': return NPY_BOOL;
    case 'i': return NPY_INT;
    case 'l': return NPY_LONG;
    default: return NPY_NOTYPE;
    }
}

FloatLoop
float_loop(PyObject *object, const char *types)
{
    PyUFuncObject *ufunc = (PyUFuncObject *)object;
    FloatLoop found = {NULL, NULL};
    char wanted[8];
    int count = 0;
    for (const char *code = types; *code; code++) {
        if (*code != '-' && *code != '>') {
            wanted[count++] = (char)type_num_of_code(*code);
        }
    }
    if (count != ufunc->nargs || ufunc->functions == NULL) {
        return found;
    }
    for (int row = 0; row < ufunc->ntypes; row++) {
        if (memcmp(ufunc->types + row * count, wanted, count) == 0) {
            found.call = ufunc->functions[row];
            found.data = (void *)ufunc->data[row];
            return found;
        }
    }
    return found;
}
