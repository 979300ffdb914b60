/*
 * ptrace(2): attaching, following forks and programs, the end of tracer and tracee, who may.
 */
#include "tests/abi/tracer.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/user.h>

#define PAGE 4096

static volatile int word = 11;

CASE(attach_and_detach)
{
    long value = 0;
    pid_t pid = SPAWN(while (word == 11) nap_ms(1); _exit(word));

    SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
    show_wait("attached", pid);
    MUST(trace(PTRACE_PEEKDATA, pid, (unsigned long)&word, (unsigned long)&value));
    VALUE((int)value);
    MUST(trace(PTRACE_POKEDATA, pid, (unsigned long)&word, 12));
    SHOW(trace(PTRACE_DETACH, pid, 0, 0));
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)&word, (unsigned long)&value));
    show_end("child", pid);
}

CASE(attach_to_a_sleeper)
{
    pid_t pid = SPAWN(while (word == 11) nap_ms(300); _exit(6));

    await_sleep(pid);
    MUST(trace(PTRACE_ATTACH, pid, 0, 0));
    show_wait("attached", pid);
    MUST(trace(PTRACE_POKEDATA, pid, (unsigned long)&word, 12));
    MUST(trace(PTRACE_DETACH, pid, 0, 0));
    show_end("child", pid);
}

static void note_in_word(int signo)
{
    word = signo;
}

/* A call that only the tracer broke off goes on, though nobody has a signal to take. */
CASE(leave_a_sleeper)
{
    struct timespec time = {1000, 0};
    pid_t pid = SPAWN(signal(SIGUSR1, note_in_word); nanosleep(&time, NULL);
                      _exit(errno == EINTR && word == SIGUSR1 ? 5 : 6));

    await_sleep(pid);
    MUST(trace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD));
    MUST(trace(PTRACE_INTERRUPT, pid, 0, 0));
    show_wait("interrupted", pid);
    go("again", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
    await_sleep(pid);
    MUST(trace(PTRACE_INTERRUPT, pid, 0, 0));
    show_wait("interrupted", pid);
    show_call(pid);
    SHOW(trace(PTRACE_DETACH, pid, 0, 0));
    await_sleep(pid);
    MUST(kill(pid, SIGUSR1));
    show_end("child", pid);
}

CASE(attach_to_the_stopped)
{
    int status;
    pid_t pid = SPAWN(for (;;) pause());

    MUST(kill(pid, SIGSTOP));
    MUST(waitpid(pid, &status, WUNTRACED));
    MUST(trace(PTRACE_ATTACH, pid, 0, 0));
    show_wait("attached", pid);
    MUST(trace(PTRACE_DETACH, pid, 0, SIGSTOP));
    nap_ms(20);
    VALUE(waitpid(pid, &status, WNOHANG));
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

CASE(detach_with_a_signal)
{
    pid_t pid = TRACEE(for (;;) pause());

    SHOW(trace(PTRACE_DETACH, pid, 0, SIGTERM));
    show_end("child", pid);
}

CASE(seize)
{
    int status;
    siginfo_t info;
    pid_t pid = SPAWN(for (;;) pause());

    SHOW(trace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD));
    VALUE(waitpid(pid, &status, WNOHANG));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
    show_wait("interrupted", pid);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("%s, code %#x", signal_name(info.si_signo), info.si_code);
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
    MUST(kill(pid, SIGSTOP));
    show_wait("signal", pid);
    go("group stop", PTRACE_CONT, pid, SIGSTOP);
    SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    MUST(kill(pid, SIGCONT));
    show_wait("goes on", pid);
    go("signal", PTRACE_CONT, pid, 0);
    go("killed", PTRACE_CONT, pid, SIGTERM);
}

CASE(interrupt_a_stopped_one)
{
    pid_t pid = TRACEE(_exit(0));

    SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
    SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
    finish(pid);
}

