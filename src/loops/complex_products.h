/* Loops for products of complex matrices: matmul, matvec, vecmat, vecdot. */
#ifndef DUALAD_COMPLEX_PRODUCTS_H
#define DUALAD_COMPLEX_PRODUCTS_H

#include "loops/complex_loops.h"
#include "loops/matrix.h"

/* `ufunc` is NULL where this NumPy has none. */
extern ComplexFunction complex_products[PRODUCT_COUNT];

#endif
