/* posix_fallocate: room for a file. It returns the error number. */
#include <fcntl.h>

#include "gen/syscall_decls.h"

int posix_fallocate(int fd, off_t offset, off_t length)
{
    return (int)-__sys_fallocate(fd, 0, offset, length);
}
