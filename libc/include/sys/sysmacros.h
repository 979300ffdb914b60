/* The two halves of a device number. */
#ifndef LIMEN_LIBC_SYS_SYSMACROS_H
#define LIMEN_LIBC_SYS_SYSMACROS_H

#include "kernel/abi/stat.h"

#define major(dev) DEV_MAJOR(dev)
#define minor(dev) DEV_MINOR(dev)
#define makedev(major_number, minor_number) DEV_MAKE(major_number, minor_number)

#endif
