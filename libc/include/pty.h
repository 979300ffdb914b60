/* Pseudo-terminals in one call. */
#ifndef LIMEN_LIBC_PTY_H
#define LIMEN_LIBC_PTY_H

#include <sys/ioctl.h>
#include <termios.h>

int openpty(int *master, int *slave, char *name, const struct termios *modes,
            const struct winsize *size);
int forkpty(int *master, char *name, const struct termios *modes, const struct winsize *size);

#endif
