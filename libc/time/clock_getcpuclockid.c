/* clock_getcpuclockid: the clock of a process's processor time. See `man 2 clock_getres`. */
#include <errno.h>
#include <time.h>

#include "gen/syscall_decls.h"

/* The low bits of such a clock's number: of a whole process, by the scheduler's count. */
#define CLOCK_OF_PROCESS 2

int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    int number = (int)(~(unsigned int)pid << 3 | CLOCK_OF_PROCESS);
    struct timespec resolution;

    if (__sys_clock_getres(number, &resolution) < 0)
        return ESRCH;
    *clock = number;
    return 0;
}
