/* fstatat: what is known of a path. */
#include <sys/stat.h>

#include "libc/errno/syscall_return.h"

int fstatat(int dirfd, const char *restrict path, struct stat *restrict st, int flags)
{
    return (int)__syscall_return(__sys_newfstatat(dirfd, path, st, flags));
}
