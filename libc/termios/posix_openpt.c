/* posix_openpt: a new pseudo-terminal; the descriptor is its master's. */
#include <fcntl.h>
#include <stdlib.h>

int posix_openpt(int flags)
{
    return open("/dev/ptmx", flags);
}
