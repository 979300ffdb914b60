/*
 * Counters, timers and signals that are read from a descriptor.
 *
 * See `man 2 eventfd`, `man 2 timerfd_create`, `man 2 signalfd`.
 */
#ifndef LIMEN_ABI_EVENTFD_H
#define LIMEN_ABI_EVENTFD_H

#include "kernel/abi/fcntl.h"

#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC O_CLOEXEC
#define EFD_NONBLOCK O_NONBLOCK

#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK
#define TFD_TIMER_ABSTIME (1 << 0)
#define TFD_TIMER_CANCEL_ON_SET (1 << 1)

#define SFD_CLOEXEC O_CLOEXEC
#define SFD_NONBLOCK O_NONBLOCK

/* What a signalfd gives for each signal: siginfo, with each field in a place of its own. */
struct signalfd_siginfo {
    unsigned int ssi_signo;
    int ssi_errno;
    int ssi_code;
    unsigned int ssi_pid;
    unsigned int ssi_uid;
    int ssi_fd;
    unsigned int ssi_tid;
    unsigned int ssi_band;
    unsigned int ssi_overrun;
    unsigned int ssi_trapno;
    int ssi_status;
    int ssi_int;
    unsigned long ssi_ptr;
    unsigned long ssi_utime;
    unsigned long ssi_stime;
    unsigned long ssi_addr;
    unsigned short ssi_addr_lsb;
    unsigned short __pad2;
    int ssi_syscall;
    unsigned long ssi_call_addr;
    unsigned int ssi_arch;
    unsigned char __pad[28];
};
_Static_assert(sizeof(struct signalfd_siginfo) == 128, "struct signalfd_siginfo");

#endif
