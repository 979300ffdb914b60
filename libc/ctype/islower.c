/* islower: a small letter. */
#include <ctype.h>

int islower(int c)
{
    return c >= 'a' && c <= 'z';
}
