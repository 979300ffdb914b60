/* getline: a line of any length. */
#include <stdio.h>

ssize_t getline(char **restrict place, size_t *restrict size, FILE *restrict file)
{
    return getdelim(place, size, '\n', file);
}