static void show_message(const char *what, pid_t pid, pid_t *out)
{
    unsigned long message = 0;

    SHOW(trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&message));
    if (out != NULL)
        *out = (pid_t)message;
    else
        say("%s: message %lu", what, message);
}

static void follow(const char *what, unsigned options, pid_t pid)
{
    pid_t child = 0;

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, options));
    go(what, PTRACE_CONT, pid, 0);
    show_message(what, pid, &child);
    HOLDS(child != pid && child > 0);
    show_wait("child", child);
    MUST(trace(PTRACE_CONT, child, 0, 0));
    if (!(options & PTRACE_O_TRACEVFORK))
        show_wait("child", child);
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    if (options & PTRACE_O_TRACEVFORK) {
        show_wait("child", child);
        show_wait("parent", pid);
        MUST(trace(PTRACE_CONT, pid, 0, 0));
    }
    show_wait("parent gets SIGCHLD", pid);
    go("end", PTRACE_CONT, pid, SIGCHLD);
}

CASE(event_fork)
{
    follow("fork", PTRACE_O_TRACEFORK,
           TRACEE(pid_t pid = fork(); if (pid == 0) _exit(3); waitpid(pid, NULL, 0); _exit(4)));
}

CASE(event_vfork)
{
    follow("vfork", PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE,
           TRACEE(pid_t pid = vfork(); if (pid == 0) _exit(3); waitpid(pid, NULL, 0); _exit(4)));
}

static void *end_thread(void *unused)
{
    return unused;
}

CASE(event_clone)
{
    int ends[2];
    char c;
    pid_t pid, thread = 0;

    MUST(pipe(ends));
    pid = TRACEE(pthread_t t; pthread_create(&t, NULL, end_thread, NULL); pthread_join(t, NULL);
                 read(ends[0], &c, 1); _exit(4));
    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE));
    go("clone", PTRACE_CONT, pid, 0);
    show_message("clone", pid, &thread);
    show_wait("thread", thread);
    /* The thread ends under a lock that pthread_create holds: the process goes on, too. */
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    go("the thread ends", PTRACE_CONT, thread, 0);
    MUST(write(ends[1], "x", 1));
    show_wait("the process ends", pid);
}

HELPER(exits_9)
{
    return 9;
}

static void execute(const char *name)
{
    execl(abi_program, name, NULL);
    _exit(97);
}

CASE(exec_without_option)
{
    siginfo_t info;
    pid_t pid = TRACEE(execute("exits_9"));

    go("exec", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("%s, code %d", signal_name(info.si_signo), info.si_code);
    HOLDS(info.si_pid == pid);
    go("end", PTRACE_CONT, pid, 0);
}

CASE(event_exec)
{
    pid_t pid = TRACEE(execute("exits_9")), former = 0;

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC));
    go("exec", PTRACE_CONT, pid, 0);
    show_message("exec", pid, &former);
    HOLDS(former == pid);
    go("end", PTRACE_CONT, pid, 0);
}

CASE(event_exit)
{
    pid_t pid = TRACEE(_exit(3));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT));
    go("exit", PTRACE_CONT, pid, 0);
    show_message("exit", pid, NULL);
    go("end", PTRACE_CONT, pid, 0);
    pid = TRACEE(send_self(SIGTERM));
    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT));
    go("signal", PTRACE_CONT, pid, 0);
    go("exit", PTRACE_CONT, pid, SIGTERM);
    show_message("exit", pid, NULL);
    go("end", PTRACE_CONT, pid, 0);
}

CASE(options)
{
    pid_t pid = TRACEE(_exit(0));

    SHOW(trace(PTRACE_SETOPTIONS, pid, 0, 0x7f));
    SHOW(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL));
    SHOW(trace(PTRACE_SETOPTIONS, pid, 0, 0x100));
    SHOW(trace(PTRACE_SETOPTIONS, pid, 0, -1UL));
    finish(pid);
}

