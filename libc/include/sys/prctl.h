/* Attributes of the calling thread. */
#ifndef LIMEN_LIBC_SYS_PRCTL_H
#define LIMEN_LIBC_SYS_PRCTL_H

#include "kernel/abi/prctl.h"

int prctl(int option, ...);
int arch_prctl(int option, unsigned long arg);

#endif
