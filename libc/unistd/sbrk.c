/* sbrk: moves the end of the data segment; returns where it was. */
#include <errno.h>
#include <unistd.h>

#include "gen/syscall_decls.h"

void *sbrk(intptr_t increment)
{
    char *now = (char *)__sys_brk(0);

    if (increment != 0 && brk(now + increment) < 0)
        return (void *)-1;
    return now;
}
