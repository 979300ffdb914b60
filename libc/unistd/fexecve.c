/* fexecve: the program is a file that is open. */
#include <fcntl.h>
#include <unistd.h>

#include "libc/errno/syscall_return.h"

int fexecve(int fd, char *const argv[], char *const envp[])
{
    return (int)__syscall_return(__sys_execveat(fd, "", (const char *const *)argv,
                                                (const char *const *)envp, AT_EMPTY_PATH));
}
