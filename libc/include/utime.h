/* The times of a file, in seconds. */
#ifndef LIMEN_LIBC_UTIME_H
#define LIMEN_LIBC_UTIME_H

#include <sys/types.h>

#include "kernel/abi/time.h"

int utime(const char *path, const struct utimbuf *times);

#endif
