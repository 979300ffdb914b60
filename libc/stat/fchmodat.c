/* fchmodat: the kernel's call of this name has no flags, and a symlink has no mode of its own. */
#include <errno.h>
#include <sys/stat.h>

#include "libc/errno/syscall_return.h"

int fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
    if (flags == 0)
        return (int)__syscall_return(__sys_fchmodat(dirfd, path, mode));
    errno = flags & ~AT_SYMLINK_NOFOLLOW ? EINVAL : EOPNOTSUPP;
    return -1;
}
