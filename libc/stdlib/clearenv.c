/* clearenv: an environment without names. */
#include <stdlib.h>
#include <unistd.h>

#include "libc/stdlib/environ.h"

int clearenv(void)
{
    for (char **entry = environ; entry && *entry; entry++)
        __environ_forget(*entry);
    if (environ)
        *environ = NULL;
    return 0;
}
