/*
 * The ring of one CPU's trace: entries of different lengths in slots of one size, the oldest
 * overwritten. No locks: the writers are the ring's CPU alone, but one may interrupt another at any
 * instruction; any number of readers on other CPUs copy entries and find out whether what they
 * copied was overwritten meanwhile.
 *
 * A position counts slots, modulo 2^32; a slot's stamp has the position that it was last claimed
 * for, and how far that is. A writer claims slots and a number for its entry in one step, so times
 * and numbers are in the order of the slots. Who comes late reads from the numbers how many entries
 * it has lost (modulo 2^32).
 */
#ifndef LIMEN_LIB_TRACE_RING_H
#define LIMEN_LIB_TRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_SLOT_WORDS 7u
#define TRACE_ENTRY_WORDS 42u    /* of what the writer has to say */
#define TRACE_RING_SLOTS_MIN 64u /* room for writers that interrupt each other */

struct trace_slot {
    uint64_t stamp; /* atomic, as the words are */
    uint64_t words[TRACE_SLOT_WORDS];
};

struct trace_entry {
    uint32_t number; /* the ring's to fill in, as time_ns is */
    uint32_t size;   /* bytes of words */
    uint64_t time_ns;
    uint64_t words[TRACE_ENTRY_WORDS];
};

struct trace_ring {
    struct trace_slot *slots;
    uint32_t slot_count;
    uint64_t (*now_ns)(void);
    uint64_t head;      /* next number << 32 | next position; atomic */
    uint32_t depth;     /* writers that have begun and not ended */
    uint32_t open_from; /* no open writer's slots lie before this */
    uint64_t dropped;   /* entries for which those that they interrupted left no room */
};

/* A reader's place. */
struct trace_cursor {
    uint32_t position, number;
};

/* Slots are zero; their count a power of two from TRACE_RING_SLOTS_MIN up. */
void trace_ring_init(struct trace_ring *ring, struct trace_slot *slots, uint32_t slot_count,
                     uint64_t (*now_ns)(void));

/* False: the entry was dropped, and counted. */
bool trace_ring_write(struct trace_ring *ring, struct trace_entry *entry);

/* Behind the last entry. */
void trace_ring_end(const struct trace_ring *ring, struct trace_cursor *cursor);
/* To the oldest slot that there is, if the cursor is behind that. A cursor is never ahead of the
 * end. */
void trace_ring_begin(const struct trace_ring *ring, struct trace_cursor *cursor);

/* The next entry, if there is one, and the cursor behind it; *lost: how many before it were
 * overwritten. */
bool trace_ring_read(const struct trace_ring *ring, struct trace_cursor *cursor,
                     struct trace_entry *entry, uint32_t *lost);

#endif
