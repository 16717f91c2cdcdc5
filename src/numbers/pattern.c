#include "numbers/pattern.h"

#include <string.h>

/* The segments, and behind them those of the last direction that fill the room. */
static int
set_pairs(Number *number, const Segment *given, npy_intp count, npy_intp rest)
{
    const npy_intp n = number->n, fillers = (rest + n - 1) / n;
    Segment *segments = PyMem_Calloc(count + fillers, sizeof(Segment));
    if (segments == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (count > 0) {
        memcpy(segments, given, count * sizeof(Segment));
    }
    for (npy_intp k = 0; k < fillers; k++, rest -= n) {
        segments[count + k] = (Segment){n - 1, 0, rest < n ? rest : n, 0};
    }
    PyMem_Free(number->segments);
    number->segments = segments;
    number->segment_count = count + fillers;
    if (number->twin != NULL) {
        number->twin->segments = segments;
        number->twin->segment_count = number->segment_count;
    }
    return 0;
}

int
pattern_give_pairs(Number *number, const Segment *given, npy_intp count)
{
    npy_intp rest = number->key.size;
    int fits = number->key.pattern == GIVEN;
    for (npy_intp k = 0; fits && k < count; k++) {
        const Segment run = given[k];
        const npy_intp last = number->n - 2, most = last - run.j < rest - 1 ? last - run.j : rest - 1;
        fits = run.i >= 0 && run.j >= 0 && (run.slant == 0 || run.slant == 1) && run.count > 0 &&
               run.count - 1 <= most && run.i + run.slant * (run.count - 1) <= last;
        rest -= run.count;
    }
    if (!fits) {
        PyErr_Format(PyExc_ValueError,
                     "these runs of pairs do not fit numbers with %zd directions and room for %zd pairs",
                     (Py_ssize_t)number->n, (Py_ssize_t)number->key.size);
        return -1;
    }
    if (number_in_use(number) || (number->twin != NULL && number_in_use(number->twin))) {
        PyErr_SetString(PyExc_RuntimeError, "numbers of this pattern are alive; it cannot be changed under them");
        return -1;
    }
    return set_pairs(number, given, count, rest);
}

int
pattern_lay_out(Number *number)
{
    const NumberKey *key = &number->key;
    npy_intp n = key->n;
    number->n = n;
    if (key->is_complex) {
        const Number *real = number->twin;
        number->segments = real->segments;
        number->segment_count = real->segment_count;
        number->pairs = real->pairs;
        number->lanes = real->lanes;
        number->itemsize = 2 * real->itemsize;
        return 0;
    }
    if (key->pattern == GIVEN) {
        if (set_pairs(number, NULL, 0, key->size) < 0) {
            return -1;
        }
    }
    else if (key->pattern != NO_PAIRS) {
        number->segments = PyMem_Calloc(n, sizeof(Segment));
        if (number->segments == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    switch (key->pattern) {
    case TRIANGULAR:
        number->segment_count = n;
        for (npy_intp i = 0; i < n; i++) {
            number->segments[i] = (Segment){i, i, n - i, 0};
        }
        break;
    case DIAGONAL:
        number->segment_count = 1;
        number->segments[0] = (Segment){0, 0, n, 1};
        break;
    case RECTANGULAR:
        number->segment_count = key->size;
        for (npy_intp i = 0; i < key->size; i++) {
            number->segments[i] = (Segment){i, key->size, n - key->size, 0};
        }
        break;
    default: break;
    }
    number->pairs = 0;
    for (npy_intp i = 0; i < number->segment_count; i++) {
        number->pairs += number->segments[i].count;
    }
    number->lanes = n + number->pairs;
    number->itemsize = (1 + number->lanes) * (npy_intp)sizeof(double);
    return 0;
}
