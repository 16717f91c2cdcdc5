#include "registration/complex_ufuncs.h"

#include "loops/complex_loops.h"
#include "loops/complex_products.h"
#include "objects/dual_array.h"
#include "registration/promotion.h"
#include "registration/ufuncs.h"

#include <numpy/arrayscalars.h>

#include <string.h>

/* ---- finding NumPy's loops: when the first complex number is made ------------------------------------------ */

static int
find(PyObject *numpy, const char *name, const char *types, PyObject **ufunc, FloatLoop *loop)
{
    *ufunc = PyObject_GetAttrString(numpy, name);
    if (*ufunc == NULL) {
        return -1;
    }
    *loop = float_loop(*ufunc, types);
    if (loop->call == NULL) {
        PyErr_Format(PyExc_ImportError, "this NumPy has no complex128 loop for np.%s", name);
        return -1;
    }
    return 0;
}

/* Which strides give NumPy's squares of scalars, whose bits tell (where there are fused operations)? */
static int
find_steps_of_one(void)
{
    static const npy_intp candidates[3][2] = {{0, 0}, {0, sizeof(Complex)}, {sizeof(Complex), sizeof(Complex)}};
    const ComplexRule *square = &complex_rules[COMPLEX_square];
    int agree = 0;
    for (int i = 0; i < 3 && !agree; i++) {
        complex_steps_of_one[0] = candidates[i][0];
        complex_steps_of_one[1] = candidates[i][1];
        agree = 1;
        for (int k = 0; k < 32 && agree; k++) {
            const Complex z = cx(sqrt(3.0 + k), 0.6180339887498949 * sqrt(5.0 + k));
            PyObject *scalar = PyArrayScalar_New(CDouble), *result = NULL;
            if (scalar != NULL) {
                memcpy(&PyArrayScalar_VAL(scalar, CDouble), &z, sizeof z);
                result = PyObject_CallOneArg(square->ufunc, scalar);
            }
            Py_XDECREF(scalar);
            if (result == NULL) {
                return -1;
            }
            const Complex f = complex_loop_1(&square->value, z);
            agree = PyComplex_RealAsDouble(result) == f.re && PyComplex_ImagAsDouble(result) == f.im;
            Py_DECREF(result);
        }
    }
    return 0;
}

static int
find_all(void)
{
    static int found = 0;
    if (found) {
        return 0;
    }
    PyObject *numpy = PyImport_ImportModule("numpy");
    int failed = numpy == NULL;
    for (int i = 0; !failed && i < COMPLEX_RULE_COUNT; i++) {
        ComplexRule *rule = &complex_rules[i];
        failed = find(numpy, rule->name, rule->nin == 1 ? "D->D" : "DD->D", &rule->ufunc, &rule->value) < 0;
    }
    for (int i = 0; !failed && i < COMPLEX_MAP_COUNT; i++) {
        ComplexFunction *map = &complex_maps[i];
        failed = find(numpy, map->name, i == COMPLEX_MAP_absolute ? "D->d" : "D->D", &map->ufunc, &map->value) < 0;
    }
    for (int i = 0; !failed && i < COMPLEX_PREDICATE_COUNT; i++) {
        ComplexFunction *predicate = &complex_predicates[i];
        failed = find(numpy, predicate->name, predicate->nin == 1 ? "D->?" : "DD->?", &predicate->ufunc,
                      &predicate->value) < 0;
    }
    for (int i = 0; !failed && i < PRODUCT_COUNT; i++) { /* vecmat and matvec came with NumPy 2.2 */
        ComplexFunction *product = &complex_products[i];
        if (PyObject_HasAttrString(numpy, product->name)) {
            failed = find(numpy, product->name, "DD->D", &product->ufunc, &product->value) < 0;
        }
    }
    Py_XDECREF(numpy);
    failed = failed || find_steps_of_one() < 0 || dual_array_teach_ndarray() < 0;
    found = !failed;
    return failed ? -1 : 0;
}

/* ---- loops --------------------------------------------------------------------------------------------- */

static int
add_one(PyObject *ufunc, const char *name, const Number *number, PyArray_DTypeMeta *out,
        PyArrayMethod_StridedLoop *loop)
{
    PyArray_DTypeMeta *operands[2] = {number->dtype, out};
    return ufuncs_add_loop(ufunc, name, 1, 1, operands, loop, 0);
}

/* (number, number), (number, complex128), (complex128, number). */
static int
add_two(PyObject *ufunc, const char *name, const Number *number, PyArray_DTypeMeta *out,
        PyArrayMethod_StridedLoop *loop)
{
    PyArray_DTypeMeta *d = number->dtype, *c = &PyArray_CDoubleDType;
    PyArray_DTypeMeta *operands[3][3] = {{d, d, out}, {d, c, out}, {c, d, out}};
    for (int i = 0; i < 3; i++) {
        if (ufuncs_add_loop(ufunc, name, 2, 1, operands[i], loop, 0) < 0) {
            return -1;
        }
    }
    return add_promoters(ufunc, TO_DOUBLE, number, 2, 3);
}

int
complex_ufuncs_register(const Number *number)
{
    if (find_all() < 0) {
        return -1;
    }
    for (int i = 0; i < COMPLEX_RULE_COUNT; i++) {
        const ComplexRule *rule = &complex_rules[i];
        if ((rule->nin == 1 ? add_one : add_two)(rule->ufunc, rule->name, number, number->dtype, complex_rule_loop(i)) <
            0) {
            return -1;
        }
    }
    for (int i = 0; i < COMPLEX_MAP_COUNT; i++) {
        const ComplexFunction *map = &complex_maps[i];
        PyArray_DTypeMeta *out = i == COMPLEX_MAP_absolute ? number->twin->dtype : number->dtype;
        if (add_one(map->ufunc, map->name, number, out, map->loop) < 0) {
            return -1;
        }
    }
    for (int i = 0; i < COMPLEX_PREDICATE_COUNT; i++) {
        const ComplexFunction *predicate = &complex_predicates[i];
        if ((predicate->nin == 1 ? add_one : add_two)(predicate->ufunc, predicate->name, number, &PyArray_BoolDType,
                                                      predicate->loop) < 0) {
            return -1;
        }
    }
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const ComplexFunction *product = &complex_products[i];
        if (product->ufunc != NULL &&
            add_two(product->ufunc, product->name, number, number->dtype, product->loop) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- ufuncs of scalars ------------------------------------------------------------------------------------ */

int
complex_rule_of_ufunc(PyObject *ufunc)
{
    for (int i = 0; i < COMPLEX_RULE_COUNT; i++) {
        if (complex_rules[i].ufunc == ufunc) {
            return i;
        }
    }
    return -1;
}

int
complex_map_of_ufunc(PyObject *ufunc)
{
    for (int i = 0; i < COMPLEX_MAP_COUNT; i++) {
        if (complex_maps[i].ufunc == ufunc) {
            return i;
        }
    }
    return -1;
}
