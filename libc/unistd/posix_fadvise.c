/* posix_fadvise: how a file will be used. It returns the error number. */
#include <fcntl.h>

#include "gen/syscall_decls.h"

int posix_fadvise(int fd, off_t offset, off_t length, int advice)
{
    return (int)-__sys_fadvise64(fd, offset, (size_t)length, advice);
}
