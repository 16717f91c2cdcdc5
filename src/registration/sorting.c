#include "registration/sorting.h"

#include <string.h>

/* The order of n elements, or of those at n given positions. */
static npy_intp *
sorted_positions(const char *data, const npy_intp *positions, npy_intp n, const Number *number, NPY_SORTKIND kind,
                 PyArrayObject **holder)
{
    const int parts = 1 + number->key.is_complex;
    const npy_intp part_size = part_width(number) * (npy_intp)sizeof(double);
    PyObject *values = PyArray_SimpleNew(1, &n, parts == 1 ? NPY_DOUBLE : NPY_CDOUBLE);
    if (values == NULL) {
        return NULL;
    }
    double *value = PyArray_DATA((PyArrayObject *)values);
    for (npy_intp i = 0; i < n; i++) {
        const char *element = data + (positions != NULL ? positions[i] : i) * number->itemsize;
        for (int part = 0; part < parts; part++) {
            memcpy(value++, element + part * part_size, sizeof *value);
        }
    }
    *holder = (PyArrayObject *)PyArray_ArgSort((PyArrayObject *)values, 0, kind);
    Py_DECREF(values);
    return *holder == NULL ? NULL : PyArray_DATA(*holder);
}

static int
sort_elements(void *data, npy_intp n, void *array, NPY_SORTKIND kind)
{
    npy_intp size = PyArray_ITEMSIZE((PyArrayObject *)array);
    PyArrayObject *holder = NULL;
    int status = -1;
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    char *copy = PyMem_Malloc(n * size + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
    }
    else {
        const npy_intp *from = sorted_positions(data, NULL, n, number_of_array(array), kind, &holder);
        if (from != NULL) {
            memcpy(copy, data, n * size);
            for (npy_intp i = 0; i < n; i++) {
                memcpy((char *)data + i * size, copy + from[i] * size, size);
            }
            status = 0;
        }
    }
    PyMem_Free(copy);
    Py_XDECREF(holder);
    NPY_DISABLE_C_API;
    return status;
}

/* `positions` are the elements to order: all of them, or as np.lexsort's earlier keys have left them. */
static int
argsort_elements(void *data, npy_intp *positions, npy_intp n, void *array, NPY_SORTKIND kind)
{
    PyArrayObject *holder = NULL;
    int status = -1;
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    npy_intp *given = PyMem_Malloc(n * sizeof *given + 1);
    if (given == NULL) {
        PyErr_NoMemory();
    }
    else {
        memcpy(given, positions, n * sizeof *given);
        const npy_intp *from = sorted_positions(data, given, n, number_of_array(array), kind, &holder);
        if (from != NULL) {
            for (npy_intp i = 0; i < n; i++) {
                positions[i] = given[from[i]];
            }
            status = 0;
        }
    }
    PyMem_Free(given);
    Py_XDECREF(holder);
    NPY_DISABLE_C_API;
    return status;
}

#define SORTS(kind, name)                                                                          \
    static int sort_##name(void *data, npy_intp n, void *array)                                    \
    {                                                                                              \
        return sort_elements(data, n, array, kind);                                                \
    }                                                                                              \
    static int argsort_##name(void *data, npy_intp *positions, npy_intp n, void *array)            \
    {                                                                                              \
        return argsort_elements(data, positions, n, array, kind);                                  \
    }
SORTS(NPY_QUICKSORT, quick)
SORTS(NPY_HEAPSORT, heap)
SORTS(NPY_STABLESORT, stable)

void
sorting_functions(PyArray_ArrFuncs *functions)
{
    functions->sort[NPY_QUICKSORT] = sort_quick;
    functions->sort[NPY_HEAPSORT] = sort_heap;
    functions->sort[NPY_STABLESORT] = sort_stable;
    functions->argsort[NPY_QUICKSORT] = argsort_quick;
    functions->argsort[NPY_HEAPSORT] = argsort_heap;
    functions->argsort[NPY_STABLESORT] = argsort_stable;
}
