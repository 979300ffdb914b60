/* mkstemp: a new file with a name that nobody has yet, opened. */
#include <stdlib.h>

int mkstemp(char *template)
{
    return mkostemp(template, 0);
}
