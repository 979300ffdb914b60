/*
 * What the programs of tests/stress share. They are programs in the frame of tests/abi/abi.h, but
 * with two sizes: the short one, which make test runs, and with STRESS_LONG in the environment that
 * of make stress; STRESS_BRIEF is a tenth of the short one, for those that strace watches.
 * STRESS_SEED repeats a run of what is random.
 *
 * A case that hangs is a machine that does: the watch over single cases is for the machine's time
 * limit to keep.
 */
#ifndef LIMEN_TESTS_STRESS_H
#define LIMEN_TESTS_STRESS_H

#define ABI_WATCHDOG_MS 7200000

#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096UL

static ABI_UNUSED long stress_count(long in_short, long in_long)
{
    if (getenv("STRESS_LONG"))
        return in_long;
    return getenv("STRESS_BRIEF") ? in_short / 10 : in_short;
}

/* A generator that repeats (xorshift, Marsaglia 2003). */
static uint64_t stress_state;

static ABI_UNUSED void stress_seed(uint64_t which)
{
    const char *first = getenv("STRESS_SEED");

    stress_state = ((first ? strtoull(first, NULL, 0) : 0) + which) * 0x9e3779b97f4a7c15 + 1;
}

static ABI_UNUSED uint64_t random64(void)
{
    stress_state ^= stress_state << 13;
    stress_state ^= stress_state >> 7;
    stress_state ^= stress_state << 17;
    return stress_state;
}

static ABI_UNUSED uint64_t below(uint64_t limit)
{
    return random64() % limit;
}

/* Zeros that children share. */
static ABI_UNUSED void *map_shared(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    MUST(p == MAP_FAILED ? -1 : 0);
    return p;
}

/* Waits for so many children, whichever end first, and shows how. */
static ABI_UNUSED void show_ends(const char *what, int count)
{
    int status;

    for (; count > 0; count--) {
        MUST(waitpid(-1, &status, 0));
        show_status(what, status);
    }
}

static ABI_UNUSED void await_all_children(void)
{
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
}

#endif
