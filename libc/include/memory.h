/* Another name of <string.h>. */
#ifndef LIMEN_LIBC_MEMORY_H
#define LIMEN_LIBC_MEMORY_H

#include <string.h>

#endif
