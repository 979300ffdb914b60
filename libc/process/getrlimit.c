/* getrlimit: a limit of this process. */
#include <stddef.h>
#include <sys/resource.h>

int getrlimit(int resource, struct rlimit *limit)
{
    return prlimit(0, resource, NULL, limit);
}