/* What becomes of a tracee when its tracer ends. */
CASE(the_tracer_ends)
{
    volatile pid_t *tracee =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
    IN_CHILD("tracer", *tracee = TRACEE(_exit(8)));
    show_end("tracee", *tracee);
    IN_CHILD("tracer", *tracee = TRACEE(_exit(8));
             MUST(trace(PTRACE_SETOPTIONS, *tracee, 0, PTRACE_O_EXITKILL)));
    MUST(waitpid(*tracee, &status, 0));
    show_status("tracee", status);
}

/* Two that wait for one: the tracer comes first. */
CASE(tracer_and_parent)
{
    int status;
    int ready[2];
    pid_t pid, tracer;
    char c;

    MUST(pipe(ready));
    pid = SPAWN(read(ready[0], &c, 1); _exit(5));
    tracer = SPAWN(MUST(trace(PTRACE_ATTACH, pid, 0, 0)); show_wait("attached", pid);
                   MUST(trace(PTRACE_CONT, pid, 0, 0)); MUST(write(ready[1], "x", 1)); nap_ms(30);
                   show_wait("to the tracer", pid));
    nap_ms(10);
    show_end("tracer", tracer);
    MUST(waitpid(pid, &status, 0));
    show_status("to the parent", status);
}

static void *tell_tid(void *fd)
{
    pid_t tid = gettid();

    MUST(write(*(int *)fd, &tid, sizeof(tid)));
    return wait_for_ever(NULL);
}

static void run_two_threads(int fd)
{
    pthread_t thread;

    pthread_create(&thread, NULL, tell_tid, &fd);
    wait_for_ever(NULL);
}

/* A process isn't over for its parent as long as a tracer hasn't waited for one of its threads. */
CASE(a_thread_keeps_its_process)
{
    int tids[2], words[2], status;
    char path[64], text[512];
    pid_t pid, tracer, tid;
    char c;

    MUST(pipe(tids));
    MUST(pipe(words));
    pid = SPAWN(run_two_threads(tids[1]));
    MUST(read(tids[0], &tid, sizeof(tid)));
    tracer = SPAWN({
        MUST(trace(PTRACE_SEIZE, tid, 0, 0));
        MUST(kill(pid, SIGKILL));
        while (waitid(P_PID, (id_t)tid, &(siginfo_t){0}, WEXITED | WNOWAIT | __WALL) < 0)
            continue;
        MUST(write(words[1], "", 1));
        MUST(read(tids[0], &c, 1));
        show_wait("thread", tid);
        MUST(write(words[1], "", 1));
        pause();
    });
    MUST(read(words[0], &c, 1));
    nap_ms(20);
    SHOW(waitpid(pid, &status, WNOHANG));
    SHOW(kill(pid, 0));
    snprintf(path, sizeof(path), "/proc/%d/stat", tid);
    say("stat of the thread: %s", read_text(path, text, sizeof(text)));
    MUST(write(tids[1], "", 1));
    MUST(read(words[0], &c, 1));
    HOLDS(waitpid(pid, &status, 0) == pid);
    show_status("process", status);
    MUST(kill(tracer, SIGKILL));
    show_end("tracer", tracer);
}

/* The same, when nobody but the tracer waits for anything, and it ends. */
CASE(a_thread_of_who_is_forgotten)
{
    int tids[2];
    pid_t pid, tid;

    MUST(pipe(tids));
    signal(SIGCHLD, SIG_IGN);
    pid = SPAWN(signal(SIGCHLD, SIG_DFL); run_two_threads(tids[1]));
    MUST(read(tids[0], &tid, sizeof(tid)));
    if (fork() == 0) {
        MUST(trace(PTRACE_SEIZE, tid, 0, 0));
        MUST(kill(pid, SIGKILL));
        while (waitid(P_PID, (id_t)tid, &(siginfo_t){0}, WEXITED | WNOWAIT | __WALL) < 0)
            continue;
        SHOW(kill(pid, 0));
        _exit(0);
    }
    SHOW(wait(NULL));
    SHOW(kill(pid, 0));
}

