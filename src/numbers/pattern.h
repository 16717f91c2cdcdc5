/* Which pairs of directions a Number has second derivatives for: its segments, and so its size. */
#ifndef DUALAD_PATTERN_H
#define DUALAD_PATTERN_H

#include "numbers/number.h"

/* Work out the segments, the number of pairs and the item size from the key; -1 without memory. */
int pattern_lay_out(Number *number);

/*
 * The pairs of a GIVEN number, which serves one level after another: set while nothing of it is alive.
 * They are of all directions but the last, in which nothing is ever seeded; what is left of the room is
 * taken by pairs of that direction, so that no loop has to know of it.  -1 with an exception.
 */
int pattern_give_pairs(Number *number, const Segment *given, npy_intp count);

#endif
