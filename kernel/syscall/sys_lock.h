/*
 * fcntl(2)'s commands for record locks: F_GETLK, F_SETLK, F_SETLKW, and F_OFD_* of them.
 */
#ifndef LIMEN_SYSCALL_SYS_LOCK_H
#define LIMEN_SYSCALL_SYS_LOCK_H

struct file;

long fcntl_lock(unsigned fd, struct file *file, unsigned command, unsigned long argument);

#endif
