/* getchar: the next character of stdin. */
#include <stdio.h>

int getchar(void)
{
    return fgetc(stdin);
}
