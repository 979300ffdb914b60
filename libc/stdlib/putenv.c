/* putenv: makes the caller's own string part of the environment. */
#include <stdlib.h>
#include <string.h>

#include "libc/stdlib/environ.h"

int putenv(char *assignment)
{
    size_t length = strcspn(assignment, "=");

    if (!assignment[length])
        return unsetenv(assignment);
    return __environ_put(assignment, length, false);
}
