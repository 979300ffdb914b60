/* swab: swaps the bytes of each pair. */
#include <unistd.h>

void swab(const void *restrict from, void *restrict to, ssize_t size)
{
    const unsigned char *source = from;
    unsigned char *target = to;

    for (ssize_t i = 0; i + 1 < size; i += 2) {
        target[i] = source[i + 1];
        target[i + 1] = source[i];
    }
}
