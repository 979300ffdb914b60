/*
 * wcsftime: strftime in wide characters. The format goes through it as UTF-8, and so does the
 * result, whose bytes are at most four times as many as its characters.
 */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

/* A string as bytes, allocated. */
static char *bytes_make(const wchar_t *text)
{
    const wchar_t *from = text;
    size_t size = wcsrtombs(NULL, &from, 0, NULL);
    char *bytes = size == (size_t)-1 ? NULL : malloc(size + 1);

    if (bytes)
        wcsrtombs(bytes, &text, size + 1, NULL);
    return bytes;
}

size_t wcsftime(wchar_t *restrict to, size_t count, const wchar_t *restrict format,
                const struct tm *restrict tm)
{
    char *bytes_format = bytes_make(format);
    char *bytes = count > SIZE_MAX / 4 ? NULL : malloc(4 * count);
    const char *from = bytes;
    size_t length = 0;

    if (count > 0)
        *to = 0;
    if (bytes_format && bytes && strftime(bytes, 4 * count, bytes_format, tm) > 0)
        length = mbsrtowcs(to, &from, count, NULL);
    free(bytes);
    free(bytes_format);
    return length == (size_t)-1 || from ? 0 : length;
}
