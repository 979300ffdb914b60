/* wcstok: the next word, cut out of the string. */
#include <wchar.h>

wchar_t *wcstok(wchar_t *restrict text, const wchar_t *restrict delimiters,
                wchar_t **restrict place)
{
    wchar_t *word = text ? text : *place;

    if (!word)
        return NULL;
    word += wcsspn(word, delimiters);
    *place = wcspbrk(word, delimiters);
    if (*place)
        *(*place)++ = 0;
    return *word ? word : NULL;
}
