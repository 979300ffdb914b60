/*
 * Processes: fork(2), vfork(2), clone(2), wait4(2), exit(2), setpgid(2), setsid(2).
 */
#include "tests/abi/abi.h"

CASE(exit_codes)
{
    static const int codes[] = {0, 1, 127, 128, 255, 256, 257, -1, INT32_MAX, INT32_MIN};
    int status;

    for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
        pid_t pid = SPAWN(syscall(SYS_exit_group, codes[i]));

        MUST(waitpid(pid, &status, 0));
        say("exit_group(%d) gives %#x", codes[i], (unsigned)status);
        pid = SPAWN(syscall(SYS_exit, codes[i]));
        MUST(waitpid(pid, &status, 0));
        say("exit(%d) gives %#x", codes[i], (unsigned)status);
    }
}

CASE(fork_copies_memory)
{
    static int shared = 1;
    volatile int on_stack = 1;
    int *on_heap = malloc(sizeof(int));

    *on_heap = 1;
    IN_CHILD("child", shared = 2; on_stack = 2; *on_heap = 2;
             say("%d %d %d", shared, on_stack, *on_heap));
    say("%d %d %d", shared, on_stack, *on_heap);
}

CASE(fork_identities)
{
    pid_t parent = getpid(), child;
    int ends[2];
    pid_t told[3];

    MUST(pipe(ends));
    child = SPAWN(told[0] = getpid(); told[1] = getppid(); told[2] = gettid();
                  MUST(write(ends[1], told, sizeof(told))));
    MUST(read(ends[0], told, sizeof(told)));
    show_end("child", child);
    HOLDS(told[0] == child);
    HOLDS(told[1] == parent);
    HOLDS(told[2] == child);
    HOLDS(gettid() == parent);
}

CASE(wait_forms)
{
    struct rusage usage;
    int status = 77;
    pid_t a, b;

    SHOW(wait4(-1, &status, 0, NULL));
    a = SPAWN(_exit(1));
    b = SPAWN(_exit(2));
    HOLDS(wait4(b, &status, 0, NULL) == b);
    show_status("b", status);
    HOLDS(wait4(-1, &status, 0, &usage) == a);
    show_status("a", status);
    SHOW(wait4(a, &status, 0, NULL));
    SHOW(wait4(1, &status, 0, NULL));
    a = SPAWN(_exit(3));
    HOLDS(wait4(-1, NULL, 0, NULL) == a);
    SHOW(wait4(-1, &status, 0x10, NULL));
    SHOW(wait4(-1, &status, WNOHANG, NULL));
    SHOW(wait4(INT32_MIN, &status, 0, NULL));
}

CASE(wait_nohang)
{
    int status = 77, ends[2];
    pid_t pid;

    MUST(pipe(ends));
    pid = SPAWN(read(ends[0], &status, 1); _exit(5));
    SHOW(waitpid(pid, &status, WNOHANG));
    VALUE(status);
    SHOW(waitpid(-1, &status, WNOHANG));
    MUST(write(ends[1], "x", 1));
    show_end("child", pid);
    SHOW(waitpid(pid, &status, WNOHANG));
}

CASE(wait_bad_pointers)
{
    pid_t pid = SPAWN(_exit(5));

    SHOW(wait4(pid, (int *)8, 0, NULL));
    SHOW(wait4(pid, NULL, 0, NULL));
    pid = SPAWN(_exit(5));
    SHOW(wait4(pid, NULL, 0, (struct rusage *)8));
    SHOW(wait4(pid, NULL, 0, NULL));
}

CASE(wait_by_group)
{
    int status, ends[2];
    pid_t own, other;

    MUST(pipe(ends));
    own = SPAWN(_exit(1));
    other = SPAWN(MUST(setpgid(0, 0)); MUST(write(ends[1], "x", 1)); _exit(2));
    MUST(read(ends[0], &status, 1));
    HOLDS(waitpid(-other, &status, 0) == other);
    show_status("other", status);
    HOLDS(waitpid(0, &status, 0) == own);
    show_status("own", status);
    SHOW(waitpid(-other, &status, 0));
    SHOW(waitpid(0, &status, 0));
}

