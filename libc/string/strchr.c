/* strchr: the first character c of a string; its end, if c is NUL. */
#include <string.h>

char *strchr(const char *text, int c)
{
    char *place = strchrnul(text, c);

    return *place == (char)c ? place : NULL;
}
