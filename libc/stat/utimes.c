/* utimes: sets the times of a path, in microseconds. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/time.h>

int utimes(const char *path, const struct timeval times[2])
{
    struct timespec precise[2];

    if (!times)
        return utimensat(AT_FDCWD, path, NULL, 0);
    for (int i = 0; i < 2; i++) {
        if (times[i].tv_usec < 0 || times[i].tv_usec >= 1000000) {
            errno = EINVAL;
            return -1;
        }
        precise[i] = (struct timespec){times[i].tv_sec, times[i].tv_usec * 1000};
    }
    return utimensat(AT_FDCWD, path, precise, 0);
}
