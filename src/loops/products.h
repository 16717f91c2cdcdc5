/* Loops for matrix products: matmul, matvec, vecmat, vecdot. */
#ifndef DUALAD_PRODUCTS_H
#define DUALAD_PRODUCTS_H

#include "loops/matrix.h"

typedef struct {
    const char *name;
    PyArrayMethod_StridedLoop *loop;
    FloatLoop value; /* `call` is NULL where this NumPy has no such ufunc */
} Product;

extern Product products[PRODUCT_COUNT];

#endif
