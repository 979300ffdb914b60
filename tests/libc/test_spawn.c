/* <spawn.h>: programs started without fork. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static posix_spawn_file_actions_t actions;
static posix_spawnattr_t attr;

static void show_end(pid_t pid)
{
    int status = -1;

    if (waitpid(pid, &status, 0) != pid)
        printf("no child\n");
    else if (WIFEXITED(status))
        printf("exited %d\n", WEXITSTATUS(status));
    else
        printf("signal %d\n", WTERMSIG(status));
    fflush(stdout);
}

/* Runs a shell's command with the attributes and actions that are set now. */
static void shell(const char *command)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    pid_t pid = 0;
    int error;

    fflush(stdout);
    error = posix_spawnp(&pid, "sh", &actions, &attr, argv, environ);
    printf("spawned %d\n", error);
    if (!error)
        show_end(pid);
}

static void failures(void)
{
    char *argv[] = {"x", NULL};
    pid_t pid = 99;

    printf("%d", posix_spawn(&pid, "/nowhere", NULL, NULL, argv, environ) == ENOENT);
    printf(" %d", posix_spawnp(&pid, "nowhere-at-all", NULL, NULL, argv, environ) == ENOENT);
    printf(" %d", posix_spawnp(&pid, "", NULL, NULL, argv, environ) == ENOENT);
    printf(" %d", posix_spawn(&pid, "/", NULL, NULL, argv, environ) == EACCES);
    printf(" %d\n", pid);
    printf("%d", posix_spawn_file_actions_addclose(&actions, -1) == EBADF);
    printf(" %d", posix_spawn_file_actions_adddup2(&actions, 1, -1) == EBADF);
    printf(" %d\n", posix_spawnattr_setflags(&attr, 0x4000) == EINVAL);
    posix_spawn_file_actions_adddup2(&actions, 77, 78);
    printf("%d", posix_spawnp(&pid, "sh", &actions, NULL, argv, environ) == EBADF);
    printf(" %d\n", waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
}

static void files(void)
{
    char path[] = "out";

    posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    /* The path is copied. */
    path[0] = 'X';
    posix_spawn_file_actions_adddup2(&actions, 1, 5);
    posix_spawn_file_actions_addclose(&actions, 0);
    shell("echo to the file; echo again >&5; read line || echo no input");
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
    shell("cat out; rm out");
    mkdir("sub", 0700);
    posix_spawn_file_actions_addchdir_np(&actions, "sub");
    posix_spawn_file_actions_addopen(&actions, 3, "here", O_RDWR | O_CREAT, 0600);
    shell("echo inside >&3; echo \"${PWD##*/}\"; cat here; cd ..; rm -r sub");
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
}

/* dup2 onto itself keeps a descriptor open that exec would close. */
static void kept(void)
{
    int fd = open("kept", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char command[64];

    snprintf(command, sizeof(command), "(echo kept >&%d) 2> /dev/null && cat kept || echo closed",
             fd);
    shell(command);
    posix_spawn_file_actions_adddup2(&actions, fd, fd);
    shell(command);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
    close(fd);
    unlink("kept");
}

static void caught(int sig)
{
    (void)sig;
    printf("never in the child\n");
}

static void signals(void)
{
    sigset_t set, old;

    signal(SIGUSR1, caught);
    signal(SIGUSR2, SIG_IGN);
    shell("kill -USR2 $$; echo ignored; kill -USR1 $$; echo survived");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    posix_spawnattr_setsigdefault(&attr, &set);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    shell("kill -USR2 $$; echo survived");
    posix_spawnattr_setsigmask(&attr, &set);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    shell("kill -USR2 $$; echo blocked");
    posix_spawnattr_setflags(&attr, 0);
    /* One that is pending for the parent stays the parent's, and its mask as it was. */
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    shell("echo fine");
    sigprocmask(SIG_SETMASK, NULL, &old);
    printf("%d %d %d\n", sigismember(&old, SIGUSR1), sigismember(&old, SIGUSR2),
           sigismember(&old, SIGTERM));
    signal(SIGUSR1, SIG_IGN);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void groups(void)
{
    char *argv[] = {"sleep", "100", NULL};
    pid_t pid;

    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
    printf("%d\n", posix_spawnp(&pid, "sleep", NULL, &attr, argv, environ));
    printf("%d\n", getpgid(pid) == pid);
    kill(-pid, SIGTERM);
    show_end(pid);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID);
    printf("%d\n", posix_spawnp(&pid, "sleep", NULL, &attr, argv, environ));
    printf("%d\n", getsid(pid) == pid);
    kill(pid, SIGKILL);
    show_end(pid);
}

/* sort < text | head, as a shell would do it. */
static void pipeline(void)
{
    char *echo[] = {"echo", "through a pipe", NULL};
    char *cat[] = {"cat", NULL};
    siginfo_t info;
    int fds[2], errors[2];
    pid_t pids[2];

    fflush(stdout);
    if (pipe2(fds, O_CLOEXEC) < 0)
        return;
    posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    errors[0] = posix_spawnp(&pids[0], "echo", &actions, NULL, echo, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[0], 0);
    errors[1] = posix_spawnp(&pids[1], "cat", &actions, NULL, cat, environ);
    close(fds[0]);
    close(fds[1]);
    waitid(P_PID, (id_t)pids[1], &info, WEXITED | WNOWAIT);
    printf("%d %d\n", errors[0], errors[1]);
    show_end(pids[0]);
    show_end(pids[1]);
}

int main(void)
{
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    failures();
    shell("exit 7");
    files();
    kept();
    signals();
    groups();
    pipeline();
    posix_spawnattr_destroy(&attr);
    return 0;
}
