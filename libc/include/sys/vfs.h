/* Another name of <sys/statfs.h>. */
#ifndef LIMEN_LIBC_SYS_VFS_H
#define LIMEN_LIBC_SYS_VFS_H

#include <sys/statfs.h>

#endif
