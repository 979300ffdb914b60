/* mkdtemp: a new directory with a name that nobody has yet. */
#include <stdlib.h>
#include <sys/stat.h>

#include "libc/stdlib/temporary.h"

static int directory_make(const char *path, int flags)
{
    (void)flags;
    return mkdir(path, 0700);
}

char *mkdtemp(char *template)
{
    return __temporary_make(template, directory_make, 0) < 0 ? NULL : template;
}
