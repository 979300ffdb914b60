/* The processor time of a process and its children. */
#ifndef LIMEN_LIBC_SYS_TIMES_H
#define LIMEN_LIBC_SYS_TIMES_H

#include <sys/types.h>

#include "kernel/abi/time.h"

clock_t times(struct tms *buf);

#endif
