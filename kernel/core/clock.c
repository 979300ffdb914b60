/*
 * The clocks: monotonic is the CPU's counter from boot on, real is what the battery-backed clock
 * showed at boot and the counter from there on. kernel/lib/clock.h has the arithmetic.
 */
#include "kernel/core/clock.h"

#include "arch/api/cpu.h"

struct clock_page clock_page;

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
    return cpu_clock_ns() + clock_page.real_ahead_ns;
}

uint64_t clock_cpu_ns(uint64_t monotonic_ns)
{
    uint64_t boot_ns = -clock_page.monotonic_ahead_ns;

    return monotonic_ns > UINT64_MAX - boot_ns ? UINT64_MAX : monotonic_ns + boot_ns;
}
