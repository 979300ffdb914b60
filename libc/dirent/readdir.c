/* readdir: the next entry; NULL at the end (errno as it was) or on an error. */
#include <errno.h>

#include "libc/dirent/dir.h"
#include "libc/errno/syscall_return.h"

_Static_assert(__builtin_offsetof(struct dirent, d_name) ==
                   __builtin_offsetof(struct linux_dirent64, d_name),
               "struct dirent is the kernel's record");

struct dirent *readdir(DIR *dir)
{
    struct dirent *entry;

    if (dir->next >= dir->end) {
        void *data = dir->data;
        long count = __sys_getdents64((unsigned int)dir->fd, data, sizeof(dir->data));

        /* A directory that was removed meanwhile has no more entries. */
        if (count == -ENOENT)
            count = 0;
        if (count <= 0) {
            __syscall_return(count);
            return NULL;
        }
        dir->next = 0;
        dir->end = (int)count;
    }
    entry = (struct dirent *)(dir->data + dir->next);
    dir->next += entry->d_reclen;
    dir->position = entry->d_off;
    return entry;
}
