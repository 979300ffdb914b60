/* wcsnrtombs: as wcsrtombs, from so many characters at most. */
#include <string.h>
#include <wchar.h>

size_t wcsnrtombs(char *restrict to, const wchar_t **restrict from, size_t count, size_t size,
                  mbstate_t *restrict state)
{
    const wchar_t *text = *from;
    size_t done = 0;

    for (; count > 0; count--) {
        char bytes[4];
        size_t length = wcrtomb(bytes, *text, state);

        if (length == (size_t)-1) {
            done = length;
            break;
        }
        if (to && length > size - done)
            break;
        if (to)
            memcpy(to + done, bytes, length);
        if (*text == 0) {
            text = NULL;
            break;
        }
        done += length;
        text++;
    }
    if (to)
        *from = text;
    return done;
}
