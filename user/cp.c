/*
 * cp: copies files; the copy has the permissions of its source. open(2) with O_CREAT and O_TRUNC,
 * fstat(2), read(2), write(2).
 */
#include <fcntl.h>

#include "user/tool.h"

/* Copies what is left to read of SOURCE_FD to TARGET_FD. */
static int bytes_copy(int source_fd, const char *source, int target_fd, const char *target)
{
    static char buffer[65536];

    for (;;) {
        ssize_t count = read(source_fd, buffer, sizeof(buffer));

        if (count == 0)
            return 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return tool_fail("cp", source);
        if (!bytes_write(target_fd, buffer, (size_t)count))
            return tool_fail("cp", target);
    }
}

/* Opens TARGET, but not where it is the source under another name: O_TRUNC would empty both. */
static int target_open(const char *target, const struct stat *source)
{
    struct stat status;

    if (stat(target, &status) == 0 && status.st_dev == source->st_dev &&
        status.st_ino == source->st_ino) {
        errno = EEXIST;
        return -1;
    }
    return open(target, O_WRONLY | O_CREAT | O_TRUNC, source->st_mode & 0777);
}

/* Copies the open SOURCE to TARGET. */
static int file_copy(int source_fd, const char *source, const char *target)
{
    struct stat status;

    if (fstat(source_fd, &status) < 0)
        return tool_fail("cp", source);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return tool_fail("cp", source);
    }

    int target_fd = target_open(target, &status);

    if (target_fd < 0)
        return tool_fail("cp", target);

    int result = bytes_copy(source_fd, source, target_fd, target);

    if (close(target_fd) < 0 && result == 0)
        result = tool_fail("cp", target);
    return result;
}

static int name_copy(const char *source, const char *target)
{
    int source_fd = open(source, O_RDONLY);

    if (source_fd < 0)
        return tool_fail("cp", source);

    int result = file_copy(source_fd, source, target);

    close(source_fd);
    return result;
}

int main(int argc, char **argv)
{
    unsigned options;
    const char *usage = "cp SOURCE TARGET, or cp SOURCE... FOLDER";
    char **operands = tool_options(argv, "", &options, usage);

    (void)argc;
    return sources_apply("cp", operands, usage, name_copy);
}
