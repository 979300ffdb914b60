/* What the kernel told the program at its start. */
#ifndef LIMEN_LIBC_SYS_AUXV_H
#define LIMEN_LIBC_SYS_AUXV_H

#include "kernel/abi/auxvec.h"

unsigned long getauxval(unsigned long key);

#endif
