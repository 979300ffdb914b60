/* Constructors before main, destructors at exit. The linker marks where their pointers lie. */
#include <stddef.h>

#include "libc/crt/start.h"

extern void (*const __preinit_array_start[])(int, char **, char **);
extern void (*const __preinit_array_end[])(int, char **, char **);
extern void (*const __init_array_start[])(int, char **, char **);
extern void (*const __init_array_end[])(int, char **, char **);
extern void (*const __fini_array_start[])(void);
extern void (*const __fini_array_end[])(void);

void __run_init_array(int argc, char **argv, char **envp)
{
    size_t count = (size_t)(__preinit_array_end - __preinit_array_start);

    for (size_t i = 0; i < count; i++)
        __preinit_array_start[i](argc, argv, envp);
    count = (size_t)(__init_array_end - __init_array_start);
    for (size_t i = 0; i < count; i++)
        __init_array_start[i](argc, argv, envp);
}

void __run_fini_array(void)
{
    size_t count = (size_t)(__fini_array_end - __fini_array_start);

    while (count-- > 0)
        __fini_array_start[count]();
}
