/* isascii: one of the 128. */
#include <ctype.h>

int isascii(int c)
{
    return c >= 0 && c < 128;
}
