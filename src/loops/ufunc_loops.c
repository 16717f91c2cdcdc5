#include "loops/elementwise.h"
#include "loops/fp_errors.h"

/*
 * NumPy reads the flags before and after a loop, which takes as long as ten elements.  It does so for
 * two numbers, since reductions have names of their own in warnings; after all other loops, which say
 * NPY_METH_NO_FLOATINGPOINT_ERRORS, the errors are given here.
 */
static int
run_for_ufunc(int rule, PyArrayMethod_Context *context, char *const *data, npy_intp n, const npy_intp *strides)
{
    const Number *of_x = number_of_descr(context->descriptors[0]);
    const Number *of_y = number_of_descr(context->descriptors[1]);
    const int numpy_looks = rule_info[rule].nin == 2 && of_x != NULL && of_y != NULL;
    const unsigned earlier = numpy_looks ? fp_flags() : 0;
    int flags = elementwise_run(rule, of_x, of_y, data, n, strides);
    if (numpy_looks && flags >= 0) {
        fp_restore(earlier | (unsigned)flags);
        return 0;
    }
    if (flags > 0) {
        NPY_ALLOW_C_API_DEF
        NPY_ALLOW_C_API;
        flags = give_errors(rule_info[rule].ufunc, (unsigned)flags);
        NPY_DISABLE_C_API;
    }
    return flags;
}

/* One ufunc loop for each rule: NumPy's interface has no room for the rule's number. */
#define LOOP(name)                                                                                 \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))                                       \
    {                                                                                              \
        return run_for_ufunc(RULE_##name, context, data, dimensions[0], strides);                  \
    }
#define EXACT1(name, ...) LOOP(name)
#define EXACT2 EXACT1
#define UNARY EXACT1
#define BINARY EXACT1
#define SPECIAL1 EXACT1
#define SPECIAL2 EXACT1
#define FUNCTION1(name, ...)
#include "rules/rules.def"

#define EXACT1(name, ...) [RULE_##name] = name##_loop,
#define EXACT2 EXACT1
#define UNARY EXACT1
#define BINARY EXACT1
#define SPECIAL1 EXACT1
#define SPECIAL2 EXACT1
#define FUNCTION1(name, ...)
static PyArrayMethod_StridedLoop *const loops[RULE_COUNT] = {
#include "rules/rules.def"
};

PyArrayMethod_StridedLoop *
elementwise_loop(int rule)
{
    return loops[rule];
}
