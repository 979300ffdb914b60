/* putchar_unlocked: putchar. */
#include <stdio.h>

int putchar_unlocked(int c)
{
    return fputc(c, stdout);
}
