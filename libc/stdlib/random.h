/* The state of random and rand: one generator for both. */
#ifndef LIMEN_LIBC_STDLIB_RANDOM_H
#define LIMEN_LIBC_STDLIB_RANDOM_H

#include <stdint.h>

extern uint64_t __random_state;

#endif
