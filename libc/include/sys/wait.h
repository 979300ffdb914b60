/* The end of children. */
#ifndef LIMEN_LIBC_SYS_WAIT_H
#define LIMEN_LIBC_SYS_WAIT_H

#include <signal.h>
#include <sys/types.h>

#include "kernel/abi/resource.h"
#include "kernel/abi/wait.h"

#define WEXITSTATUS(status) (((status) >> 8) & 0xff)
#define WTERMSIG(status) ((status)&0x7f)
#define WSTOPSIG(status) WEXITSTATUS(status)
#define WIFEXITED(status) (WTERMSIG(status) == 0)
#define WIFSIGNALED(status) (WTERMSIG(status) != 0 && WTERMSIG(status) != 0x7f)
#define WIFSTOPPED(status) (((status)&0xff) == 0x7f)
#define WIFCONTINUED(status) ((status) == WAIT_STATUS_CONTINUED)
#define WCOREDUMP(status) (((status)&WAIT_STATUS_CORE) != 0)

typedef int idtype_t;

pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait3(int *status, int options, struct rusage *usage);
int waitid(idtype_t which, id_t id, siginfo_t *info, int options);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);

#endif
