/* What the program's start leaves for the rest of libc. */
#ifndef LIMEN_LIBC_CRT_START_H
#define LIMEN_LIBC_CRT_START_H

#include "kernel/abi/auxvec.h"

/* The auxiliary vector on the initial stack, ended by AT_NULL. */
extern const struct auxv *__auxv;

/* Runs what is between the linker's marks. */
void __run_init_array(int argc, char **argv, char **envp);
void __run_fini_array(void);

#endif
