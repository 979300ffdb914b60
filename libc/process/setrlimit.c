/* setrlimit: sets a limit of this process. */
#include <stddef.h>
#include <sys/resource.h>

int setrlimit(int resource, const struct rlimit *limit)
{
    return prlimit(0, resource, limit, NULL);
}
