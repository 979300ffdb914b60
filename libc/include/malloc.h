/* Where some programs look for malloc. */
#ifndef LIMEN_LIBC_MALLOC_H
#define LIMEN_LIBC_MALLOC_H

#include <stdlib.h>

#endif
