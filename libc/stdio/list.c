/* The list of open streams. */
#include "libc/stdio/file.h"

void __file_link(FILE *file)
{
    __lock(&__stdio_lock);
    file->previous = NULL;
    file->next = __stdio_files;
    if (__stdio_files)
        __stdio_files->previous = file;
    __stdio_files = file;
    __unlock(&__stdio_lock);
}

void __file_unlink(FILE *file)
{
    __lock(&__stdio_lock);
    if (file->next)
        file->next->previous = file->previous;
    if (file->previous)
        file->previous->next = file->next;
    else
        __stdio_files = file->next;
    __unlock(&__stdio_lock);
}

bool __file_seize(FILE *file)
{
    if (__lock_try(&file->lock))
        return true;
    if (!__atomic_load_n(&file->write_end, __ATOMIC_RELAXED))
        return false;
    __lock(&file->lock);
    return true;
}
