/*
 * exit: the functions of atexit, destructors, streams, the end. A program that has no such
 * functions or streams doesn't get that code: its references here are weak.
 */
#include <stdlib.h>

#include "libc/crt/start.h"
#include "libc/stdio/file.h"
#include "libc/stdlib/atexit.h"

#pragma weak __run_atexit
#pragma weak __stdio_exit

_Noreturn void exit(int status)
{
    if (__run_atexit)
        __run_atexit();
    __run_fini_array();
    if (__stdio_exit)
        __stdio_exit();
    _Exit(status);
}
