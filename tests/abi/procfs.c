/*
 * /proc/PID (proc(5)): cmdline, environ, comm, cwd, root, maps, stat, statm, status.
 */
#include "tests/abi/abi.h"

#include <ctype.h>
#include <sys/mman.h>

static char text[65536];

static const char *slurp(const char *path)
{
    int fd = open(path, O_RDONLY);
    size_t length = 0;
    ssize_t got;

    text[0] = '\0';
    if (fd < 0)
        return errno_name(errno);
    while ((got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    if (got < 0)
        return errno_name(errno);
    text[length] = '\0';
    return "ok";
}

static const char *slurp_of(pid_t pid, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    return slurp(path);
}

/* The line of status that begins so, with one blank for each tabulator. */
static void show_line(const char *key)
{
    char *line = strstr(text, key), *end;

    if (line == NULL) {
        say("%s is missing", key);
        return;
    }
    end = strchr(line, '\n');
    say("%.*s", (int)(end - line), line);
}

/* Field n of stat, counted from 1; the name may hold anything. */
static long stat_field(int n)
{
    char *at = strrchr(text, ')') + 2;

    for (n -= 3; n > 0; n--)
        at = strchr(at, ' ') + 1;
    return strtol(at, NULL, 10);
}

HELPER(show_arguments)
{
    slurp("/proc/self/cmdline");
    for (char *at = text; *at != '\0'; at += strlen(at) + 1)
        say("argument %s", at);
    slurp("/proc/self/environ");
    for (char *at = text; *at != '\0'; at += strlen(at) + 1)
        say("variable %s", at);
    slurp("/proc/self/comm");
    say("%s", strtok(text, "\n"));
    return 0;
}

CASE(arguments)
{
    char *const argv[] = {(char *)"show_arguments", (char *)"one two", (char *)"", NULL};
    char *const envp[] = {(char *)"A=1", (char *)"B=two words", NULL};

    execve(abi_program, argv, envp);
}

CASE(folders)
{
    char target[256], here[256];
    ssize_t length;

    MUST((long)(uintptr_t)getcwd(here, sizeof(here)) | 1);
    length = readlink("/proc/self/cwd", target, sizeof(target) - 1);
    target[length > 0 ? length : 0] = '\0';
    HOLDS(strcmp(here, target) == 0);
    length = readlink("/proc/self/root", target, sizeof(target));
    say("%.*s", (int)length, target);
    MUST(mkdir("inside", 0700));
    MUST(close(open("inside/file", O_CREAT | O_RDWR, 0600)));
    MUST(chdir("inside"));
    SHOW(access("/proc/self/cwd/file", F_OK));
}

CASE(stat_of_self)
{
    say("%s", slurp("/proc/self/stat"));
    HOLDS(strtol(text, NULL, 10) == getpid());
    HOLDS(stat_field(4) == getppid());
    HOLDS(stat_field(5) == getpgrp());
    HOLDS(stat_field(6) == getsid(0));
    VALUE(strrchr(text, ')')[2]);
    VALUE(stat_field(18));
    VALUE(stat_field(19));
    VALUE(stat_field(20));
    HOLDS(stat_field(22) > 0);
    HOLDS(stat_field(23) > 100000);
    HOLDS(stat_field(24) * 4096 <= stat_field(23));
    VALUE(stat_field(38));
    HOLDS(stat_field(49) - stat_field(48) > 2);
}

CASE(stat_of_others)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        for (;;)
            pause();
    }
    usleep(20000);
    say("%s", slurp_of(child, "stat"));
    VALUE(strrchr(text, ')')[2]);
    MUST(kill(child, SIGSTOP));
    MUST(waitpid(child, &status, WUNTRACED));
    slurp_of(child, "stat");
    VALUE(strrchr(text, ')')[2]);
    MUST(kill(child, SIGKILL));
    siginfo_t info;
    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    say("%s", slurp_of(child, "stat"));
    VALUE(strrchr(text, ')')[2]);
    VALUE(stat_field(23));
    VALUE(stat_field(52));
    say("cmdline: %s", slurp_of(child, "cmdline"));
    VALUE(strlen(text));
    MUST(waitpid(child, &status, 0));
    say("%s", slurp_of(child, "stat"));
}

static void on_signal(int signo)
{
    (void)signo;
}

CASE(status)
{
    sigset_t set;

    for (int signo = 1; signo <= 64; signo++) /* whoever started us may ignore some */
        syscall(SYS_rt_sigaction, signo, (long[4]){0}, NULL, 8);
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_SETMASK, &set, NULL);
    raise(SIGTERM);
    kill(getpid(), SIGRTMIN);
    MUST(setresuid(1, 2, 3));
    say("%s", slurp("/proc/self/status"));
    show_line("Name:");
    show_line("State:");
    show_line("Uid:");
    show_line("Gid:");
    show_line("Threads:");
    show_line("SigPnd:");
    show_line("ShdPnd:");
    show_line("SigBlk:");
    show_line("SigIgn:");
    show_line("SigCgt:");
}

/* The line of maps for the mapping that begins here, without its file's numbers. */
static void show_mapping(const void *at)
{
    unsigned long start, end, offset;
    char rights[8];

    for (char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1) {
        if (sscanf(line, "%lx-%lx %7s %lx", &start, &end, rights, &offset) != 4)
            continue;
        if (start != (uintptr_t)at)
            continue;
        line[strcspn(line, "\n")] = '\0';
        say("%lu bytes %s at %lu, named: %s", end - start, rights, offset,
            strrchr(line, '/') != NULL ? strrchr(line, '/') : "no");
        return;
    }
    say("no such mapping");
}

CASE(maps)
{
    int fd = open("data", O_RDWR | O_CREAT, 0600);
    char *room, *file, *shared;

    MUST(ftruncate(fd, 16384));
    room = mmap(NULL, 12288, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(mprotect(room, 4096, PROT_NONE));
    MUST(mprotect(room + 8192, 4096, PROT_READ | PROT_EXEC));
    file = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 8192);
    shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    slurp("/proc/self/maps");
    show_mapping(room);
    slurp("/proc/self/maps");
    show_mapping(room + 4096);
    slurp("/proc/self/maps");
    show_mapping(room + 8192);
    slurp("/proc/self/maps");
    show_mapping(file);
    slurp("/proc/self/maps");
    show_mapping(shared);
    slurp("/proc/self/maps");
    HOLDS(strstr(text, "[stack]") != NULL);
    HOLDS(strstr(text, "/procfs\n") != NULL);
    MUST(unlink("data"));
    slurp("/proc/self/maps");
    HOLDS(strstr(text, "/data (deleted)\n") != NULL);
}

CASE(statm)
{
    unsigned long size, resident;

    slurp("/proc/self/statm");
    HOLDS(sscanf(text, "%lu %lu", &size, &resident) == 2 && resident > 0 && size >= resident);
}

CASE(other_users)
{
    pid_t parent = getpid();
    char target[64];
    int status;

    if (fork() == 0) {
        MUST(setresuid(4711, 4711, 4711));
        say("stat: %s", slurp_of(parent, "stat"));
        say("status: %s", slurp_of(parent, "status"));
        say("cmdline: %s", slurp_of(parent, "cmdline"));
        say("environ: %s", slurp_of(parent, "environ"));
        say("maps: %s", slurp_of(parent, "maps"));
        snprintf(text, sizeof(text), "/proc/%d/cwd", parent);
        SHOW(readlink(text, target, sizeof(target)));
        _exit(0);
    }
    MUST(wait(&status));
}
