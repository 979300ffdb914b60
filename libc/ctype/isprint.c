/* isprint: a character that takes a column. */
#include <ctype.h>

int isprint(int c)
{
    return c >= ' ' && c < 127;
}
