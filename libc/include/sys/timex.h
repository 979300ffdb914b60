/* Steering the clock. */
#ifndef LIMEN_LIBC_SYS_TIMEX_H
#define LIMEN_LIBC_SYS_TIMEX_H

#include <sys/types.h>

#include "kernel/abi/timex.h"

int adjtimex(struct timex *timex);
int clock_adjtime(clockid_t clock, struct timex *timex);

#endif
