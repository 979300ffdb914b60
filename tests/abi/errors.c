/*
 * What calls on processes, credentials and signals refuse, and in which order they look: fork(2),
 * clone(2), wait(2), kill(2), setreuid(2), setgroups(2), setpgid(2), setsid(2), getrlimit(2),
 * sigaction(2) and their kin.
 */
#include "tests/abi/abi.h"

#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>

#define BAD ((void *)8)
#define NOBODY 30000 /* a number that no process has */

#define CLEAR_SIGHAND 0x100000000ull /* CLONE_CLEAR_SIGHAND */

/* clone3's, as far as it goes here. */
struct clone3_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
        set_tid_size, cgroup;
};

static void show_ids(const char *when)
{
    uid_t uid[3];
    gid_t gid[3];

    getresuid(&uid[0], &uid[1], &uid[2]);
    getresgid(&gid[0], &gid[1], &gid[2]);
    say("%s: users %d %d %d, groups %d %d %d", when, (int)uid[0], (int)uid[1], (int)uid[2],
        (int)gid[0], (int)gid[1], (int)gid[2]);
}

CASE(setreuid_of_root)
{
    SHOW(syscall(SYS_setreuid, -1, -1));
    show_ids("nothing");
    SHOW(syscall(SYS_setreuid, -1, 5));
    show_ids("effective");
    SHOW(syscall(SYS_setreuid, -1, 0));
    show_ids("back, the real one");
    SHOW(syscall(SYS_setreuid, 7, -1));
    show_ids("real");
    SHOW(syscall(SYS_setreuid, 8, 9));
    show_ids("both");
    SHOW(syscall(SYS_setreuid, 0, -1));
}

CASE(setreuid_of_a_user)
{
    MUST(setresuid(1, 2, 3));
    SHOW(syscall(SYS_setreuid, 3, -1));
    SHOW(syscall(SYS_setreuid, -1, 4));
    SHOW(syscall(SYS_setreuid, 4, 1));
    SHOW(syscall(SYS_setreuid, -1, 3));
    show_ids("effective from saved");
    SHOW(syscall(SYS_setreuid, 3, 1));
    show_ids("exchanged");
}

CASE(setregid_of_root)
{
    SHOW(syscall(SYS_setregid, -1, 5));
    show_ids("effective");
    SHOW(syscall(SYS_setregid, 7, -1));
    show_ids("real");
    MUST(setresuid(1, 1, 1));
    SHOW(syscall(SYS_setregid, 5, 7));
    show_ids("exchanged");
    SHOW(syscall(SYS_setregid, 6, -1));
    SHOW(syscall(SYS_setregid, -1, 6));
}

CASE(groups_in_order)
{
    const gid_t wanted[] = {100, 5, 17, 5};
    gid_t groups[8];

    SHOW(setgroups(4, wanted));
    SHOW(getgroups(0, NULL));
    SHOW(getgroups(8, groups));
    for (int i = 0; i < 4; i++)
        VALUE(groups[i]);
    SHOW(getgroups(3, groups));
    SHOW(getgroups(-1, groups));
    SHOW(syscall(SYS_getgroups, 8, BAD));
    SHOW(syscall(SYS_setgroups, 2, BAD));
    SHOW(syscall(SYS_setgroups, 65537, wanted));
    SHOW(syscall(SYS_setgroups, -1, wanted));
    SHOW(syscall(SYS_setgroups, 0, BAD));
    MUST(setresuid(1, 1, 1));
    SHOW(syscall(SYS_setgroups, 65537, wanted));
    SHOW(setgroups(0, NULL));
}

CASE(ids_to_nowhere)
{
    uid_t id;

    SHOW(syscall(SYS_getresuid, BAD, &id, &id));
    SHOW(syscall(SYS_getresuid, &id, BAD, &id));
    SHOW(syscall(SYS_getresgid, &id, &id, BAD));
    SHOW(syscall(SYS_setuid, -1));
    SHOW(syscall(SYS_setgid, -1));
}

