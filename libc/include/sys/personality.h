/* What a process takes the kernel for. */
#ifndef LIMEN_LIBC_SYS_PERSONALITY_H
#define LIMEN_LIBC_SYS_PERSONALITY_H

#include "kernel/abi/personality.h"

int personality(unsigned long persona);

#endif
