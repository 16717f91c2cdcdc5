#include "numbers/levels.h"

static char is_open[MAX_SLOTS] = {1};

static int
slot_in_use(int slot)
{
    for (int i = 0; i < number_count; i++) {
        if (number_has_slot(numbers[i], slot) && number_in_use(numbers[i])) {
            return 1;
        }
    }
    return 0;
}

int
levels_have_ended(const NumberKey *key)
{
    /* Parts that serve one level by now cannot meet. */
    return !is_open[key->slot] || (key->inner_slot >= 0 && (!is_open[key->inner_slot] || key->inner_slot == key->slot));
}

static void
set_closed(int slot, int closed)
{
    is_open[slot] = !closed;
    for (int i = 0; i < number_count; i++) {
        if (number_has_slot(numbers[i], slot)) {
            numbers[i]->closed = levels_have_ended(&numbers[i]->key);
            numbers[i]->lent = 0;
        }
    }
}

int
level_open(void)
{
    for (int slot = 1; slot < MAX_SLOTS; slot++) {
        if (!is_open[slot] && !slot_in_use(slot)) {
            set_closed(slot, 0);
            return slot;
        }
    }
    return -1;
}

void
level_close(int slot)
{
    set_closed(slot, 1);
}

int
level_is_open(int slot)
{
    return is_open[slot];
}
