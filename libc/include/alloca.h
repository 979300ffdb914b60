/* Memory on the caller's stack. */
#ifndef LIMEN_LIBC_ALLOCA_H
#define LIMEN_LIBC_ALLOCA_H

#include <stddef.h>

#define alloca(size) __builtin_alloca(size)

#endif
