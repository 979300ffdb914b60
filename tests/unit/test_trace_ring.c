/*
 * Unit test of kernel/lib/trace_ring: wrap-around of slots and positions, writers that interrupt
 * each other (signal handlers of the writing thread), readers on another thread that are overtaken.
 * Each entry's words follow from its first one: a torn copy shows.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include "kernel/lib/trace_ring.h"

#define SLOTS 64u
#define STORM_WRITES 200000u

static struct trace_slot slots[SLOTS];
static struct trace_ring ring;
static uint64_t clock_ns;
static void (*on_clock)(void);

static uint64_t now_ns(void)
{
    if (on_clock)
        on_clock();
    return __atomic_add_fetch(&clock_ns, 1, __ATOMIC_RELAXED);
}

static void ring_begin(void)
{
    memset(slots, 0, sizeof(slots));
    trace_ring_init(&ring, slots, SLOTS, now_ns);
    on_clock = NULL;
}

static void entry_make(struct trace_entry *entry, uint64_t seed)
{
    unsigned words = 1 + (unsigned)(seed * 7 % TRACE_ENTRY_WORDS);

    entry->size = words * 8;
    for (unsigned i = 0; i < words; i++)
        entry->words[i] = seed + i * 0x9e3779b97f4a7c15u;
}

static bool entry_is_whole(const struct trace_entry *entry)
{
    uint64_t seed = entry->words[0];

    if (entry->size != 8 * (1 + seed * 7 % TRACE_ENTRY_WORDS))
        return false;
    for (unsigned i = 0; i < entry->size / 8; i++)
        if (entry->words[i] != seed + i * 0x9e3779b97f4a7c15u)
            return false;
    return true;
}

static bool entry_put(uint64_t seed)
{
    struct trace_entry entry;

    entry_make(&entry, seed);
    return trace_ring_write(&ring, &entry);
}

static void test_in_order(void)
{
    struct trace_cursor cursor = {0};
    struct trace_entry entry;
    uint32_t lost;

    ring_begin();
    CHECK(!trace_ring_read(&ring, &cursor, &entry, &lost));
    for (uint64_t i = 0; i < 1000; i++) {
        CHECK(entry_put(i));
        CHECK(trace_ring_read(&ring, &cursor, &entry, &lost));
        CHECK_EQ(lost, 0);
        CHECK_EQ(entry.number, i);
        CHECK_EQ(entry.words[0], i);
        CHECK(entry_is_whole(&entry));
    }
    CHECK(!trace_ring_read(&ring, &cursor, &entry, &lost));
}

/* A reader that comes late gets the newest entries, and the number of the others. */
static void late_reader(uint32_t first_position, uint32_t first_number)
{
    struct trace_cursor cursor = {first_position, first_number};
    struct trace_entry entry;
    uint64_t last_ns = 0;
    uint32_t lost, count = 0, lost_all = 0;

    ring_begin();
    ring.head = (uint64_t)first_number << 32 | first_position;
    for (unsigned i = 0; i < SLOTS; i++) /* as if they had been written before */
        slots[i].stamp = (uint64_t)(first_position - SLOTS + i) << 32;
    for (uint64_t i = 0; i < 500; i++)
        CHECK(entry_put(i));
    while (trace_ring_read(&ring, &cursor, &entry, &lost)) {
        CHECK(entry_is_whole(&entry));
        CHECK(entry.time_ns > last_ns);
        last_ns = entry.time_ns;
        lost_all += lost;
        count++;
    }
    CHECK_EQ(entry.words[0], 499);
    CHECK(count >= SLOTS / 8);
    CHECK_EQ(count + lost_all, 500);
}

static void test_late_reader(void)
{
    late_reader(0, 0);
    late_reader(0u - 128, 0u - 30); /* both wrap */
    late_reader(0x7fffff80u, 7);
}

/* Half of all positions behind, and no longer behind by the sign of the difference. */
static void test_reader_from_long_ago(void)
{
    struct trace_cursor cursor = {0};
    struct trace_entry entry = {0};
    uint32_t lost;

    ring_begin();
    ring.head = 0x80000010;
    for (uint64_t i = 0; i < 500; i++)
        CHECK(entry_put(i));
    while (trace_ring_read(&ring, &cursor, &entry, &lost))
        CHECK(entry_is_whole(&entry));
    CHECK_EQ(entry.words[0], 499);
    CHECK_EQ(cursor.number, 500);
}

static unsigned nested_left;

static void nest(void)
{
    void (*self)(void) = on_clock;

    if (nested_left == 0)
        return;
    nested_left--;
    CHECK(entry_put(1000 + nested_left));
    on_clock = self;
}

/* Whoever is interrupted while it claims comes behind those that interrupted it. */
static void test_nested(void)
{
    struct trace_cursor cursor = {0};
    struct trace_entry entry;
    uint64_t last_ns = 0;
    uint32_t lost, count = 0;

    ring_begin();
    on_clock = nest;
    nested_left = 3;
    CHECK(entry_put(1));
    while (trace_ring_read(&ring, &cursor, &entry, &lost)) {
        CHECK_EQ(entry.number, count);
        CHECK(entry.time_ns > last_ns);
        last_ns = entry.time_ns;
        count++;
    }
    CHECK_EQ(count, 4);
    CHECK_EQ(entry.words[0], 1);
    CHECK_EQ(ring.depth, 0);
}

static uint64_t written; /* by the writing thread and its handler, also if dropped; atomic */

static void put_next(void)
{
    struct trace_entry entry;

    entry_make(&entry, __atomic_fetch_add(&written, 1, __ATOMIC_RELAXED));
    (void)trace_ring_write(&ring, &entry);
}

static void on_alarm(int signal)
{
    (void)signal;
    for (unsigned i = 0; i < 3; i++)
        put_next();
}

struct storm_result {
    uint64_t count, lost, torn, disordered;
};

static bool storm_is_over;

static void *storm_read(void *argument)
{
    struct storm_result *result = argument;
    struct trace_cursor cursor = {0};
    struct trace_entry entry;
    uint64_t last_ns = 0;
    uint32_t lost;
    bool is_last;

    do {
        is_last = __atomic_load_n(&storm_is_over, __ATOMIC_ACQUIRE);
        while (trace_ring_read(&ring, &cursor, &entry, &lost)) {
            result->count++;
            result->lost += lost;
            result->torn += !entry_is_whole(&entry);
            result->disordered += entry.time_ns <= last_ns;
            last_ns = entry.time_ns;
        }
    } while (!is_last);
    return NULL;
}

static void test_storm(void)
{
    const struct itimerval often = {{0, 50}, {0, 50}}, never = {0};
    const struct sigaction action = {.sa_handler = on_alarm};
    struct storm_result result = {0};
    sigset_t alarm;
    pthread_t reader;

    ring_begin();
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, NULL);
    pthread_create(&reader, NULL, storm_read, &result);
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned i = 0; i < STORM_WRITES; i++)
        put_next();
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN);
    __atomic_store_n(&storm_is_over, true, __ATOMIC_RELEASE);
    pthread_join(reader, NULL);

    CHECK_EQ(result.torn, 0);
    CHECK_EQ(result.disordered, 0);
    CHECK_EQ(result.count + result.lost + ring.dropped, written);
    CHECK_EQ(ring.head >> 32, written - ring.dropped);
    CHECK_EQ(ring.depth, 0);
}

int main(void)
{
    UNIT_RUN(test_in_order);
    UNIT_RUN(test_late_reader);
    UNIT_RUN(test_reader_from_long_ago);
    UNIT_RUN(test_nested);
    UNIT_RUN(test_storm);
    return unit_result();
}
