/*
 * The threads that are watched: how they come to be (a program that we start, a process that we
 * attach to, and with -f their children), and how they are left alone again. ptrace(2).
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/strace/strace.h"

#define ANY_THREAD 0x40000000 /* __WALL */

struct tracee *tracees;

struct tracee *tracee_find(pid_t pid)
{
    for (struct tracee *tracee = tracees; tracee; tracee = tracee->next)
        if (tracee->pid == pid)
            return tracee;
    return NULL;
}

struct tracee *tracee_add(pid_t pid)
{
    struct tracee *tracee = calloc(1, sizeof(*tracee));

    if (!tracee) {
        notice("%s", strerror(errno));
        exit(1);
    }
    tracee->pid = pid;
    tracee->next = tracees;
    tracees = tracee;
    return tracee;
}

void tracee_remove(struct tracee *tracee)
{
    for (struct tracee **link = &tracees; *link; link = &(*link)->next) {
        if (*link == tracee) {
            *link = tracee->next;
            break;
        }
    }
    free(tracee);
}

int tracee_count(void)
{
    int count = 0;

    for (struct tracee *tracee = tracees; tracee; tracee = tracee->next)
        count++;
    return count;
}

static unsigned long ptrace_options(void)
{
    unsigned long wanted = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;

    if (options.follow)
        wanted |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    return wanted;
}

/* Begins to watch PID, and stops it, so that the next call is seen. */
static struct tracee *thread_seize(pid_t pid)
{
    if (syscall(SYS_ptrace, PTRACE_SEIZE, (long)pid, 0ul, ptrace_options()) < 0 ||
        syscall(SYS_ptrace, PTRACE_INTERRUPT, (long)pid, 0ul, 0ul) < 0)
        return NULL;
    return tracee_add(pid);
}

/* All threads but the first: with -f. One that has just ended is no failure. */
static int threads_seize(pid_t pid)
{
    char path[32];
    struct dirent *entry;
    int count = 0;

    snprintf(path, sizeof(path), "/proc/%d/task", pid);

    DIR *folder = opendir(path);

    while (folder && (entry = readdir(folder))) {
        pid_t tid = atoi(entry->d_name);

        if (tid > 0 && !tracee_find(tid) && thread_seize(tid))
            count++;
    }
    if (folder)
        closedir(folder);
    return count;
}

bool process_attach(pid_t pid)
{
    if (!thread_seize(pid)) {
        notice("attach: ptrace(PTRACE_SEIZE, %d): %s", pid, strerror(errno));
        return false;
    }

    int others = options.follow ? threads_seize(pid) : 0;

    if (options.quiet)
        return true;
    if (others)
        notice("Process %d attached with %d threads", pid, others + 1);
    else
        notice("Process %d attached", pid);
    return true;
}

static bool is_program(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Where PATH has the program NAME, as execvp(3) would find it. */
static bool program_find(const char *name, char path[PATH_MAX])
{
    const char *folders = getenv("PATH");

    if (strchr(name, '/'))
        return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && access(path, F_OK) == 0;
    for (const char *end; folders; folders = *end ? end + 1 : NULL) {
        end = strchrnul(folders, ':');

        int length = (int)(end - folders);
        int wanted = snprintf(path, PATH_MAX, "%.*s%s%s", length, folders, length ? "/" : "", name);

        if (wanted < PATH_MAX && is_program(path))
            return true;
    }
    errno = ENOENT;
    return false;
}

/* The child: begins the program once it is watched. */
static _Noreturn void child_run(const char *path, char **argv, int ready)
{
    char byte;

    while (read(ready, &byte, 1) < 0 && errno == EINTR)
        ;
    execv(path, argv);
    fprintf(stderr, "strace: exec: %s\n", strerror(errno));
    _exit(1);
}

/* Starts ARGV as our child, stopped before its first call of its own. */
bool program_start(char **argv)
{
    char path[PATH_MAX];
    int ready[2];

    if (!program_find(argv[0], path)) {
        notice("Can't stat '%s': %s", argv[0], strerror(errno));
        return false;
    }
    if (pipe2(ready, O_CLOEXEC) < 0) {
        notice("pipe2: %s", strerror(errno));
        return false;
    }

    pid_t pid = fork();

    if (pid == 0) {
        close(ready[1]);
        child_run(path, argv, ready[0]);
    }

    struct tracee *tracee = pid > 0 ? thread_seize(pid) : NULL;
    int error = errno;

    if (!tracee && pid > 0)
        kill(pid, SIGKILL);
    close(ready[0]);
    close(ready[1]);
    if (!tracee) {
        notice("%s: %s", argv[0], strerror(error));
        return false;
    }
    tracee->is_ours = tracee->is_hidden = true;
    return true;
}

/* Lets a thread go on without us. It must stop for that; the signal of such a stop is its own. */
static void tracee_detach(struct tracee *tracee)
{
    int status, signal = 0;

    if (syscall(SYS_ptrace, PTRACE_INTERRUPT, (long)tracee->pid, 0ul, 0ul) < 0 ||
        waitpid(tracee->pid, &status, ANY_THREAD) < 0 || !WIFSTOPPED(status))
        return;
    if (!(status >> 16) && WSTOPSIG(status) != (SIGTRAP | 0x80))
        signal = WSTOPSIG(status);
    syscall(SYS_ptrace, PTRACE_DETACH, (long)tracee->pid, 0ul, (unsigned long)signal);
}

/* SIGNAL ended us: what we started ends too, what was there before goes on unharmed. */
void tracees_release(int signal)
{
    while (tracees) {
        struct tracee *tracee = tracees;

        if (tracee->is_ours) {
            kill(tracee->pid, SIGCONT);
            kill(tracee->pid, signal);
        }
        if (tracee->column) {
            line_resume(tracee);
            print(" <detached ...>");
            line_end();
        }
        tracee_detach(tracee);
        if (!tracee->is_ours && !options.quiet)
            notice("Process %d detached", tracee->pid);
        tracee_remove(tracee);
    }
}
