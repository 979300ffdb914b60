/* brk: sets the end of the data segment. The kernel answers with the end as it is then. */
#include <errno.h>
#include <unistd.h>

#include "gen/syscall_decls.h"

int brk(void *end)
{
    if (__sys_brk((unsigned long)end) == (long)end)
        return 0;
    errno = ENOMEM;
    return -1;
}
