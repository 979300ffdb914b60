/* Names that nobody has yet. See temporary.h. */
#include "libc/stdlib/temporary.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#define TRIES 100

int __temporary_make(char *template, int (*make)(const char *path, int flags), int flags)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = strlen(template);
    char *place = template + length - 6;
    int result = -1;

    if (length < 6 || strcmp(place, "XXXXXX") != 0) {
        errno = EINVAL;
        return -1;
    }
    for (int i = 0; i < TRIES; i++) {
        uint64_t random;

        if (getentropy(&random, sizeof(random)) < 0)
            return -1;
        for (int k = 0; k < 6; k++, random /= sizeof(letters) - 1)
            place[k] = letters[random % (sizeof(letters) - 1)];
        result = make(template, flags);
        if (result >= 0 || errno != EEXIST)
            break;
    }
    return result;
}
