/*
 * A kind of number: the one descriptor that scalars, arrays and loops share.
 *
 * A dual number with n directions is 1 + n doubles that follow each other: the value, then the
 * partial derivatives.  A hyper-dual number has, behind them, one second derivative for each pair
 * (i, j) of a pattern.  All but the value are called lanes.  A complex number is two real ones behind
 * each other, the real and the imaginary part, so that both are strided views.  A Number says how many
 * lanes there are and to which level's slot they belong; it never dies, like the NumPy dtype it describes.
 *
 * This file knows nothing of the rules.
 */
#ifndef DUALAD_NUMBER_H
#define DUALAD_NUMBER_H

#include "numbers/numpy_api.h"

/* NumPy's legacy dtypes call a dot product without saying for which dtype, so each Number needs a
 * C function of its own (see dtype.c), and their count has a limit. */
#define MAX_NUMBERS 512

/* Dead scalars kept by each Number for the next one.  The list relies on the GIL.  (Sanitizers define it as
 * 0: they see no use of a scalar after its end while its memory is kept.) */
#ifdef Py_GIL_DISABLED
#define FREE_SCALARS 0
#elif !defined(FREE_SCALARS)
#define FREE_SCALARS 256
#endif

/* Slot 0 holds the numbers made by hand; it never closes. */
#define MAX_SLOTS 64

/* Which pairs of directions have a second derivative. */
typedef enum {
    NO_PAIRS,    /* first order: a dual number */
    TRIANGULAR,  /* all i <= j: a Hessian */
    DIAGONAL,    /* i = j: a Laplacian */
    RECTANGULAR, /* i in the first block of directions, j in the second */
    GIVEN        /* those that a level has been opened for: see pattern.h */
} Pattern;

/* A run of pairs, (i + k slant, j + k) for k < count: of a row (slant 0) or along a diagonal (1). */
typedef struct {
    npy_intp i, j, count, slant;
} Segment;

/* What tells kinds of number apart.  Nothing unbounded may stand here: dtypes live for ever. */
typedef struct {
    npy_intp n; /* directions */
    Pattern pattern;
    npy_intp size;  /* RECTANGULAR: directions of the first block; GIVEN: room for pairs; else 0 */
    int slot;       /* of the level that its lanes belong to */
    int inner_slot; /* RECTANGULAR of two levels: the second block's; else -1 */
    int is_complex; /* 1: two real numbers behind each other */
} NumberKey;

typedef struct Number {
    NumberKey key;
    struct Number *parts[2]; /* of two levels: those whose lanes are its first and its second block; else NULL */
    struct Number *twin;     /* of a complex number the real one; of a real one the complex one, or NULL */
    int index;               /* position in the registry */
    int closed;              /* a level of its has ended: operations raise */
    int lent;                /* the level that has its slot now has asked for it */
    int type_num;            /* NumPy's */
    npy_intp n;              /* directions, as in the key */
    npy_intp pairs;          /* second derivatives; 0 for dual numbers */
    npy_intp lanes;          /* n + pairs */
    npy_intp itemsize;       /* bytes: 8 (1 + lanes), of a complex number twice that */
    Segment *segments;       /* the pattern, run by run; twins share it */
    npy_intp segment_count;
    PyTypeObject *scalar; /* Dual<n>, HyperDual<n>, ... */
    PyArray_Descr *descr;
    PyArray_DTypeMeta *dtype;
    Py_ssize_t alive;                /* scalars in use */
    Py_ssize_t idle_references;      /* the descriptor's reference count when no array has it; 0: not yet known */
    Py_ssize_t idle_type_references; /* the same of the scalar type, less what dead scalars hold */
    int free_count;                  /* dead scalars kept for the next one */
    PyObject *free_scalars;          /* a list linked through ob_type's place */
    PyArray_ArrFuncs functions;      /* NumPy may keep the address */
} Number;

/* The type of scalar types: a heap type that remembers its Number. */
typedef struct {
    PyHeapTypeObject heap_type;
    Number *number;
} NumberType;

/* A scalar.  NumPy assumes that the doubles start directly after the head. */
typedef struct {
    PyObject_HEAD
    double lanes[1]; /* [0] is the value */
} Scalar;

extern PyTypeObject *NumberMeta;
extern Number *number_of_type_num[];
extern Number *numbers[MAX_NUMBERS];
extern int number_count;

#define FIRST_USER_TYPE NPY_USERDEF
#define MAX_USER_TYPES 2048

static inline Number *
number_of_descr(const PyArray_Descr *descr)
{
    int i = descr->type_num - FIRST_USER_TYPE;
    return i >= 0 && i < MAX_USER_TYPES ? number_of_type_num[i] : NULL;
}

static inline Number *
number_of_array(PyObject *array)
{
    return number_of_descr(PyArray_DESCR((PyArrayObject *)array));
}

/* NULL when the object is no scalar of ours. */
static inline Number *
number_of_scalar(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return Py_TYPE(type) == NumberMeta ? ((NumberType *)type)->number : NULL;
}

static inline double *
lanes_of(PyObject *scalar)
{
    return ((Scalar *)scalar)->lanes;
}

/* The Number for a key: NULL where it is not there yet, respectively made when first asked for (NULL
 * with an exception). */
Number *number_find(const NumberKey *key);
Number *number_get(const NumberKey *key);

/* Do the lanes belong to this slot's level? */
static inline int
number_has_slot(const Number *number, int slot)
{
    return number->key.slot == slot || number->key.inner_slot == slot;
}

/* Is `part` one of the two that have met in `joined`? */
static inline int
is_part(const Number *part, const Number *joined)
{
    return joined->parts[0] == part || joined->parts[1] == part;
}

static inline const Number *
real_number(const Number *number)
{
    return number->key.is_complex ? number->twin : number;
}

/* The complex number with the same lanes (itself where it is complex), made when first asked for; NULL
 * with an exception. */
Number *number_complex(const Number *number);

/* Where an element's imaginary part starts: doubles. */
static inline npy_intp
part_width(const Number *number)
{
    return 1 + number->lanes;
}

/* -1 with a TypeError where different numbers cannot meet in one operation. */
int number_refuse_meeting(const Number *a, const Number *b);

/* The number in which those of two levels, or a real and a complex one, can meet, made when first asked
 * for; NULL with an exception. */
Number *number_joined(const Number *a, const Number *b);

/* Can every element of `part` be one of `whole`, a number in which it has met another? */
static inline int
can_embed(const Number *part, const Number *whole)
{
    const Number *of_part = real_number(part), *of_whole = real_number(whole);
    return part->key.is_complex <= whole->key.is_complex && (of_part == of_whole || is_part(of_part, of_whole));
}

/* An element of such a part as one of the whole: its lanes go to their level's block. */
void number_embed(const Number *from, const double *element, const Number *to, double *out);

/* A scalar with lanes not yet filled. */
PyObject *scalar_new(Number *number);

/* -1 with a TypeError when the number's level has ended. */
int number_is_closed(void);
static inline int
number_refuse_closed(const Number *number)
{
    return number->closed ? number_is_closed() : 0;
}

/* Is anything of this kind alive: a scalar, an array, a view? */
int number_in_use(const Number *number);

/* Called once, with the classes Dual, HyperDual, ComplexDual and ComplexHyperDual, before the first
 * number_get.  `make` is number_get under the lock that is held while types are made. */
int number_setup(PyTypeObject *const classes[4], Number *(*make)(const NumberKey *key));

/* The TypeError of what would turn a number into a plain float, and the message for complex ones. */
void number_refuse_float(void);
extern const char *const LOST_IN_COMPLEX;

#endif
