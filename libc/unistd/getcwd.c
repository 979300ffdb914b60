/* getcwd: the current directory; into memory of its own if none is given (as glibc does). */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/errno/syscall_return.h"

char *getcwd(char *buf, size_t size)
{
    char space[PATH_MAX];

    if (!buf) {
        if (__syscall_return(__sys_getcwd(space, sizeof(space))) < 0)
            return NULL;
        if (size == 0)
            return strdup(space);
        if (size <= strlen(space)) {
            errno = ERANGE;
            return NULL;
        }
        buf = malloc(size);
        return buf ? strcpy(buf, space) : NULL;
    }
    if (size == 0) {
        errno = EINVAL;
        return NULL;
    }
    return __syscall_return(__sys_getcwd(buf, size)) < 0 ? NULL : buf;
}