CASE(prlimit_looks_in_order)
{
    struct rlimit limit = {5, 4}, high = {100, 2000000000};
    pid_t root = getpid();

    SHOW(syscall(SYS_prlimit64, NOBODY, 99, NULL, NULL));
    SHOW(syscall(SYS_prlimit64, NOBODY, RLIMIT_CORE, BAD, NULL));
    SHOW(syscall(SYS_prlimit64, -5, RLIMIT_CORE, NULL, NULL));
    SHOW(syscall(SYS_prlimit64, 0, 99, NULL, NULL));
    SHOW(syscall(SYS_prlimit64, 0, 99, BAD, NULL));
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, &limit, NULL));
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, BAD));
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, NULL));
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &high, NULL));
    SHOW(syscall(SYS_getrlimit, 99, &limit));
    SHOW(syscall(SYS_getrlimit, RLIMIT_CORE, BAD));
    SHOW(syscall(SYS_setrlimit, 99, BAD));
    SHOW(syscall(SYS_setrlimit, 99, &limit));
    SHOW(syscall(SYS_setrlimit, RLIMIT_CORE, &limit));
    IN_CHILD("stranger", MUST(setresgid(4711, 4711, 4711)); MUST(setresuid(4711, 4711, 4711));
             SHOW(syscall(SYS_prlimit64, root, 99, NULL, NULL));
             SHOW(syscall(SYS_prlimit64, root, RLIMIT_CORE, NULL, &limit));
             SHOW(syscall(SYS_prlimit64, getpid(), RLIMIT_FSIZE, NULL, &limit));
             limit = (struct rlimit){0, 0}; SHOW(setrlimit(RLIMIT_FSIZE, &limit));
             limit = (struct rlimit){0, 1}; SHOW(setrlimit(RLIMIT_FSIZE, &limit)));
}

CASE(kill_of_nobody)
{
    SHOW(kill(NOBODY, 0));
    SHOW(kill(NOBODY, 99));
    SHOW(kill(-NOBODY, 0));
    SHOW(kill(-NOBODY, 99));
    SHOW(kill(getpid(), 65));
    SHOW(kill(getpid(), -1));
    SHOW(kill(0, 65));
    SHOW(syscall(SYS_kill, (int)0x80000000, 0));
    SHOW(syscall(SYS_tkill, 0, 0));
    SHOW(syscall(SYS_tkill, -1, 0));
    SHOW(syscall(SYS_tkill, NOBODY, 0));
    SHOW(syscall(SYS_tkill, getpid(), 65));
    SHOW(syscall(SYS_tgkill, 0, getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), 0, 0));
    SHOW(syscall(SYS_tgkill, getppid(), getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), NOBODY, 0));
    SHOW(syscall(SYS_tgkill, getpid(), getpid(), 65));
    SHOW(syscall(SYS_tgkill, getpid(), getpid(), 0));
}

CASE(kill_of_others)
{
    pid_t root = getpid();

    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711)); SHOW(kill(root, 0));
             SHOW(kill(root, SIGTERM)); SHOW(kill(root, 65)); SHOW(kill(root, SIGCONT));
             SHOW(syscall(SYS_tkill, root, SIGTERM)); SHOW(kill(0, 0)); setsid();
             SHOW(kill(root, SIGCONT)));
    IN_CHILD("by the saved user", MUST(setresuid(0, 0, 0)); SHOW(kill(root, 0)));
}

CASE(queueing)
{
    siginfo_t info;

    memset(&info, 0, sizeof(info));
    info.si_code = SI_QUEUE;
    signal(SIGUSR1, SIG_IGN);
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, BAD));
    SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, &info));
    SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, BAD));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &info));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, 0, getpid(), SIGUSR1, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), -1, SIGUSR1, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), NOBODY, SIGUSR1, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getppid(), getpid(), SIGUSR1, &info));
    info.si_code = SI_USER;
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info));
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
    info.si_code = SI_TKILL;
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
    SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, &info));
}

CASE(signal_calls)
{
    struct {
        void *handler;
        unsigned long flags;
        void *restorer;
        unsigned long mask;
    } action = {SIG_IGN, 0, NULL, 0};
    unsigned long set = 0;
    stack_t stack = {.ss_sp = NULL, .ss_size = 2047};

    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 7));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, 0, &action, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, 65, NULL, &action, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGKILL, &action, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGKILL, NULL, &action, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
    SHOW(syscall(SYS_rt_sigprocmask, 7, &set, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, 7, NULL, &set, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 4));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, BAD, 8));
    SHOW(syscall(SYS_rt_sigpending, &set, 9));
    SHOW(syscall(SYS_rt_sigpending, &set, 4));
    SHOW(syscall(SYS_rt_sigpending, BAD, 8));
    SHOW(syscall(SYS_rt_sigsuspend, &set, 9));
    SHOW(syscall(SYS_rt_sigsuspend, BAD, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 9));
    SHOW(syscall(SYS_rt_sigtimedwait, BAD, NULL, NULL, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, BAD, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, (&(struct timespec){0, 1000000000}), 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, (&(struct timespec){-1, 0}), 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, (&(struct timespec){0, 0}), 8));
    SHOW(syscall(SYS_sigaltstack, &stack, NULL));
    stack.ss_flags = 8;
    SHOW(syscall(SYS_sigaltstack, &stack, NULL));
    SHOW(syscall(SYS_sigaltstack, BAD, NULL));
    SHOW(syscall(SYS_sigaltstack, NULL, BAD));
}

