/* tmpfile: a file without a name, gone when it is closed. */
#include <stdlib.h>
#include <unistd.h>

#include "libc/stdio/file.h"

FILE *tmpfile(void)
{
    char path[] = P_tmpdir "/tmpXXXXXX";
    int fd = mkstemp(path);
    FILE *file;

    if (fd < 0)
        return NULL;
    unlink(path);
    file = fdopen(fd, "w+");
    if (!file)
        close(fd);
    return file;
}
