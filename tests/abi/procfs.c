/*
 * /proc/PID (proc(5)): cmdline, environ, comm, cwd, root, maps, stat, statm, status, limits,
 * syscall, wchan; and what getrusage(2) tells of memory.
 */
#include "tests/abi/abi.h"

#include <ctype.h>
#include <grp.h>
#include <sys/mman.h>

static char text[65536];

static const char *slurp(const char *path)
{
    return read_text(path, text, sizeof(text));
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
    await_sleep(child);
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

CASE(status)
{
    sigset_t set;

    for (int signo = 1; signo <= 64; signo++) /* whoever started us may ignore some */
        syscall(SYS_rt_sigaction, signo, (long[4]){0}, NULL, 8);
    signal(SIGUSR1, only_interrupt);
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

/* Each limit with a value of its own, as far as one may be set. */
CASE(limits)
{
    for (int resource = 0; resource < 16; resource++) {
        struct rlimit limit = {1000u + (unsigned)resource, 2000u + (unsigned)resource};

        if (resource == RLIMIT_NOFILE || resource == RLIMIT_CPU)
            limit = (struct rlimit){100, 200};
        if (resource == RLIMIT_STACK || resource == RLIMIT_AS || resource == RLIMIT_DATA)
            limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
        if (resource == RLIMIT_NICE || resource == RLIMIT_RTPRIO || resource == RLIMIT_CORE)
            limit = (struct rlimit){0, 0};
        MUST(setrlimit(resource, &limit));
    }
    say("%s", slurp("/proc/self/limits"));
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        say("%s|", line);
}

CASE(syscall)
{
    int ends[2];
    unsigned long number, first, second, stack, here;
    pid_t child;

    MUST(pipe(ends));
    child = SPAWN(char byte; read(ends[0], &byte, 1));
    await_sleep(child);
    say("%s", slurp_of(child, "syscall"));
    HOLDS(sscanf(text, "%lu %lx %lx %*x %*x %*x %*x %lx %lx", &number, &first, &second, &stack,
                 &here) == 5);
    HOLDS(number == SYS_read && first == (unsigned long)ends[0]);
    HOLDS(second > stack && second - stack < 65536);
    MUST(kill(child, SIGKILL));
    siginfo_t info;
    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    say("%s %s", slurp_of(child, "syscall"), strtok(text, "\n"));
    slurp_of(child, "wchan");
    say("%s", text);
    MUST(waitpid(child, NULL, 0));
    slurp("/proc/self/syscall");
    HOLDS(sscanf(text, "%lu %lx", &number, &first) == 2 && number == SYS_read);
    slurp("/proc/self/wchan");
    say("%s", text);
    child = SPAWN(for (;;) continue);
    nap_ms(20);
    say("%s %s", slurp_of(child, "syscall"), strtok(text, "\n"));
    MUST(kill(child, SIGKILL));
    show_end("child", child);
}

CASE(stat_counts)
{
    char *room = mmap(NULL, 100 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long minor, children;

    slurp("/proc/self/stat");
    minor = stat_field(10);
    children = stat_field(11);
    memset(room, 1, 100 * 4096);
    IN_CHILD("child", memset(room, 2, 100 * 4096));
    slurp("/proc/self/stat");
    HOLDS(stat_field(10) - minor >= 100 && stat_field(10) - minor < 130);
    HOLDS(stat_field(11) - children >= 100 && stat_field(11) - children < 200);
    setsid();
    slurp("/proc/self/stat");
    VALUE(stat_field(7));
    VALUE(stat_field(8));
}

CASE(more_status)
{
    const gid_t groups[] = {5, 17, 100};
    struct rlimit limit = {77, 88};
    sigset_t set;

    umask(0127);
    MUST(setgroups(3, groups));
    MUST(setrlimit(RLIMIT_SIGPENDING, &limit));
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    MUST(mlock(text, 8192));
    slurp("/proc/self/status");
    show_line("Umask:");
    show_line("TracerPid:");
    show_line("Groups:");
    show_line("NoNewPrivs:");
    HOLDS(strstr(text, "/77\n") != NULL);
    HOLDS(strstr(text, "VmLck:\t      12 kB") != NULL ||
          strstr(text, "VmLck:\t       8 kB") != NULL);
    MUST(setgroups(0, NULL));
    slurp("/proc/self/status");
    show_line("Groups:");
}

/* ru_minflt and ru_maxrss, of this process and of children. (Linux counts pages on each CPU by
 * itself and adds them up now and then: a part of them may be missing from ru_maxrss.) */
CASE(usage_of_memory)
{
    size_t size = 16u << 20;
    struct rusage before, after, children;
    char *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    madvise(room, size, MADV_NOHUGEPAGE);
    MUST(getrusage(RUSAGE_SELF, &before));
    memset(room, 1, size);
    MUST(getrusage(RUSAGE_SELF, &after));
    HOLDS(after.ru_minflt - before.ru_minflt >= 4096 && after.ru_minflt - before.ru_minflt < 4200);
    HOLDS(after.ru_majflt == before.ru_majflt);
    HOLDS(after.ru_maxrss >= 15360 && after.ru_maxrss < 32768);
    MUST(munmap(room, size));
    MUST(getrusage(RUSAGE_SELF, &after));
    HOLDS(after.ru_maxrss >= 15360);
    MUST(getrusage(RUSAGE_THREAD, &after));
    HOLDS(after.ru_maxrss >= 15360);
    MUST(getrusage(RUSAGE_CHILDREN, &children));
    VALUE(children.ru_maxrss);
    IN_CHILD("small child", getrusage(RUSAGE_SELF, &after); HOLDS(after.ru_maxrss < 16384));
    MUST(getrusage(RUSAGE_CHILDREN, &children));
    IN_CHILD("large child",
             room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             memset(room, 1, size));
    MUST(getrusage(RUSAGE_CHILDREN, &children));
    HOLDS(children.ru_maxrss >= 15360);
    IN_CHILD("small child", _exit(0));
    MUST(getrusage(RUSAGE_CHILDREN, &children));
    HOLDS(children.ru_maxrss >= 15360);
}
