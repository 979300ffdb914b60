/* Requests to devices. */
#ifndef LIMEN_LIBC_SYS_IOCTL_H
#define LIMEN_LIBC_SYS_IOCTL_H

#include "kernel/abi/ioctl.h"

int ioctl(int fd, unsigned long request, ...);

#endif
