/* The names of the system. */
#ifndef LIMEN_LIBC_SYS_UTSNAME_H
#define LIMEN_LIBC_SYS_UTSNAME_H

#include "kernel/abi/utsname.h"

int uname(struct utsname *name);

#endif
