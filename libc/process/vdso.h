/* Functions that the kernel gives every program, and that need no crossing (vdso(7)). */
#ifndef LIMEN_LIBC_PROCESS_VDSO_H
#define LIMEN_LIBC_PROCESS_VDSO_H

/* The vDSO's function of this name, or NULL. What is found stays: look once. */
void *__vdso_find(const char *name);

#endif
