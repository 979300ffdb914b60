/* getauxval: an entry of the auxiliary vector. */
#include <errno.h>
#include <sys/auxv.h>

#include "libc/crt/start.h"

unsigned long getauxval(unsigned long key)
{
    for (const struct auxv *entry = __auxv; entry->key != AT_NULL; entry++) {
        if (entry->key == key)
            return entry->value;
    }
    errno = ENOENT;
    return 0;
}
