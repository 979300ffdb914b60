/* Being told what happens to files. */
#ifndef LIMEN_LIBC_SYS_INOTIFY_H
#define LIMEN_LIBC_SYS_INOTIFY_H

#include <stdint.h>

#include "kernel/abi/inotify.h"

int inotify_init(void);
int inotify_init1(int flags);
int inotify_add_watch(int fd, const char *path, unsigned int mask);
int inotify_rm_watch(int fd, int wd);

#endif
