/*
 * From the initial stack to main: find argv, envp and auxv, set up thread-local variables, run the
 * constructors, exit with what main returns.
 *
 * See System V ABI, AMD64 supplement, 3.4.
 */
#include "libc/crt/start.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/thread/thread.h"

char **environ;
const struct auxv *__auxv;
char *program_invocation_name = (char *)"";
char *program_invocation_short_name = (char *)"";

int main(int argc, char **argv, char **envp);
_Noreturn void __libc_start(unsigned long *stack);

static void name_set(char *path)
{
    char *slash = strrchr(path, '/');

    program_invocation_name = path;
    program_invocation_short_name = slash ? slash + 1 : path;
}

_Noreturn void __libc_start(unsigned long *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    char **end;

    environ = argv + argc + 1;
    for (end = environ; *end; end++)
        ;
    __auxv = (const struct auxv *)(end + 1);
    if (argc > 0)
        name_set(argv[0]);
    __tls_start();
    __run_init_array(argc, argv, environ);
    exit(main(argc, argv, environ));
}
