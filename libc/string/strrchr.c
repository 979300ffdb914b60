/* strrchr: the last character c of a string; its end, if c is NUL. */
#include <string.h>

char *strrchr(const char *text, int c)
{
    return memrchr(text, c, strlen(text) + 1);
}
