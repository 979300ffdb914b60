/* faccessat: may the path be used so? The kernel's call of this name has no flags. */
#include <errno.h>
#include <unistd.h>

#include "libc/errno/syscall_return.h"

/* Real and effective IDs being the same, AT_EACCESS asks nothing else. */
static int ids_are_equal(void)
{
    return getuid() == geteuid() && getgid() == getegid();
}

int faccessat(int dirfd, const char *path, int mode, int flags)
{
    if (flags == 0 || (flags == AT_EACCESS && ids_are_equal()))
        return (int)__syscall_return(__sys_faccessat(dirfd, path, mode));
    errno = flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW) ? EINVAL : ENOSYS;
    return -1;
}
