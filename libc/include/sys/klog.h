/* The kernel's log. */
#ifndef LIMEN_LIBC_SYS_KLOG_H
#define LIMEN_LIBC_SYS_KLOG_H

#include "kernel/abi/klog.h"

int klogctl(int action, char *buf, int length);

#endif
