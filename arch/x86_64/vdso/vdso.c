/*
 * The vDSO (vdso(7)): a shared object that the kernel maps into every program, with calls that
 * need not cross the boundary. This is code of ring 3; what it doesn't know it asks the kernel.
 *
 * `vvar` is the kernel's page of clocks, which lies in front of the object (vdso.lds). A bad
 * pointer is a fault of the program's here, not -EFAULT: as on Linux.
 */
#include "arch/x86_64/cpu_number.h"
#include "arch/x86_64/tsc.h"
#include "gen/syscall_nr.h"
#include "kernel/lib/clock.h"

extern const struct clock_page vvar __attribute__((visibility("hidden")));

int __vdso_clock_gettime(int clock, struct timespec *now);
int __vdso_clock_getres(int clock, struct timespec *resolution);
int __vdso_gettimeofday(struct timeval *tv, struct timezone *tz);
long __vdso_time(long *out);
long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused);

static uint64_t clock_now_ns(uint64_t ahead_ns)
{
    return clock_ticks_to_ns(&vvar, tsc_read_ordered()) + ahead_ns;
}

static long system_call(long number, long first, void *second)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second)
                     : "rcx", "r11", "memory");
    return result;
}

int __vdso_clock_gettime(int clock, struct timespec *now)
{
    uint64_t ahead_ns;

    if (!clock_ahead_ns(&vvar, clock, &ahead_ns))
        return (int)system_call(SYS_clock_gettime, clock, now);
    *now = timespec_of_ns(clock_now_ns(ahead_ns));
    return 0;
}

int __vdso_clock_getres(int clock, struct timespec *resolution)
{
    uint64_t ahead_ns;

    if (!clock_ahead_ns(&vvar, clock, &ahead_ns))
        return (int)system_call(SYS_clock_getres, clock, resolution);
    if (resolution != NULL)
        *resolution = timespec_of_ns(clock_resolution_ns(clock));
    return 0;
}

int __vdso_gettimeofday(struct timeval *tv, struct timezone *tz)
{
    if (tv != NULL)
        *tv = timeval_of_ns(clock_now_ns(READ_ONCE(vvar.real_ahead_ns)));
    if (tz != NULL)
        *tz = clock_zone(&vvar);
    return 0;
}

long __vdso_time(long *out)
{
    long now = (long)(clock_now_ns(READ_ONCE(vvar.real_ahead_ns)) / NSEC_PER_SEC);

    if (out != NULL)
        *out = now;
    return now;
}

/* There is one node. */
long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
    (void)unused;
    if (cpu != NULL)
        *cpu = cpu_number();
    if (node != NULL)
        *node = 0;
    return 0;
}