CASE(a_thread_can_not_trace_its_own)
{
    SHOW(trace(PTRACE_ATTACH, gettid(), 0, 0));
}

CASE(who_may)
{
    pid_t pid = SPAWN(MUST(setuid(1000)); for (;;) pause());
    pid_t roots = SPAWN(for (;;) pause());

    await_sleep(pid);
    IN_CHILD("same user, not dumpable", MUST(setuid(1000)); SHOW(trace(PTRACE_ATTACH, pid, 0, 0)));
    IN_CHILD("another user", MUST(setuid(1001)); SHOW(trace(PTRACE_ATTACH, pid, 0, 0)));
    IN_CHILD("root's", MUST(setuid(1000)); SHOW(trace(PTRACE_ATTACH, roots, 0, 0));
             SHOW(trace(PTRACE_SEIZE, roots, 0, 0)));
    MUST(kill(pid, SIGKILL));
    MUST(kill(roots, SIGKILL));
    show_end("child", pid);
    show_end("root's", roots);
}

/* Interrupted calls, as the tracer sees them (ERESTARTSYS and its kin are the kernel's own). */
CASE(restarts_are_seen)
{
    struct __ptrace_syscall_info info;
    struct timespec long_time = {100, 0};
    char c;
    int ends[2];
    pid_t pid;

    MUST(pipe(ends));
    pid = TRACEE(read(ends[0], &c, 1); nanosleep(&long_time, NULL));
    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    go("read", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
    await_sleep(pid);
    MUST(kill(pid, SIGWINCH));
    show_wait("interrupted", pid);
    show_call(pid);
    go("signal", PTRACE_SYSCALL, pid, 0);
    go("again", PTRACE_SYSCALL, pid, SIGWINCH);
    MUST(trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), (unsigned long)&info));
    say("%lu", (unsigned long)info.entry.nr);
    MUST(write(ends[1], "x", 1));
    go("done", PTRACE_SYSCALL, pid, 0);
    show_call(pid);
    go("nanosleep", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
    await_sleep(pid);
    MUST(kill(pid, SIGWINCH));
    show_wait("interrupted", pid);
    show_call(pid);
    go("signal", PTRACE_SYSCALL, pid, 0);
    go("again", PTRACE_SYSCALL, pid, SIGWINCH);
    MUST(trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), (unsigned long)&info));
    say("%lu", (unsigned long)info.entry.nr);
    finish(pid);
}

CASE(wait_options)
{
    siginfo_t info;
    int status;
    pid_t pid = TRACEE(send_self(SIGUSR1); _exit(2));

    memset(&info, 0, sizeof(info));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
    say("%s, code %d, status %s", signal_name(info.si_signo), info.si_code,
        signal_name(info.si_status));
    MUST(waitpid(pid, &status, 0));
    show_stop("taken", status);
    VALUE(waitpid(pid, &status, WNOHANG));
    finish(pid);
}

CASE(signal_masks)
{
    unsigned long mask = 0;
    pid_t pid = TRACEE(_exit(0));

    SHOW(trace(PTRACE_GETSIGMASK, pid, 8, (unsigned long)&mask));
    VALUE(mask);
    SHOW(trace(PTRACE_GETSIGMASK, pid, 4, (unsigned long)&mask));
    mask = -1UL;
    SHOW(trace(PTRACE_SETSIGMASK, pid, 8, (unsigned long)&mask));
    MUST(trace(PTRACE_GETSIGMASK, pid, 8, (unsigned long)&mask));
    say("%#lx", mask);
    finish(pid);
}

