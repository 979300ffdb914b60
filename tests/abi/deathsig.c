/*
 * The parent-death signal (prctl(2) PR_SET_PDEATHSIG): from whom it comes, when it doesn't, what
 * takes it away.
 */
#include "tests/abi/handler.h"

#include <pthread.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

#pragma GCC diagnostic ignored "-Wshadow" /* SPAWN within SPAWN */

static int asked[2], told[2]; /* pipes: a child has asked to be told; it was, or wasn't */
static pid_t parent;

static void show_sender(int signo, siginfo_t *info, void *context)
{
    (void)context;
    say("%s: code %d, from %s, of user %u", signal_name(signo), info->si_code,
        info->si_pid == parent ? "the parent" : "another", info->si_uid);
}

/* In a child: asks for SIGUSR1, which comes in sigsuspend and nowhere else. */
static void ask_for_signal(sigset_t *without)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, without));
    handle_info(SIGUSR1, show_sender, 0);
    MUST(prctl(PR_SET_PDEATHSIG, SIGUSR1));
    MUST(write(asked[1], "", 1));
}

static void begin(void)
{
    MUST(pipe(asked));
    MUST(pipe(told));
}

static void await_word(const int ends[2])
{
    char byte;

    MUST(read(ends[0], &byte, 1));
}

static void wait_for_signal(void)
{
    sigset_t without;

    ask_for_signal(&without);
    sigsuspend(&without);
    MUST(write(told[1], "", 1));
}

CASE(tells_who)
{
    pid_t pid;

    begin();
    pid = SPAWN(parent = getpid(); SPAWN(wait_for_signal()); await_word(asked);
                MUST(setresuid(33, 0, 0)));
    await_word(told);
    show_end("parent", pid);
}

static void *make_child(void *unused)
{
    SPAWN(wait_for_signal());
    await_word(asked);
    return unused;
}

/* The maker is a thread; its process lives on, and is the parent still. */
CASE(of_a_thread)
{
    pthread_t thread;

    parent = getpid();
    begin();
    pthread_create(&thread, NULL, make_child, NULL);
    pthread_join(thread, NULL);
    await_word(told);
    HOLDS(wait(NULL) > 0);
}

/* Waits until the parent has gone, and shows what came. */
static void show_what_came(void)
{
    sigset_t set;

    ask_for_signal(&set);
    while (getppid() == parent)
        nap_ms(1);
    MUST(setpgid(0, 0)); /* as both change the tree of processes, this comes after that */
    MUST(sigpending(&set));
    show_set("pending", &set);
    MUST(write(told[1], "", 1));
}

/* It is sent as if by the parent, who must be allowed to. */
CASE(without_right)
{
    pid_t pid;

    begin();
    pid = SPAWN(parent = getpid(); SPAWN(show_what_came()); await_word(asked);
                MUST(setresuid(33, 33, 33)));
    await_word(told);
    show_end("parent", pid);
    pid = SPAWN(parent = getpid(); SPAWN(show_what_came()); await_word(asked));
    await_word(told);
    show_end("parent with the right", pid);
}

static void show_death_signal(void)
{
    int signo = -1;

    MUST(prctl(PR_GET_PDEATHSIG, &signo));
    say("death signal: %s", signal_name(signo));
}

HELPER(tell)
{
    show_death_signal();
    return 0;
}

#define AFTER(...) \
    IN_CHILD(#__VA_ARGS__, MUST(prctl(PR_SET_PDEATHSIG, SIGUSR1)); __VA_ARGS__; show_death_signal())

CASE(goes_with_other_rights)
{
    AFTER(setfsuid(7));
    AFTER(setfsgid(7));
    AFTER(syscall(SYS_setresuid, 7, -1, -1));
    AFTER(syscall(SYS_setresuid, -1, 7, -1));
    AFTER(syscall(SYS_setresgid, -1, -1, 7));
    AFTER(syscall(SYS_setresgid, -1, 7, -1));
    AFTER(syscall(SYS_setgroups, 0, NULL));
}

CASE(over_fork_and_exec)
{
    MUST(symlink(abi_program, "tell"));
    AFTER(IN_CHILD("child", show_death_signal()));
    AFTER(execl("./tell", "tell", NULL));
    AFTER(MUST(syscall(SYS_setresuid, 7, -1, -1)); execl("./tell", "tell", NULL));
}
