/*
 * posix_spawn: the child runs in the parent's memory, on a stack of its own, while the calling
 * thread waits until it has become the program or failed. So nothing is copied, and the child can
 * tell why it failed; it must not change what it shares, above all not by a signal's handler.
 */
#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc/process/exec_path.h"
#include "libc/spawn/actions.h"

#define STACK_BYTES (64UL * 1024)

struct spawn {
    const char *file;
    bool searches; /* PATH */
    const posix_spawn_file_actions_t *actions;
    const posix_spawnattr_t *attr;
    char *const *argv;
    char *const *envp;
    sigset_t mask; /* the caller's */
    int error;
};

/* What is caught, and what shall be, gets its default action. All signals are blocked meanwhile. */
static void signals_reset(const posix_spawnattr_t *attr)
{
    struct sigaction defaults = {.sa_handler = SIG_DFL};

    for (int sig = 1; sig <= SIGNAL_COUNT; sig++) {
        bool wanted = (attr->flags & POSIX_SPAWN_SETSIGDEF) && sigismember(&attr->sigdefault, sig);
        struct sigaction act;

        if (sig == SIGKILL || sig == SIGSTOP || sigaction(sig, NULL, &act) < 0)
            continue;
        if (act.sa_handler != SIG_DFL && (wanted || act.sa_handler != SIG_IGN))
            sigaction(sig, &defaults, NULL);
    }
}

static int attributes_apply(const posix_spawnattr_t *attr)
{
    if ((attr->flags & POSIX_SPAWN_SETSID) && setsid() < 0)
        return -1;
    if ((attr->flags & POSIX_SPAWN_SETPGROUP) && setpgid(0, attr->pgroup) < 0)
        return -1;
    if (attr->flags & POSIX_SPAWN_SETSCHEDULER) {
        if (sched_setscheduler(0, attr->policy, &attr->param) < 0)
            return -1;
    } else if ((attr->flags & POSIX_SPAWN_SETSCHEDPARAM) && sched_setparam(0, &attr->param) < 0) {
        return -1;
    }
    if (attr->flags & POSIX_SPAWN_RESETIDS) {
        if (setresgid((gid_t)-1, getgid(), (gid_t)-1) < 0 ||
            setresuid((uid_t)-1, getuid(), (uid_t)-1) < 0)
            return -1;
    }
    return 0;
}

static int child_become(const struct spawn *spawn)
{
    const posix_spawnattr_t *attr = spawn->attr;
    bool sets_mask = (attr->flags & POSIX_SPAWN_SETSIGMASK) != 0;

    signals_reset(attr);
    if (attributes_apply(attr) < 0)
        return -1;
    for (const struct limen_spawn_action *action = spawn->actions ? spawn->actions->first : NULL;
         action; action = action->next) {
        if (__spawn_action_run(action) < 0)
            return -1;
    }
    sigprocmask(SIG_SETMASK, sets_mask ? &attr->sigmask : &spawn->mask, NULL);
    if (spawn->searches)
        return __exec_path(spawn->file, spawn->argv, spawn->envp, execve);
    return execve(spawn->file, spawn->argv, spawn->envp);
}

static int child_run(void *arg)
{
    struct spawn *spawn = arg;

    child_become(spawn);
    spawn->error = errno;
    _exit(127);
}

static int spawn_run(struct spawn *spawn, pid_t *place)
{
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    sigset_t all;
    pid_t pid;

    if (stack == MAP_FAILED)
        return errno;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &spawn->mask);
    pid = clone(child_run, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, spawn);
    if (pid < 0)
        spawn->error = errno;
    else if (spawn->error)
        waitpid(pid, NULL, 0);
    else if (place)
        *place = pid;
    sigprocmask(SIG_SETMASK, &spawn->mask, NULL);
    munmap(stack, STACK_BYTES);
    return spawn->error;
}

static int spawn_file(struct spawn *spawn, pid_t *place)
{
    static const posix_spawnattr_t no_attr;
    int error = errno;
    int result;

    if (!spawn->attr)
        spawn->attr = &no_attr;
    result = spawn_run(spawn, place);
    errno = error;
    return result;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                char *const argv[restrict], char *const envp[restrict])
{
    struct spawn spawn = {path, false, actions, attr, argv, envp, {0}, 0};

    return spawn_file(&spawn, pid);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const argv[restrict], char *const envp[restrict])
{
    struct spawn spawn = {file, true, actions, attr, argv, envp, {0}, 0};

    return spawn_file(&spawn, pid);
}
