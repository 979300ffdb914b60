/*
 * cat: copies files, or its standard input, to its standard output. No stdio here: open(2),
 * read(2), write(2) and their partial results, as they are.
 */
#include <fcntl.h>

#include "user/tool.h"

/* Copies FD, called NAME, to standard output. Returns the status to end with. */
static int fd_copy(int fd, const char *name)
{
    static char buffer[65536];

    for (;;) {
        ssize_t count = read(fd, buffer, sizeof(buffer));

        if (count == 0)
            return 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return tool_fail("cat", name);
        if (!bytes_write(STDOUT_FILENO, buffer, (size_t)count))
            exit(tool_fail("cat", "standard output"));
    }
}

static int file_copy(const char *name)
{
    if (strcmp(name, "-") == 0)
        return fd_copy(STDIN_FILENO, "standard input");

    int fd = open(name, O_RDONLY);

    if (fd < 0)
        return tool_fail("cat", name);

    int status = fd_copy(fd, name);

    close(fd);
    return status;
}

int main(int argc, char **argv)
{
    unsigned options;
    char **names = tool_options(argv, "u", &options, "cat [-u] [NAME]...");
    int status = 0;

    (void)argc;
    if (!*names)
        return file_copy("-");
    for (; *names; names++)
        status |= file_copy(*names);
    return status;
}
