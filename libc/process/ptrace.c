/* ptrace: the kernel writes the words that it reads for a tracer; libc's caller gets them as the
 * result. */
#include <sys/ptrace.h>

#include <errno.h>
#include <stdarg.h>

#include "libc/errno/syscall_return.h"

long ptrace(long request, ...)
{
    unsigned long addr, data;
    long word = 0;
    long result;
    va_list args;
    pid_t pid;

    va_start(args, request);
    pid = va_arg(args, pid_t);
    addr = va_arg(args, unsigned long);
    data = va_arg(args, unsigned long);
    va_end(args);
    if (request < PTRACE_PEEKTEXT || request > PTRACE_PEEKUSER)
        return __syscall_return(__sys_ptrace(request, pid, addr, data));
    result = __sys_ptrace(request, pid, addr, (unsigned long)&word);
    if (result < 0)
        return __syscall_return(result);
    errno = 0;
    return word;
}
