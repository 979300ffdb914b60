/* The same under its other name. */
#ifndef LIMEN_LIBC_SYS_POLL_H
#define LIMEN_LIBC_SYS_POLL_H

#include <poll.h>

#endif
