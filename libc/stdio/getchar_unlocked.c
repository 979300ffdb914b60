/* getchar_unlocked: getchar. */
#include <stdio.h>

int getchar_unlocked(void)
{
    return fgetc(stdin);
}
