/* nice: more of it, or with privilege less. What is out of range becomes the nearest value. */
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

int nice(int more)
{
    int wanted = getpriority(PRIO_PROCESS, 0) + (more < -40 ? -40 : more > 40 ? 40 : more);

    if (setpriority(PRIO_PROCESS, 0, wanted) != 0) {
        if (errno == EACCES)
            errno = EPERM;
        return -1;
    }
    return getpriority(PRIO_PROCESS, 0);
}
