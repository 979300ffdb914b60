/* Constructors before main, destructors at exit. The linker marks where their pointers lie. */
#include <stddef.h>
#include <stdint.h>

#include "libc/crt/start.h"

extern void (*const __preinit_array_start[])(int, char **, char **);
extern void (*const __preinit_array_end[])(int, char **, char **);
extern void (*const __init_array_start[])(int, char **, char **);
extern void (*const __init_array_end[])(int, char **, char **);
extern void (*const __fini_array_start[])(void);
extern void (*const __fini_array_end[])(void);

/* Pointers between two marks, which C takes for arrays that have nothing to do with each other. */
static size_t count_between(const void *start, const void *end)
{
    return ((uintptr_t)end - (uintptr_t)start) / sizeof(void (*)(void));
}

void __run_init_array(int argc, char **argv, char **envp)
{
    size_t count = count_between(__preinit_array_start, __preinit_array_end);

    for (size_t i = 0; i < count; i++)
        __preinit_array_start[i](argc, argv, envp);
    count = count_between(__init_array_start, __init_array_end);
    for (size_t i = 0; i < count; i++)
        __init_array_start[i](argc, argv, envp);
}

void __run_fini_array(void)
{
    size_t count = count_between(__fini_array_start, __fini_array_end);

    while (count-- > 0)
        __fini_array_start[count]();
}
