/* strnlen: strlen that looks at `size` characters at most. */
#include <string.h>

size_t strnlen(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);

    return end ? (size_t)(end - text) : size;
}
