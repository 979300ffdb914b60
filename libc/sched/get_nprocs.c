/* get_nprocs: the CPUs that this process may use. */
#include <sched.h>
#include <sys/sysinfo.h>

int get_nprocs(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : CPU_COUNT(&set);
}

int get_nprocs_conf(void)
{
    return get_nprocs();
}
