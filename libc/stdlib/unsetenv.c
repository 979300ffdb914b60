/* unsetenv: takes a name out of the environment. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/stdlib/environ.h"

int unsetenv(const char *name)
{
    size_t length = strlen(name);
    char **to = environ;

    if (length == 0 || strchr(name, '=')) {
        errno = EINVAL;
        return -1;
    }
    if (!environ)
        return 0;
    for (char **from = environ; *from; from++) {
        if (strncmp(*from, name, length) == 0 && (*from)[length] == '=')
            __environ_forget(*from);
        else
            *to++ = *from;
    }
    *to = NULL;
    return 0;
}
