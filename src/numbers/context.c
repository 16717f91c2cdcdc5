#include "numbers/context.h"

PyObject *innermost_level = NULL;

int
context_setup(void)
{
    innermost_level = PyContextVar_New("dualad.innermost_level", NULL);
    return innermost_level == NULL ? -1 : 0;
}
