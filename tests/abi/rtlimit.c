/*
 * What RLIMIT_RTPRIO and RLIMIT_NICE let somebody without privilege do (sched(7)).
 *
 * Only on Limen: where the host runs this it may not raise limits. What is expected is what the
 * manual says.
 */
#include "tests/abi/abi.h"

#include <sched.h>

static long set(int policy, int priority)
{
    const struct sched_param param = {.sched_priority = priority};

    return syscall(SYS_sched_setscheduler, 0, policy, &param);
}

static void become_user_with(int resource, rlim_t value)
{
    const struct rlimit limits = {value, value};

    MUST(setrlimit(resource, &limits));
    MUST(setresuid(1234, 1234, 1234));
}

CASE(real_time_priorities)
{
    become_user_with(RLIMIT_RTPRIO, 10);
    SHOW(set(SCHED_FIFO, 11));
    SHOW(set(SCHED_FIFO, 10));
    SHOW(set(SCHED_RR, 11));
    SHOW(set(SCHED_RR, 1));
    SHOW(set(SCHED_OTHER, 0));
    SHOW(set(SCHED_IDLE, 0));
    SHOW(set(SCHED_OTHER, 0)); /* RLIMIT_NICE is 0 */
    SHOW(set(SCHED_FIFO, 1));
}

CASE(nice_values)
{
    become_user_with(RLIMIT_NICE, 23);
    SHOW(setpriority(PRIO_PROCESS, 0, -4));
    SHOW(setpriority(PRIO_PROCESS, 0, -3));
    SHOW(setpriority(PRIO_PROCESS, 0, 2));
    SHOW(set(SCHED_IDLE, 0));
    SHOW(set(SCHED_OTHER, 0));
    SHOW(set(SCHED_FIFO, 1));
}
