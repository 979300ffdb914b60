/* getentropy: up to 256 random bytes, all or none. */
#include <errno.h>
#include <sys/random.h>

int getentropy(void *buf, size_t size)
{
    size_t done = 0;

    if (size > 256) {
        errno = EIO;
        return -1;
    }
    while (done < size) {
        ssize_t count = getrandom((char *)buf + done, size - done, 0);

        if (count < 0 && errno != EINTR)
            return -1;
        if (count > 0)
            done += (size_t)count;
    }
    return 0;
}
