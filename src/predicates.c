#include "predicates.h"

#include "elementwise.h"

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

/* Is the operand a bool (else a float64 or a number, whose value comes first)? */
static int
is_bool(const PyArrayMethod_Context *context, int operand)
{
    return context->descriptors[operand]->type_num == NPY_BOOL;
}

static inline int
truth(const char *data, int of_bool)
{
    return of_bool ? *(const npy_bool *)data != 0 : *(const double *)data != 0.0;
}

#define LOOP(name)                                                                                 \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))
#define ROW(name)                                                                                  \
    LOOP(name)                                                                                     \
    {                                                                                              \
        (void)context;                                                                             \
        return by_value(&predicates[PREDICATE_##name], data, dimensions[0], strides);              \
    }
TESTS(ROW)
COMPARISONS(ROW)
#undef ROW

/* Element by element in order, so that np.all and np.any may fold into their first operand. */
#define ROW(name, expression)                                                                      \
    LOOP(name)                                                                                     \
    {                                                                                              \
        const int nin = predicates[PREDICATE_##name].nin;                                          \
        const int a_bool = is_bool(context, 0), b_bool = is_bool(context, nin - 1);                \
        for (npy_intp i = 0; i < dimensions[0]; i++) {                                             \
            int a = truth(data[0] + i * strides[0], a_bool);                                       \
            int b = truth(data[nin - 1] + i * strides[nin - 1], b_bool);                           \
            (void)b;                                                                               \
            *(npy_bool *)(data[nin] + i * strides[nin]) = (npy_bool)(expression);                  \
        }                                                                                          \
        return 0;                                                                                  \
    }
LOGIC(ROW)
#undef ROW

Predicate predicates[PREDICATE_COUNT] = {
#define ROW(name) [PREDICATE_##name] = {#name, 1, name##_loop, {NULL, NULL}},
    TESTS(ROW)
#undef ROW
#define ROW(name) [PREDICATE_##name] = {#name, 2, name##_loop, {NULL, NULL}},
    COMPARISONS(ROW)
#undef ROW
#define ROW(name, expression)                                                                      \
    [PREDICATE_##name] = {#name, PREDICATE_##name == PREDICATE_logical_not ? 1 : 2, name##_loop, {NULL, NULL}},
    LOGIC(ROW)
#undef ROW
};
