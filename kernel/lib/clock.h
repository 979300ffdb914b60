/*
 * From ticks of the CPU's counter to the clocks of clock_gettime(2), by the same lines in the
 * kernel (kernel/core/clock.c) and in the vDSO (arch/x86_64/vdso). Pure.
 *
 * What these lines need lies in a page that the kernel writes and every program has mapped
 * read-only. Nobody locks it: what changes once there are programs, the real clock's distance and
 * the time zone, is one word each, read once. (Linux, which also steers the rate of its clock, has
 * a sequence count there: who reads looks whether it changed meanwhile.)
 */
#ifndef LIMEN_LIB_CLOCK_H
#define LIMEN_LIB_CLOCK_H

#include "kernel/abi/time.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#define NSEC_PER_SEC 1000000000ul
#define NSEC_PER_MSEC 1000000ul
#define NSEC_PER_USEC 1000ul
#define USEC_PER_SEC 1000000ul
#define TICK_HZ 100 /* scheduler ticks a second on a busy CPU; also times(2)'s unit */

#define CLOCK_PAGE_SIZE 4096

/* Aligned, and therefore padded: nothing else lies on the page that programs see. */
struct clock_page {
    uint64_t ns_per_tick_32; /* ns = ticks * this / 2^32 */
    /* What the clocks are ahead of the counter, modulo 2^64 */
    uint64_t monotonic_ahead_ns, real_ahead_ns;
    uint64_t zone; /* settimeofday(2)'s: clock_zone */
} __aligned(CLOCK_PAGE_SIZE);

static inline uint64_t clock_ticks_to_ns(const struct clock_page *page, uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)ticks * page->ns_per_tick_32 >> 32);
}

/* What a clock is ahead of the counter; false: it doesn't go by the counter. There is no suspension
 * and no table of leap seconds, so BOOTTIME and TAI are what MONOTONIC and REALTIME are. */
static inline bool clock_ahead_ns(const struct clock_page *page, int clock, uint64_t *ahead_ns)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        *ahead_ns = READ_ONCE(page->real_ahead_ns);
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *ahead_ns = page->monotonic_ahead_ns;
        return true;
    default:
        return false;
    }
}

/* What clock_getres(2) says of a clock that there is. */
static inline uint64_t clock_resolution_ns(int clock)
{
    bool is_coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;

    return is_coarse ? NSEC_PER_SEC / TICK_HZ : 1;
}

static inline struct timespec timespec_of_ns(uint64_t ns)
{
    return (struct timespec){
        .tv_sec = (long)(ns / NSEC_PER_SEC),
        .tv_nsec = (long)(ns % NSEC_PER_SEC),
    };
}

/* A time zone as a word, and back. */
static inline uint64_t clock_zone_word(const struct timezone *zone)
{
    return (uint64_t)(uint32_t)zone->tz_dsttime << 32 | (uint32_t)zone->tz_minuteswest;
}

static inline struct timezone clock_zone(const struct clock_page *page)
{
    uint64_t word = READ_ONCE(page->zone);

    return (struct timezone){.tz_minuteswest = (int)(uint32_t)word,
                             .tz_dsttime = (int)(word >> 32)};
}

static inline struct timeval timeval_of_ns(uint64_t ns)
{
    return (struct timeval){
        .tv_sec = (long)(ns / NSEC_PER_SEC),
        .tv_usec = (long)(ns % NSEC_PER_SEC / NSEC_PER_USEC),
    };
}

#endif
