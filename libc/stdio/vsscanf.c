/* vsscanf: formatted input from a string. */
#include "libc/stdio/file.h"

int vsscanf(const char *restrict text, const char *restrict format, va_list args)
{
    struct limen_file file;

    __file_from_string(&file, text);
    return vfscanf(&file, format, args);
}
