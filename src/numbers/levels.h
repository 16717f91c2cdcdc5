/*
 * Levels: each call of a derivative function has one, and its numbers belong to it.
 *
 * A level holds a slot of one process-wide pool.  When the call ends, the slot is closed, and
 * operations on its numbers raise; it is given out again only when none of them is alive.  Slot 0
 * belongs to the numbers made by hand and never closes.
 *
 * Called with the GIL held, which is the pool's lock: nothing here runs Python code.
 */
#ifndef DUALAD_LEVELS_H
#define DUALAD_LEVELS_H

#include "numbers/number.h"

/* A slot for a new level, or -1 when all are taken (no exception set). */
int level_open(void);

void level_close(int slot);

int level_is_open(int slot);

/* Has a level of this number ended? */
int levels_have_ended(const NumberKey *key);

#endif
