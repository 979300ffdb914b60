/*
 * The clocks: monotonic is the CPU's counter from boot on, real is monotonic plus an offset that
 * the battery-backed clock gives at boot and clock_settime(2) changes.
 */
#include "kernel/core/clock.h"

#include "arch/api/cpu.h"
#include "kernel/core/atomic.h"

static uint64_t boot_ns;     /* cpu_clock_ns() that counts as 0 */
static uint64_t real_offset; /* real minus monotonic; atomic */

void clock_start(void)
{
    boot_ns = cpu_clock_ns();
    real_offset = cpu_rtc_seconds() * NSEC_PER_SEC;
}

uint64_t clock_monotonic_ns(void)
{
    return cpu_clock_ns() - boot_ns;
}

uint64_t clock_cpu_ns(uint64_t monotonic_ns)
{
    return monotonic_ns > UINT64_MAX - boot_ns ? UINT64_MAX : monotonic_ns + boot_ns;
}

uint64_t clock_realtime_ns(void)
{
    return clock_monotonic_ns() + atomic_load(&real_offset);
}

void clock_realtime_set_ns(uint64_t now_ns)
{
    atomic_store(&real_offset, now_ns - clock_monotonic_ns());
}
