/*
 * Changing the environment. `environ` starts as the kernel's array on the stack; the first change
 * moves it to an array of ours. A program may also have put its own array there at any time.
 */
#ifndef LIMEN_LIBC_STDLIB_ENVIRON_H
#define LIMEN_LIBC_STDLIB_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>

/* Sets "NAME=value", replacing what NAME had. `owned`: allocated here, to be freed when replaced.
 */
int __environ_put(char *assignment, size_t name_length, bool owned);

/* Frees an entry if it was allocated here. */
void __environ_forget(char *entry);

#endif
