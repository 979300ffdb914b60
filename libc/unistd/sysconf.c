/* sysconf: a limit or a count of the system. */
#include <errno.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static long limit_of(int resource)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) < 0)
        return -1;
    return limit.rlim_cur == RLIM_INFINITY ? -1 : (long)limit.rlim_cur;
}

static long pages_of_memory(int name)
{
    struct sysinfo info;
    unsigned long amount;

    if (sysinfo(&info) < 0)
        return -1;
    amount = name == _SC_PHYS_PAGES ? info.totalram : info.freeram;
    return (long)(amount * info.mem_unit / (unsigned long)getpagesize());
}

long sysconf(int name)
{
    switch (name) {
    case _SC_ARG_MAX:
        return ARG_MAX;
    case _SC_CHILD_MAX:
        return limit_of(RLIMIT_NPROC);
    case _SC_CLK_TCK:
        return USER_HZ;
    case _SC_OPEN_MAX:
        return limit_of(RLIMIT_NOFILE);
    case _SC_PAGESIZE:
        return getpagesize();
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return get_nprocs();
    case _SC_PHYS_PAGES:
    case _SC_AVPHYS_PAGES:
        return pages_of_memory(name);
    case _SC_NGROUPS_MAX:
        return NGROUPS_MAX;
    case _SC_HOST_NAME_MAX:
        return HOST_NAME_MAX;
    case _SC_LINE_MAX:
        return LINE_MAX;
    case _SC_IOV_MAX:
        return IOV_MAX;
    case _SC_VERSION:
    case _SC_THREADS:
    case _SC_MONOTONIC_CLOCK:
        return _POSIX_VERSION;
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS:
        return 1;
    case _SC_LOGIN_NAME_MAX:
        return LOGIN_NAME_MAX;
    case _SC_TTY_NAME_MAX:
        return TTY_NAME_MAX;
    case _SC_ATEXIT_MAX:
        return INT_MAX;
    case _SC_SYMLOOP_MAX:
        return SYMLINKS_MAX;
    case _SC_THREAD_KEYS_MAX:
        return PTHREAD_KEYS_MAX;
    case _SC_THREAD_STACK_MIN:
        return PTHREAD_STACK_MIN;
    case _SC_GETPW_R_SIZE_MAX:
    case _SC_GETGR_R_SIZE_MAX:
        return 1024;
    default:
        errno = EINVAL;
        return -1;
    }
}
