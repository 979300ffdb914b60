/* mbsnrtowcs: as mbsrtowcs, from so many bytes at most. */
#include <stdint.h>
#include <wchar.h>

size_t mbsnrtowcs(wchar_t *restrict to, const char **restrict from, size_t size, size_t count,
                  mbstate_t *restrict state)
{
    static mbstate_t own;
    mbstate_t *now = state ? state : &own;
    const char *text = *from;
    size_t done = 0;
    /* A measurement leaves no trace. */
    mbstate_t trial = *now;

    while (done < count || !to) {
        size_t used = mbrtowc(to ? to + done : NULL, text, size, to ? now : &trial);

        if (used == (size_t)-1) {
            done = used;
            break;
        }
        if (used == 0) {
            text = NULL;
            break;
        }
        if (used == (size_t)-2) {
            text += size;
            break;
        }
        text += used;
        size -= used;
        done++;
    }
    if (to)
        *from = text;
    return done;
}
