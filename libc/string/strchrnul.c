/* strchrnul: the first character c of a string, or its end. */
#include <string.h>

char *strchrnul(const char *text, int c)
{
    while (*text && *text != (char)c)
        text++;
    return (char *)text;
}