CASE(wait_stopped_and_continued)
{
    int status;
    pid_t pid = SPAWN(for (;;) pause());

    MUST(kill(pid, SIGSTOP));
    HOLDS(waitpid(pid, &status, WUNTRACED) == pid);
    show_status("child", status);
    SHOW(waitpid(pid, &status, WUNTRACED | WNOHANG));
    MUST(kill(pid, SIGCONT));
    HOLDS(waitpid(pid, &status, WCONTINUED) == pid);
    show_status("child", status);
    say("status %#x", (unsigned)status);
    MUST(kill(pid, SIGTSTP));
    HOLDS(waitpid(pid, &status, WUNTRACED) == pid);
    show_status("child", status);
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

CASE(wait_interrupted)
{
    struct sigaction action = {.sa_handler = only_interrupt};
    int status;
    pid_t pid = SPAWN(for (;;) pause()), pest;

    MUST(sigaction(SIGUSR1, &action, NULL));
    pest = pester(SIGUSR1);
    SHOW(waitpid(pid, &status, 0));
    MUST(kill(pid, SIGTERM));
    show_end("child", pid);
    end_pester(pest);
}

CASE(ignored_children_leave_no_zombies)
{
    int status;

    signal(SIGCHLD, SIG_IGN);
    SPAWN(_exit(3));
    SPAWN(nap_ms(20); _exit(4));
    SHOW(waitpid(-1, &status, 0));
    signal(SIGCHLD, SIG_DFL);
    IN_CHILD("now again", _exit(5));
}

/* Outlives its parent, and tells who became its parent instead. */
static void live_as_orphan(pid_t parent, const int *go, const int *answer)
{
    char byte;
    pid_t now;

    MUST(close(go[1]));
    MUST(read(go[0], &byte, 1));
    while ((now = getppid()) == parent)
        nap_ms(1);
    MUST(write(answer[1], &now, sizeof(now)));
}

static void leave_an_orphan(const int *go, const int *answer)
{
    pid_t self = getpid();

    SPAWN(live_as_orphan(self, go, answer));
}

CASE(orphans)
{
    int go[2], answer[2];
    pid_t now = 0, child;

    MUST(pipe(go));
    MUST(pipe(answer));
    child = SPAWN(leave_an_orphan(go, answer));
    show_end("parent of the orphan", child);
    MUST(close(go[0]));
    MUST(close(go[1]));
    MUST(read(answer[0], &now, sizeof(now)));
    HOLDS(now != getpid() && now != child);
    SHOW(waitpid(-1, NULL, 0));
}

HELPER(exit)
{
    return atoi(argv[1]);
}

CASE(vfork_forms)
{
    static volatile int seen;
    int status;
    pid_t pid = vfork();

    if (pid == 0) {
        seen = 42;
        _exit(7);
    }
    VALUE(seen);
    MUST(waitpid(pid, &status, 0));
    show_status("child", status);
    pid = vfork();
    if (pid == 0) {
        execl(abi_program, "exit", "9", NULL);
        _exit(1);
    }
    MUST(waitpid(pid, &status, 0));
    show_status("child", status);
    pid = vfork();
    if (pid == 0) {
        kill(getpid(), SIGKILL);
        _exit(1);
    }
    show_end("child", pid);
}

CASE(groups_and_sessions)
{
    int ends[2], back[2];
    char byte;
    pid_t pid;

    HOLDS(getpgrp() == getpid());
    HOLDS(getpgid(0) == getpid());
    HOLDS(getsid(0) == getsid(getpid()));
    SHOW(getpgid(999999));
    SHOW(getsid(999999));
    SHOW(setpgid(0, -1));
    SHOW(setpgid(999999, 0));
    SHOW(setpgid(getppid(), 0));
    SHOW(setpgid(0, 1));
    SHOW(setsid());
    MUST(pipe(ends));
    MUST(pipe(back));
    pid = SPAWN(HOLDS(getpgrp() == getppid()); HOLDS(setsid() == getpid());
                HOLDS(getpgrp() == getpid()); HOLDS(getsid(0) == getpid()); SHOW(setsid());
                SHOW(setpgid(0, 0)); MUST(write(back[1], "x", 1)); MUST(read(ends[0], &byte, 1)));
    MUST(read(back[0], &byte, 1));
    SHOW(setpgid(pid, getpgrp()));
    HOLDS(getsid(pid) == pid);
    MUST(write(ends[1], "x", 1));
    show_end("child", pid);
}

CASE(setpgid_after_exec)
{
    int ends[2];
    char byte, text[16];
    pid_t pid;

    MUST(pipe(ends));
    snprintf(text, sizeof(text), "%d", ends[1]);
    pid = SPAWN(execl(abi_program, "write_and_wait", text, NULL));
    MUST(read(ends[0], &byte, 1));
    SHOW(setpgid(pid, pid));
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

HELPER(write_and_wait)
{
    if (write(atoi(argv[1]), "x", 1) != 1)
        return 1;
    for (;;)
        pause();
}

CASE(many_children)
{
    enum {
        CHILDREN = 100
    };
    int sum = 0, status;

    for (int i = 0; i < CHILDREN; i++)
        SPAWN(_exit(i));
    for (int i = 0; i < CHILDREN; i++) {
        MUST(waitpid(-1, &status, 0));
        sum += WEXITSTATUS(status);
    }
    VALUE(sum);
    SHOW(waitpid(-1, &status, 0));
}

CASE(limit_of_processes)
{
    struct rlimit limit = {0, 0};

    MUST(setgid(1000));
    MUST(setuid(1000));
    MUST(setrlimit(RLIMIT_NPROC, &limit));
    SHOW(fork());
    SHOW(vfork());
}

static void on_cpu_limit(int sig)
{
    say("%s", sig == SIGXCPU ? "SIGXCPU" : "another signal");
}

static void use_cpu(rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {soft, hard};

    MUST(setrlimit(RLIMIT_CPU, &limit));
    for (;;)
        getppid();
}

CASE(limit_of_cpu_time)
{
    IN_CHILD("soft", use_cpu(1, RLIM_INFINITY));
    IN_CHILD("hard", use_cpu(1, 1));
    IN_CHILD("both", signal(SIGXCPU, on_cpu_limit); use_cpu(1, 3));
    IN_CHILD("ignored", signal(SIGXCPU, SIG_IGN); use_cpu(0, 1));
}

CASE(clone_forms)
{
    int status, tid = 0;
    long pid;

    SHOW(syscall(SYS_clone, 0x00010000, 0, 0, 0, 0));              /* CLONE_THREAD alone */
    SHOW(syscall(SYS_clone, 0x00000800, 0, 0, 0, 0));              /* CLONE_SIGHAND alone */
    pid = syscall(SYS_clone, 0x00100000 | SIGCHLD, 0, &tid, 0, 0); /* CLONE_PARENT_SETTID */
    if (pid == 0)
        _exit(3);
    HOLDS(tid == pid);
    show_end("child", (pid_t)pid);
    pid = syscall(SYS_clone, 0x01000000 | SIGCHLD, 0, 0, &tid, 0); /* CLONE_CHILD_SETTID */
    if (pid == 0)
        _exit(tid == getpid() ? 4 : 5);
    show_end("child", (pid_t)pid);
    pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
    if (pid == 0)
        _exit(6);
    SHOW(waitpid((pid_t)pid, &status, 0));
    HOLDS(wait4((pid_t)pid, &status, 0x80000000, NULL) == pid); /* __WCLONE */
    show_status("child without a signal", status);
}
