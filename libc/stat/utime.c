/* utime: sets the times of a path, in seconds. */
#include <sys/stat.h>
#include <utime.h>

int utime(const char *path, const struct utimbuf *times)
{
    struct timespec precise[2];

    if (!times)
        return utimensat(AT_FDCWD, path, NULL, 0);
    precise[0] = (struct timespec){.tv_sec = times->actime};
    precise[1] = (struct timespec){.tv_sec = times->modtime};
    return utimensat(AT_FDCWD, path, precise, 0);
}
