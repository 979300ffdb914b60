/* The state of the system. */
#ifndef LIMEN_LIBC_SYS_SYSINFO_H
#define LIMEN_LIBC_SYS_SYSINFO_H

#include "kernel/abi/sysinfo.h"

int sysinfo(struct sysinfo *info);
int get_nprocs(void);
int get_nprocs_conf(void);

#endif
