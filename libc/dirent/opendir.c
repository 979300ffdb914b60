/* opendir: opens a directory for reading. */
#include <fcntl.h>
#include <unistd.h>

#include "libc/dirent/dir.h"

DIR *opendir(const char *path)
{
    int fd = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir;

    if (fd < 0)
        return NULL;
    dir = fdopendir(fd);
    if (!dir)
        close(fd);
    return dir;
}
