/* Another name of <termios.h>. */
#ifndef LIMEN_LIBC_SYS_TERMIOS_H
#define LIMEN_LIBC_SYS_TERMIOS_H

#include <termios.h>

#endif
