/* The list of open streams. */
#include "libc/stdio/file.h"

void __file_link(FILE *file)
{
    file->previous = NULL;
    file->next = __stdio_files;
    if (__stdio_files)
        __stdio_files->previous = file;
    __stdio_files = file;
}

void __file_unlink(FILE *file)
{
    if (file->next)
        file->next->previous = file->previous;
    if (file->previous)
        file->previous->next = file->next;
    else
        __stdio_files = file->next;
}
