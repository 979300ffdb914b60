/*
 * What the system calls itself (uname(2), sethostname(2), setdomainname(2)). Two of the names can
 * be changed, under a lock of this file's.
 */
#ifndef LIMEN_CORE_VERSION_H
#define LIMEN_CORE_VERSION_H

#include "kernel/abi/utsname.h"

#include <stddef.h>

/* A copy of all names. */
void system_name_get(struct utsname *name);

/* Changes the host's name, or the (NIS) domain's: `length` bytes, at most SYSTEM_NAME_MAX, without
 * NUL. */
#define SYSTEM_NAME_MAX (UTSNAME_LENGTH - 1)
void system_host_name_set(const char *text, size_t length);
void system_domain_name_set(const char *text, size_t length);

#endif
