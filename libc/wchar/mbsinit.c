/* mbsinit: whether no character has begun. */
#include <wchar.h>

int mbsinit(const mbstate_t *state)
{
    return !state || state->missing == 0;
}
