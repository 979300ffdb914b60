/* isspace: a space, or what moves the cursor: \t \n \v \f \r. */
#include <ctype.h>

int isspace(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
