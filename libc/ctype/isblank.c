/* isblank: a space or a tabulator. */
#include <ctype.h>

int isblank(int c)
{
    return c == ' ' || c == '\t';
}
