/* Where errno lives. One word, until threads have a block of their own behind FS. */
#include <errno.h>

int *__errno_location(void)
{
    static int number;

    return &number;
}