CASE(groups_of_processes)
{
    pid_t child = SPAWN(pause()), other;
    int ends[2];
    char byte;

    SHOW(setpgid(0, -1));
    SHOW(setpgid(NOBODY, 0));
    SHOW(setpgid(-1, 0));
    SHOW(setpgid(getppid(), 0));
    SHOW(setpgid(0, NOBODY));
    SHOW(setpgid(child, NOBODY));
    SHOW(getpgid(NOBODY));
    SHOW(getpgid(-1));
    SHOW(getsid(NOBODY));
    SHOW(getsid(-1));
    SHOW(setsid());
    SHOW(setpgid(child, child));
    SHOW(setpgid(child, 0));
    MUST(pipe(ends));
    other = SPAWN(setsid(); write(ends[1], "x", 1); pause());
    MUST(read(ends[0], &byte, 1));
    SHOW(setpgid(other, 0));
    SHOW(setpgid(child, other));
    MUST(kill(child, SIGKILL));
    siginfo_t info;
    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    SHOW(setpgid(child, getpgrp()));
    SHOW(getpgid(child) == getpgrp());
    show_end("child", child);
    MUST(kill(other, SIGKILL));
    show_end("other", other);
    IN_CHILD("leader of a session", setsid(); SHOW(setpgid(0, 0)); SHOW(setsid()));
}

CASE(waiting)
{
    siginfo_t info;
    int status;
    pid_t child;

    SHOW(syscall(SYS_wait4, -1, NULL, 0, NULL));
    SHOW(syscall(SYS_wait4, -1, NULL, 0x10, NULL));
    SHOW(syscall(SYS_wait4, (int)0x80000000, NULL, 0, NULL));
    SHOW(syscall(SYS_wait4, -1, NULL, WEXITED, NULL));
    SHOW(syscall(SYS_wait4, NOBODY, NULL, WNOHANG, NULL));
    SHOW(syscall(SYS_waitid, P_ALL, 0, &info, 0, NULL));
    SHOW(syscall(SYS_waitid, P_ALL, 0, &info, WNOHANG, NULL));
    SHOW(syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | 0x10, NULL));
    SHOW(syscall(SYS_waitid, P_PID, 0, &info, WEXITED, NULL));
    SHOW(syscall(SYS_waitid, P_PID, -1, &info, WEXITED, NULL));
    SHOW(syscall(SYS_waitid, P_PGID, -1, &info, WEXITED, NULL));
    SHOW(syscall(SYS_waitid, P_PGID, 0, &info, WEXITED, NULL));
    SHOW(syscall(SYS_waitid, P_ALL, 0, &info, WEXITED, NULL));
    child = SPAWN(_exit(7));
    SHOW(syscall(SYS_waitid, P_PID, child, BAD, WEXITED | WNOWAIT, NULL));
    SHOW(syscall(SYS_waitid, P_PID, child, NULL, WEXITED | WNOWAIT, BAD));
    SHOW(syscall(SYS_waitid, P_PID, child, &info, WSTOPPED | WNOHANG, NULL));
    SHOW(syscall(SYS_waitid, P_PID, child, &info, WEXITED | __WCLONE, NULL));
    SHOW(syscall(SYS_waitid, P_PID, child, &info, WEXITED | __WALL | WNOWAIT, NULL));
    VALUE(info.si_status);
    SHOW(syscall(SYS_waitid, P_PID, child, NULL, WEXITED, NULL));
    SHOW(syscall(SYS_wait4, child, &status, 0, NULL));
    child = SPAWN(_exit(7));
    SHOW(syscall(SYS_wait4, child, BAD, 0, NULL));
    SHOW(syscall(SYS_wait4, child, &status, 0, NULL));
}

CASE(making_tasks)
{
    struct clone3_args args = {0};

    SHOW(syscall(SYS_clone, CLONE_THREAD, NULL, NULL, NULL, 0));
    SHOW(syscall(SYS_clone, CLONE_SIGHAND, NULL, NULL, NULL, 0));
    SHOW(syscall(SYS_clone, CLONE_THREAD | CLONE_VM, NULL, NULL, NULL, 0));
    SHOW(syscall(SYS_clone3, &args, 63));
    SHOW(syscall(SYS_clone3, BAD, sizeof(args)));
    SHOW(syscall(SYS_clone3, &args, 5000));
    args.exit_signal = 65;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.exit_signal = SIGCHLD;
    args.stack = 4096;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.stack = 0;
    args.stack_size = 4096;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.stack_size = 0;
    args.flags = SIGCHLD;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.flags = CLONE_SIGHAND | CLONE_VM | CLEAR_SIGHAND;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.flags = 0;
    args.set_tid_size = 1;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
    args.set_tid_size = 33;
    args.set_tid = (uintptr_t)&args;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
}

