/*
 * The ring of one CPU's trace; see trace_ring.h.
 *
 * A slot's words are guarded as by a sequence lock: its stamp says STATE_WRITING before they
 * change, and what they are after; a reader believes what it copied if the stamp was the same
 * before and after.
 */
#include "kernel/lib/trace_ring.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

/* A stamp: position << 32 | state. STATE_FIRST has the entry's slots added. */
enum slot_state {
    STATE_EMPTY,
    STATE_WRITING,
    STATE_CONTINUED, /* not the first slot of its entry */
    STATE_FIRST,
};

#define HEADER_WORDS (offsetof(struct trace_entry, words) / sizeof(uint64_t))

#define load(place) __atomic_load_n(place, __ATOMIC_RELAXED)
#define store(place, value) __atomic_store_n(place, value, __ATOMIC_RELAXED)

void trace_ring_init(struct trace_ring *ring, struct trace_slot *slots, uint32_t slot_count,
                     uint64_t (*now_ns)(void))
{
    *ring = (struct trace_ring){.slots = slots, .slot_count = slot_count, .now_ns = now_ns};
}

static struct trace_slot *slot_at(const struct trace_ring *ring, uint32_t position)
{
    return &ring->slots[position & (ring->slot_count - 1)];
}

static uint64_t stamp_of(uint32_t position, uint32_t state)
{
    return (uint64_t)position << 32 | state;
}

static uint32_t entry_words(const struct trace_entry *entry)
{
    return (uint32_t)(HEADER_WORDS + (entry->size + sizeof(uint64_t) - 1) / sizeof(uint64_t));
}

static uint32_t slots_for(uint32_t words)
{
    return (words + TRACE_SLOT_WORDS - 1) / TRACE_SLOT_WORDS;
}

/* Takes the next slots. Whoever interrupts between the look at the head and its change has moved
 * it. False: this one has interrupted writers whose slots it would get. */
static bool claim(struct trace_ring *ring, struct trace_entry *entry, uint32_t slots,
                  uint32_t *position)
{
    uint64_t head = load(&ring->head), next;

    do {
        *position = (uint32_t)head;
        if (*position + slots - load(&ring->open_from) > ring->slot_count)
            return false;
        entry->number = (uint32_t)(head >> 32);
        entry->time_ns = ring->now_ns();
        next = stamp_of(entry->number + 1, *position + slots);
    } while (!__atomic_compare_exchange_n(&ring->head, &head, next, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return true;
}

static void fill(struct trace_ring *ring, const struct trace_entry *entry, uint32_t slots,
                 uint32_t position)
{
    const uint64_t *words = (const uint64_t *)(const void *)entry;
    uint32_t count = entry_words(entry), i;

    for (i = 0; i < slots; i++)
        store(&slot_at(ring, position + i)->stamp, stamp_of(position + i, STATE_WRITING));
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (i = 0; i < count; i++)
        store(&slot_at(ring, position + i / TRACE_SLOT_WORDS)->words[i % TRACE_SLOT_WORDS],
              words[i]);
    for (i = slots; i-- > 0;)
        __atomic_store_n(&slot_at(ring, position + i)->stamp,
                         stamp_of(position + i, i == 0 ? STATE_FIRST + slots : STATE_CONTINUED),
                         __ATOMIC_RELEASE);
}

/* What interrupts this has ended when this goes on: depth needs no atomic addition. */
bool trace_ring_write(struct trace_ring *ring, struct trace_entry *entry)
{
    uint32_t depth = load(&ring->depth), slots = slots_for(entry_words(entry)), position;
    bool is_claimed;

    if (depth == 0)
        store(&ring->open_from, (uint32_t)load(&ring->head));
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    store(&ring->depth, depth + 1);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    is_claimed = claim(ring, entry, slots, &position);
    if (is_claimed)
        fill(ring, entry, slots, position);
    else
        store(&ring->dropped, load(&ring->dropped) + 1);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    store(&ring->depth, depth);
    return is_claimed;
}

void trace_ring_end(const struct trace_ring *ring, struct trace_cursor *cursor)
{
    uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);

    cursor->position = (uint32_t)head;
    cursor->number = (uint32_t)(head >> 32);
}

void trace_ring_begin(const struct trace_ring *ring, struct trace_cursor *cursor)
{
    uint32_t head = (uint32_t)__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);

    if (head - cursor->position > ring->slot_count)
        cursor->position = head - ring->slot_count;
}

/* Copies an entry of so many slots. False: it was overwritten meanwhile, or is being so. */
static bool copy_entry(const struct trace_ring *ring, uint32_t position, uint32_t slots,
                       struct trace_entry *entry)
{
    const uint32_t most = sizeof(*entry) / sizeof(uint64_t);
    uint64_t *words = (uint64_t *)(void *)entry;
    uint32_t i;

    for (i = 0; i < slots * TRACE_SLOT_WORDS && i < most; i++)
        words[i] =
            load(&slot_at(ring, position + i / TRACE_SLOT_WORDS)->words[i % TRACE_SLOT_WORDS]);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    for (i = 0; i < slots; i++)
        if (load(&slot_at(ring, position + i)->stamp) !=
            stamp_of(position + i, i == 0 ? STATE_FIRST + slots : STATE_CONTINUED))
            return false;
    return true;
}

/* To the oldest slot that there is; a reader that was overtaken there, too, goes on well before
 * the writers. */
static void catch_up(const struct trace_ring *ring, struct trace_cursor *cursor, bool again)
{
    uint32_t end = (uint32_t)__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
    uint32_t oldest = end - (again ? ring->slot_count / 2 : ring->slot_count);

    if ((int32_t)(oldest - cursor->position) > 0)
        cursor->position = oldest;
}

bool trace_ring_read(const struct trace_ring *ring, struct trace_cursor *cursor,
                     struct trace_entry *entry, uint32_t *lost)
{
    bool was_overtaken = false;

    trace_ring_begin(ring, cursor);
    for (;;) {
        const struct trace_slot *slot = slot_at(ring, cursor->position);
        uint64_t stamp = __atomic_load_n(&slot->stamp, __ATOMIC_ACQUIRE);
        int32_t ahead = (int32_t)((uint32_t)(stamp >> 32) - cursor->position);
        uint32_t state = (uint32_t)stamp;

        if (ahead < 0 || (ahead == 0 && state <= STATE_WRITING))
            return false;
        if (ahead == 0 && state == STATE_CONTINUED) {
            cursor->position++;
            continue;
        }
        if (ahead == 0 && copy_entry(ring, cursor->position, state - STATE_FIRST, entry)) {
            *lost = entry->number - cursor->number;
            cursor->position += state - STATE_FIRST;
            cursor->number = entry->number + 1;
            return true;
        }
        catch_up(ring, cursor, was_overtaken);
        was_overtaken = true;
    }
}
