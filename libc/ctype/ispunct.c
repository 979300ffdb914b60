/* ispunct: ink that is neither letter nor digit. */
#include <ctype.h>

int ispunct(int c)
{
    return isgraph(c) && !isalnum(c);
}
