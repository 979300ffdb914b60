/* Where the calling thread's errno lies. */
#include <errno.h>

#include "libc/thread/thread.h"

int *__errno_location(void)
{
    return &thread_self()->error;
}
