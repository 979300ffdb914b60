/* getchar_unlocked: getchar for who has the lock of stdin. */
#include <stdio.h>

int getchar_unlocked(void)
{
    return getc_unlocked(stdin);
}
