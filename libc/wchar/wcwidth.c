/* wcwidth: how many columns a character takes; in the C locale only ASCII's print. */
#include <wchar.h>
#include <wctype.h>

int wcwidth(wchar_t c)
{
    if (c == 0)
        return 0;
    return iswprint((wint_t)c) ? 1 : -1;
}
