/* putchar_unlocked: putchar for who has the lock of stdout. */
#include <stdio.h>

int putchar_unlocked(int c)
{
    return putc_unlocked(c, stdout);
}
