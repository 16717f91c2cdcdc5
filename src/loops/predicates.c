#include "loops/predicates.h"

#include "loops/elementwise.h"

/* Every comparison of arrays goes through here: gather the values, let NumPy's loop decide. */
static int
by_value(const Predicate *predicate, char *const *data, npy_intp n, const npy_intp *strides)
{
    double values[2][BLOCK];
    const int nin = predicate->nin;
    for (npy_intp start = 0; start < n; start += BLOCK) {
        npy_intp m = n - start < BLOCK ? n - start : BLOCK;
        char *operands[3];
        npy_intp steps[3];
        for (int i = 0; i < nin; i++) {
            gather_values(values[i], data[i] + start * strides[i], strides[i], m);
            operands[i] = (char *)values[i];
            steps[i] = sizeof(double);
        }
        operands[nin] = data[nin] + start * strides[nin];
        steps[nin] = strides[nin];
        predicate->value.call(operands, &m, steps, predicate->value.data);
    }
    return 0;
}

#define ROW(name)                                                                                  \
    static int name##_loop(PyArrayMethod_Context *NPY_UNUSED(context), char *const *data,          \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return by_value(&predicates[PREDICATE_##name], data, dimensions[0], strides);              \
    }
TESTS(ROW)
COMPARISONS(ROW)
#undef ROW

Predicate predicates[PREDICATE_COUNT] = {
#define ROW(name) [PREDICATE_##name] = {#name, 1, name##_loop, {NULL, NULL}},
    TESTS(ROW)
#undef ROW
#define ROW(name) [PREDICATE_##name] = {#name, 2, name##_loop, {NULL, NULL}},
        COMPARISONS(ROW)
#undef ROW
};
