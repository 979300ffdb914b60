/* lfind: the first element of an array that equals the key, or NULL. */
#include <search.h>

void *lfind(const void *key, const void *base, size_t *count, size_t size,
            int (*compare)(const void *, const void *))
{
    const char *element = base;

    for (size_t i = 0; i < *count; i++, element += size) {
        if (compare(key, element) == 0)
            return (void *)element;
    }
    return NULL;
}