CASE(priorities)
{
    struct sched_param param = {.sched_priority = 1};

    SHOW(getpriority(3, 0));
    SHOW(getpriority(PRIO_PROCESS, NOBODY));
    SHOW(getpriority(PRIO_PGRP, NOBODY));
    SHOW(getpriority(PRIO_USER, 987654));
    SHOW(setpriority(-1, 0, 0));
    SHOW(setpriority(PRIO_PROCESS, NOBODY, 0));
    SHOW(setpriority(PRIO_PROCESS, -1, 0));
    SHOW(syscall(SYS_sched_setscheduler, 0, -1, &param));
    SHOW(syscall(SYS_sched_setscheduler, -1, 0, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, 0, NULL));
    SHOW(syscall(SYS_sched_setscheduler, 0, 0, BAD));
    SHOW(syscall(SYS_sched_setscheduler, NOBODY, 0, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, 0, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, 99, &param));
    SHOW(syscall(SYS_sched_getscheduler, -1));
    SHOW(syscall(SYS_sched_getscheduler, NOBODY));
    SHOW(syscall(SYS_sched_setparam, 0, NULL));
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    SHOW(syscall(SYS_sched_getparam, NOBODY, &param));
    SHOW(syscall(SYS_sched_getparam, -1, &param));
    SHOW(syscall(SYS_sched_getparam, 0, BAD));
    SHOW(syscall(SYS_sched_rr_get_interval, NOBODY, &param));
    SHOW(syscall(SYS_sched_rr_get_interval, -1, &param));
    SHOW(syscall(SYS_sched_rr_get_interval, 0, BAD));
    SHOW(syscall(SYS_sched_getaffinity, NOBODY, 128, &param));
    SHOW(syscall(SYS_sched_getaffinity, 0, 7, &param));
    SHOW(syscall(SYS_sched_getaffinity, 0, 128, BAD));
    SHOW(syscall(SYS_sched_setaffinity, NOBODY, 8, BAD));
    SHOW(syscall(SYS_sched_setaffinity, NOBODY, 0, NULL));
    SHOW(syscall(SYS_sched_setaffinity, 0, 0, NULL));
}

CASE(stranger_and_priorities)
{
    struct sched_param param = {.sched_priority = 0};
    unsigned long mask = 1;
    pid_t root = getpid();

    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711));
             SHOW(setpriority(PRIO_PROCESS, (id_t)root, 5)); SHOW(setpriority(PRIO_PROCESS, 0, -1));
             SHOW(setpriority(PRIO_PROCESS, 0, 3)); SHOW(setpriority(PRIO_PROCESS, 0, 2));
             SHOW(syscall(SYS_sched_setscheduler, root, 0, &param));
             SHOW(syscall(SYS_sched_setaffinity, root, 8, &mask));
             SHOW(syscall(SYS_sched_getscheduler, root)));
}

CASE(prctl_calls)
{
    SHOW(prctl(PR_SET_PDEATHSIG, 65ul));
    SHOW(prctl(PR_SET_PDEATHSIG, -1ul));
    SHOW(prctl(PR_GET_PDEATHSIG, BAD));
    SHOW(prctl(PR_SET_DUMPABLE, 3ul));
    SHOW(prctl(PR_SET_DUMPABLE, 2ul));
    SHOW(prctl(PR_SET_NAME, BAD));
    SHOW(prctl(PR_GET_NAME, BAD));
    SHOW(prctl(PR_GET_CHILD_SUBREAPER, BAD));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0ul, 0ul, 0ul, 0ul));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1ul, 1ul, 0ul, 0ul));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 1ul, 0ul, 0ul, 0ul));
    SHOW(prctl(987654));
}

CASE(usage_to_nowhere)
{
    SHOW(syscall(SYS_getrusage, 7, BAD));
    SHOW(syscall(SYS_getrusage, -2, BAD));
    SHOW(syscall(SYS_getrusage, RUSAGE_SELF, BAD));
    SHOW(syscall(SYS_times, BAD));
    SHOW(syscall(SYS_sysinfo, BAD));
    SHOW(syscall(SYS_uname, BAD));
    SHOW(syscall(SYS_getcpu, BAD, NULL, NULL));
    SHOW(syscall(SYS_getcpu, NULL, BAD, NULL));
    SHOW(syscall(SYS_getcpu, NULL, NULL, NULL));
}
