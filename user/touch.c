/*
 * touch: sets a file's times to now; makes the file if there is none (not with -c).
 * utimensat(2), open(2) with O_CREAT.
 */
#include <fcntl.h>

#include "user/tool.h"

static int file_touch(const char *path, bool create)
{
    if (utimensat(AT_FDCWD, path, NULL, 0) == 0)
        return 0;
    if (errno != ENOENT)
        return tool_fail("touch", path);
    if (!create)
        return 0;

    int fd = open(path, O_WRONLY | O_CREAT, 0666);

    if (fd < 0)
        return tool_fail("touch", path);
    close(fd);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned keep_absent;
    char **paths = tool_options(argv, "c", &keep_absent, "touch [-c] NAME...");
    int status = 0;

    (void)argc;
    if (!*paths)
        tool_usage("touch [-c] NAME...");
    for (; *paths; paths++)
        status |= file_touch(*paths, !keep_absent);
    return status;
}
