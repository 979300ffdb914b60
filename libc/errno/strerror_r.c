/* strerror_r: as strerror, but into the caller's buffer (the POSIX variant, not GNU's). */
#include <errno.h>
#include <string.h>

int strerror_r(int error, char *buf, size_t size)
{
    const char *text = strerror(error);

    return strlcpy(buf, text, size) < size ? 0 : ERANGE;
}
