/*
 * System calls that set the real clock: clock_settime(2), settimeofday(2), adjtimex(2),
 * clock_adjtime(2).
 *
 * The clock is set at once, by a step. It can't be steered: its rate is that of the CPU's counter,
 * and what would slow it down or keep an estimate of its error is refused.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/timex.h"
#include "kernel/core/atomic.h"
#include "kernel/core/clock.h"
#include "kernel/core/cred.h"
#include "kernel/ipc/timerfd.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"
#include "kernel/proc/task_clock.h"
#include "kernel/proc/timespec.h"
#include "kernel/sched/timer.h"

#define ZONE_MINUTES_MAX (15 * 60)

/* What Linux tells of a clock that nobody has ever steered. */
#define ERROR_MAX_US 16000000
#define TIME_CONSTANT 2
#define PRECISION_US 1
#define TOLERANCE_PPM_16 (500 << 16) /* the steepest slope there might be */
#define TICK_US (1000000 / USER_HZ)

static bool tells_ns;        /* adjtimex was last told to speak of nanoseconds */
static uint32_t zone_is_set; /* atomic */

/* Tells everybody of it if the clock was set. */
static long real_clock_was_set(int err)
{
    if (err == 0) {
        timer_clock_was_set();
        timerfd_clock_was_set();
    }
    return err;
}

/* Sets the clock as a call says that came so far. */
static long real_clock_set(uint64_t real_ns)
{
    return real_clock_was_set(clock_realtime_set(real_ns));
}

static long real_clock_step(int64_t by_ns)
{
    return real_clock_was_set(clock_realtime_step(by_ns));
}

/* Sets a clock: the real one; of the others' CPU time nobody is master. */
long sys_clock_settime(clockid_t clock, const struct timespec __user *time)
{
    struct task_clock cpu;
    uint64_t real_ns;
    int err;

    if (clock != CLOCK_REALTIME && !clock_is_cpu_time(clock))
        return -EINVAL;
    err = timespec_get(time, &real_ns);
    if (err == -EFAULT)
        return err;
    if (clock == CLOCK_REALTIME) {
        if (err == 0 && !cred_is_privileged(current->cred))
            err = -EPERM;
        return err != 0 ? err : real_clock_set(real_ns);
    }
    err = task_clock_get(clock, false, &cpu);
    if (err != 0)
        return err;
    task_clock_put(&cpu);
    return -EPERM;
}

static int zone_check(const struct timezone *zone)
{
    bool is_good =
        zone->tz_minuteswest <= ZONE_MINUTES_MAX && zone->tz_minuteswest >= -ZONE_MINUTES_MAX;

    return is_good ? 0 : -EINVAL;
}

/* Sets the time zone. Who does so first, and doesn't set the clock, says how far west of Greenwich
 * the battery-backed clock's time was meant. */
static long zone_set(const struct timezone *zone, bool sets_clock)
{
    bool is_first = atomic_swap(&zone_is_set, 1) == 0;

    WRITE_ONCE(clock_page.zone, clock_zone_word(zone));
    if (!is_first || sets_clock || zone->tz_minuteswest == 0)
        return 0;
    return real_clock_step(zone->tz_minuteswest * 60 * (int64_t)NSEC_PER_SEC);
}

/* Sets the time since 1970, the time zone, or both. */
long sys_settimeofday(const struct timeval __user *tv, const struct timezone __user *tz)
{
    struct timezone zone = {0};
    struct timeval time;
    uint64_t real_ns = 0;
    long err = 0;

    if (tv != NULL && copy_from_user(&time, tv, sizeof(time)) != 0)
        return -EFAULT;
    if (tv != NULL && (err = timeval_to_ns(&time, &real_ns)) != 0)
        return err;
    if (tz != NULL && copy_from_user(&zone, tz, sizeof(zone)) != 0)
        return -EFAULT;
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if (tz != NULL && (err = zone_check(&zone)) == 0)
        err = zone_set(&zone, tv != NULL);
    return err == 0 && tv != NULL ? real_clock_set(real_ns) : err;
}

/* ADJ_SETOFFSET: how far to step, in nanoseconds. The part below a second is never negative. */
static int step_get(const struct timex *timex, int64_t *by_ns)
{
    bool is_ns = (timex->modes & ADJ_NANO) != 0;
    long part = timex->time.tv_usec;

    if (part < 0 || part >= (long)(is_ns ? NSEC_PER_SEC : USEC_PER_SEC))
        return -EINVAL;
    if (!is_ns)
        part *= (long)NSEC_PER_USEC;
    return __builtin_mul_overflow(timex->time.tv_sec, (long)NSEC_PER_SEC, by_ns) ||
                   __builtin_add_overflow(*by_ns, part, by_ns)
               ? -EINVAL
               : 0;
}

/* What the call asks to be changed: 0, or why it isn't. */
static long adjust(const struct timex *timex)
{
    const unsigned known = ADJ_SETOFFSET | ADJ_MICRO | ADJ_NANO;
    int64_t by_ns;
    long err = 0;

    if (timex->modes == 0 || timex->modes == ADJ_OFFSET_SS_READ)
        return 0;
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if (timex->modes & ~known) {
        log_refusal("adjtimex mode %x", timex->modes);
        return -EINVAL;
    }
    if (timex->modes & ADJ_SETOFFSET)
        err = step_get(timex, &by_ns);
    if (err == 0 && (timex->modes & ADJ_SETOFFSET))
        err = real_clock_step(by_ns);
    if (err == 0 && (timex->modes & (ADJ_MICRO | ADJ_NANO)))
        WRITE_ONCE(tells_ns, !(timex->modes & ADJ_MICRO));
    return err;
}

static void timex_fill(struct timex *timex)
{
    bool is_ns = READ_ONCE(tells_ns);
    struct timespec now = timespec_of_ns(clock_realtime_ns());

    *timex = (struct timex){
        .modes = timex->modes,
        .maxerror = ERROR_MAX_US,
        .esterror = ERROR_MAX_US,
        .status = STA_UNSYNC | (is_ns ? STA_NANO : 0),
        .constant = TIME_CONSTANT,
        .precision = PRECISION_US,
        .tolerance = TOLERANCE_PPM_16,
        .time = {now.tv_sec, is_ns ? now.tv_nsec : now.tv_nsec / (long)NSEC_PER_USEC},
        .tick = TICK_US,
    };
}

/* Tells how well the real clock is kept, and sets it by a step (ADJ_SETOFFSET). */
long sys_adjtimex(struct timex __user *buf)
{
    struct timex timex;
    long err;

    if (copy_from_user(&timex, buf, sizeof(timex)) != 0)
        return -EFAULT;
    err = adjust(&timex);
    if (err != 0)
        return err;
    timex_fill(&timex);
    return copy_to_user(buf, &timex, sizeof(timex)) != 0 ? -EFAULT : TIME_ERROR;
}

/* adjtimex of a clock; there is only the real one. */
long sys_clock_adjtime(clockid_t clock, struct timex __user *buf)
{
    struct timex copy;
    uint64_t ignored;

    if (clock == CLOCK_REALTIME)
        return sys_adjtimex(buf);
    if (copy_from_user(&copy, buf, sizeof(copy)) != 0)
        return -EFAULT;
    if (clock_is_cpu_time(clock) || clock_is_alarm(clock) ||
        clock_ahead_ns(&clock_page, clock, &ignored))
        return -EOPNOTSUPP;
    return -EINVAL;
}
