/*
 * The clocks: monotonic is the CPU's counter from boot on, real is what the battery-backed clock
 * showed at boot and the counter from there on, unless it is set. kernel/lib/clock.h has the
 * arithmetic.
 *
 * Locking: clock_lock guards changes of the real clock. What it is ahead is one word: who reads the
 * clock sees it as it was before or as it is after.
 */
#include "kernel/core/clock.h"

#include "arch/api/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/core/spinlock.h"

/* 30 years before its nanoseconds don't fit in 63 bits: so far it may be set (Linux's limit). */
#define REAL_MAX_NS ((uint64_t)INT64_MAX - 30ul * 365 * 24 * 3600 * NSEC_PER_SEC)

struct clock_page clock_page;

static struct spinlock clock_lock = SPINLOCK_INIT(RANK_LEAF);

void clock_start(void)
{
    uint64_t now_ns = cpu_clock_ns();

    clock_page.monotonic_ahead_ns = -now_ns;
    clock_page.real_ahead_ns = cpu_rtc_seconds() * NSEC_PER_SEC - now_ns;
}

uint64_t clock_monotonic_ns(void)
{
    return cpu_clock_ns() + clock_page.monotonic_ahead_ns;
}

uint64_t clock_realtime_ns(void)
{
    return cpu_clock_ns() + READ_ONCE(clock_page.real_ahead_ns);
}

uint64_t clock_real_ahead_ns(void)
{
    return READ_ONCE(clock_page.real_ahead_ns) - clock_page.monotonic_ahead_ns;
}

/* Under clock_lock. Modulo 2^64 a time before 1970 is too late as well. */
static int clock_real_ahead_set(uint64_t real_ns, uint64_t cpu_ns)
{
    if (real_ns >= REAL_MAX_NS || real_ns < cpu_ns + clock_page.monotonic_ahead_ns)
        return -EINVAL;
    WRITE_ONCE(clock_page.real_ahead_ns, real_ns - cpu_ns);
    return 0;
}

int clock_realtime_set(uint64_t real_ns)
{
    unsigned long flags = spin_lock_irqsave(&clock_lock);
    int err = clock_real_ahead_set(real_ns, cpu_clock_ns());

    spin_unlock_irqrestore(&clock_lock, flags);
    return err;
}

int clock_realtime_step(int64_t by_ns)
{
    unsigned long flags = spin_lock_irqsave(&clock_lock);
    uint64_t cpu_ns = cpu_clock_ns();
    int err = clock_real_ahead_set(cpu_ns + clock_page.real_ahead_ns + (uint64_t)by_ns, cpu_ns);

    spin_unlock_irqrestore(&clock_lock, flags);
    return err;
}

uint64_t clock_cpu_ns(uint64_t monotonic_ns)
{
    uint64_t boot_ns = -clock_page.monotonic_ahead_ns;

    return monotonic_ns > UINT64_MAX - boot_ns ? UINT64_MAX : monotonic_ns + boot_ns;
}
