/* setenv: gives a name a value, both copied. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc/stdlib/environ.h"

int setenv(const char *name, const char *value, int overwrite)
{
    size_t length = strlen(name);
    char *assignment;

    if (length == 0 || strchr(name, '=')) {
        errno = EINVAL;
        return -1;
    }
    if (!overwrite && getenv(name))
        return 0;
    assignment = malloc(length + strlen(value) + 2);
    if (!assignment)
        return -1;
    strcpy(stpcpy(stpcpy(assignment, name), "="), value);
    if (__environ_put(assignment, length, true) < 0) {
        free(assignment);
        return -1;
    }
    return 0;
}
