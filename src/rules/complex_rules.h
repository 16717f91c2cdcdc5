/* What is made of complex_rules.def: numbers of the rows, and their derivatives at run time. */
#ifndef DUALAD_COMPLEX_RULES_H
#define DUALAD_COMPLEX_RULES_H

#include "rules/complex_math.h"
#include "loops/float_loops.h"

enum complex_rule {
    COMPLEX_none = -1,
#define HOLOMORPHIC1(name, ...) COMPLEX_##name,
#define HOLOMORPHIC2 HOLOMORPHIC1
#include "rules/complex_rules.def"
    COMPLEX_RULE_COUNT
};

/* Of two arguments x, y; of one argument the a and aa only. */
typedef struct {
    Complex a, b, aa, ab, bb;
} ComplexDerivatives;

typedef struct {
    const char *name;
    int nin;
    int aux;                         /* the row whose value at z the derivatives need, or -1 */
    void (*one)(Complex z, Complex f, Complex a, ComplexDerivatives *d);
    void (*two)(Complex x, Complex y, Complex f, int second, ComplexDerivatives *d);
    FloatLoop value;                 /* NumPy's complex128 loop */
    PyObject *ufunc;
} ComplexRule;

extern ComplexRule complex_rules[COMPLEX_RULE_COUNT];

#endif
