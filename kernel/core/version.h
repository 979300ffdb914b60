/*
 * What the system calls itself (uname(2)).
 */
#ifndef LIMEN_CORE_VERSION_H
#define LIMEN_CORE_VERSION_H

#include "kernel/abi/utsname.h"

extern const struct utsname system_name;

#endif
