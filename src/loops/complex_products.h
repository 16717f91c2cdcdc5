/* Loops for products of complex matrices: matmul, matvec, vecmat, vecdot. */
#ifndef DUALAD_COMPLEX_PRODUCTS_H
#define DUALAD_COMPLEX_PRODUCTS_H

#include "loops/complex_loops.h"

enum { COMPLEX_PRODUCT_matmul, COMPLEX_PRODUCT_matvec, COMPLEX_PRODUCT_vecmat, COMPLEX_PRODUCT_vecdot,
       COMPLEX_PRODUCT_COUNT };

/* `ufunc` is NULL where this NumPy has none. */
extern ComplexFunction complex_products[COMPLEX_PRODUCT_COUNT];

#endif