CASE(peeksiginfo)
{
    struct __ptrace_peeksiginfo_args args = {0, 0, 4};
    unsigned long number = 0;
    siginfo_t infos[4];
    sigset_t all;
    pid_t pid;

    sigfillset(&all);
    pid = TRACEE(sigprocmask(SIG_BLOCK, &all, NULL); send_self(SIGUSR1); send_self(SIGUSR2);
                 kill(getpid(), SIGTERM); syscall(SYS_getppid));
    while (number != SYS_getppid) {
        MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
        wait_for(pid);
        MUST(trace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, orig_rax),
                   (unsigned long)&number));
    }
    SHOW(trace(PTRACE_PEEKSIGINFO, pid, (unsigned long)&args, (unsigned long)infos));
    say("%s %s", signal_name(infos[0].si_signo), signal_name(infos[1].si_signo));
    args.off = 1;
    SHOW(trace(PTRACE_PEEKSIGINFO, pid, (unsigned long)&args, (unsigned long)infos));
    args.flags = 1;
    args.off = 0;
    SHOW(trace(PTRACE_PEEKSIGINFO, pid, (unsigned long)&args, (unsigned long)infos));
    say("%s", signal_name(infos[0].si_signo));
    args.flags = 2;
    SHOW(trace(PTRACE_PEEKSIGINFO, pid, (unsigned long)&args, (unsigned long)infos));
    args.flags = 0;
    args.nr = -1;
    SHOW(trace(PTRACE_PEEKSIGINFO, pid, (unsigned long)&args, (unsigned long)infos));
    finish(pid);
}

static void show_line(pid_t pid, const char *name)
{
    char path[64], text[4096], *line;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    if (strcmp(read_text(path, text, sizeof(text)), "ok") != 0 || !(line = strstr(text, name)))
        say("%s: none", name);
    else
        say("%.*s", (int)strcspn(line, "\n"), line);
}

CASE(proc_status)
{
    char path[64], text[4096];
    long tracer = -1;
    pid_t pid = TRACEE(_exit(0));

    show_line(pid, "State:");
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    read_text(path, text, sizeof(text));
    sscanf(strstr(text, "TracerPid:"), "TracerPid: %ld", &tracer);
    HOLDS(tracer == getpid());
    finish(pid);
}

/* Who has been told of a stop finds the thread stopped, every time. */
CASE(stops_show_at_once)
{
    int rounds = 200, trapped = 0, stopped = 0, at_rest = 0, going = 0;
    char path[64], text[256];
    pid_t pid;

    pid = TRACEE(for (;;) getppid());
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    for (int i = 0; i < rounds; i++) {
        MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
        wait_for(pid);
        read_text(path, text, sizeof(text));
        trapped += strstr(text, ") t ") != NULL;
    }
    MUST(kill(pid, SIGKILL));
    wait_for(pid);
    pid = SPAWN(for (;;) getppid());
    for (int i = 0; i < rounds; i++) {
        MUST(kill(pid, SIGSTOP));
        MUST(waitpid(pid, NULL, WUNTRACED));
        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        read_text(path, text, sizeof(text));
        stopped += strstr(text, ") T ") != NULL;
        snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
        read_text(path, text, sizeof(text));
        at_rest += strcmp(text, "running\n") != 0;
        MUST(kill(pid, SIGCONT));
        MUST(waitpid(pid, NULL, WCONTINUED));
        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        read_text(path, text, sizeof(text));
        going += strstr(text, ") T ") == NULL;
    }
    HOLDS(trapped == rounds && stopped == rounds && at_rest == rounds && going == rounds);
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

/* A set-user-ID program's rights are not for who is traced. */
CASE(set_user_id_programs)
{
    struct stat st;
    pid_t pid;

    copy_program("program");
    MUST(chown("program", 2000, 2000));
    MUST(chmod("program", 06755));
    MUST(chmod(".", 0755));
    pid = SPAWN(MUST(setgid(1000)); MUST(setuid(1000)); MUST(prctl(PR_SET_DUMPABLE, 1));
                pid_t traced = TRACEE(execl("./program", "shows_user", NULL); _exit(97));
                go("exec", PTRACE_CONT, traced, 0); go("end", PTRACE_CONT, traced, 0));
    show_end("the user", pid);
    MUST(stat("program", &st));
}

HELPER(shows_user)
{
    say("%u %u", geteuid(), getegid());
    return 0;
}
