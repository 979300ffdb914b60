/* pthread_getcpuclockid: the clock of a thread's processor time. See `man 2 clock_getres`. */
#include <errno.h>

#include "libc/thread/thread.h"

/* The low bits of such a clock's number: of one thread, by the scheduler's count. */
#define CLOCK_OF_THREAD 6

int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
    int tid =
        thread == thread_self() ? __thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);

    if (tid == 0)
        return ESRCH;
    *clock = (int)(~(unsigned int)tid << 3 | CLOCK_OF_THREAD);
    return 0;
}
