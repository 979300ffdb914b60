/*
 * Who dies when there is no memory left (proc(5): oom_score, oom_score_adj). Run on Limen only:
 * each case takes all the memory of the machine.
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/reboot.h>

#define PAGE 4096UL

/* What of a parent's a child finds: how far others have come. */
static volatile int *shared_word(void)
{
    void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    MUST(p == MAP_FAILED ? -1 : 0);
    return p;
}

static void await_word(const volatile int *word, int value)
{
    while (*word < value)
        nap_ms(1);
}

/* Takes so many bytes and touches them all. */
static char *take(size_t bytes)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    MUST(p == MAP_FAILED ? -1 : 0);
    for (size_t i = 0; i < bytes; i += PAGE)
        p[i] = 1;
    return p;
}

/* A child that has taken so much and waits for its end. */
static pid_t holder(size_t bytes, const char *adjustment)
{
    volatile int *ready = shared_word();
    pid_t pid = SPAWN(abi_adjust_oom_score(adjustment); take(bytes); *ready = 1; for (;;) pause());

    await_word(ready, 1);
    return pid;
}

static void show_alive(const char *what, pid_t pid)
{
    say("%s: %s", what, waitpid(pid, NULL, WNOHANG) == 0 ? "alive" : "gone");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

CASE(the_biggest_dies_not_who_asks)
{
    size_t all = free_bytes();
    pid_t big = holder(all / 2, "0"), small = holder(all / 8, "0");

    IN_CHILD("who asks", take(all / 2 - all / 16));
    show_end("big", big);
    show_alive("small", small);
}

static bool has_died(pid_t pid)
{
    siginfo_t info = {0};

    MUST(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT));
    return info.si_pid == pid;
}

/* Makes children until somebody has died of it; it has to be this one. */
static void fork_until_death(pid_t big)
{
    static pid_t children[3000];
    int made = 0;

    while (made < (int)ARRAY_SIZE(children) && !has_died(big) && (children[made] = fork()) >= 0)
        if (children[made++] == 0)
            wait_for_ever(NULL);
    HOLDS(made > 0 && has_died(big));
    while (made > 0) {
        MUST(kill(children[--made], SIGKILL));
        MUST(waitpid(children[made], NULL, 0));
    }
    if (!has_died(big))
        kill(big, SIGKILL);
    show_end("big", big);
}

/* What fork takes for the kernel's own is made free as well. */
CASE(fork_makes_room)
{
    size_t all = free_bytes();

    fork_until_death(holder(all - all / 16, "0"));
}

/* There are free pages, but nowhere two that lie together. */
CASE(fork_makes_room_of_pieces)
{
    size_t all = free_bytes(), size = all - all / 16;
    volatile int *ready = shared_word();
    pid_t big = SPAWN(char *p = take(size); for (size_t i = 0; i < size; i += 2 * PAGE)
                          MUST(madvise(p + i, PAGE, MADV_DONTNEED));
                      *ready = 1; wait_for_ever(NULL));

    await_word(ready, 1);
    fork_until_death(big);
}

CASE(who_is_protected_lives)
{
    size_t all = free_bytes();
    pid_t big = holder(all / 2, "-1000");

    IN_CHILD("who asks", take(all));
    show_alive("big", big);
}

CASE(who_offers_itself_dies_first)
{
    size_t all = free_bytes();
    pid_t big = holder(all / 2, "0"), small = holder(all / 4, "1000");

    IN_CHILD("who asks", take(all / 2 - all / 8));
    show_end("small", small);
    show_alive("big", big);
}

/* So is who runs the cases. Process 1 lives, whatever is asked of it. */
CASE(all_are_protected)
{
    size_t all = free_bytes();
    int fd = (int)MUST(open("/proc/1/oom_score_adj", O_WRONLY));

    MUST(write(fd, "1000", 4));
    abi_adjust_oom_score("-1000");
    IN_CHILD("who asks", take(2 * all / 3); take(2 * all / 3));
    MUST(write(fd, "0", 1));
}

CASE(a_stopped_process_dies)
{
    size_t all = free_bytes();
    pid_t big = holder(all / 2, "0");
    int status;

    MUST(kill(big, SIGSTOP));
    MUST(waitpid(big, &status, WUNTRACED));
    show_status("big", status);
    IN_CHILD("who asks", take(all / 2 - all / 16 + all / 8));
    show_end("big", big);
}

CASE(threads_die_together)
{
    size_t all = free_bytes();
    volatile int *ready = shared_word();
    pid_t big = SPAWN(pthread_t thread; for (int i = 0; i < 8; i++)
                          pthread_create(&thread, NULL, wait_for_ever, NULL);
                      take(all / 2); *ready = 1; wait_for_ever(NULL));

    await_word(ready, 1);
    IN_CHILD("who asks", take(all / 2 + all / 16));
    show_end("big", big);
}

static int hold_with_another(void *unused)
{
    (void)unused;
    wait_for_ever(NULL);
    return 0;
}

/* Processes with one memory: to get it, both must go. */
CASE(who_shares_memory_dies_with_it)
{
    static char stack[8 * PAGE] __attribute__((aligned(16)));
    size_t all = free_bytes();
    volatile int *ready = shared_word();
    pid_t big = SPAWN(int status; pid_t other = clone(hold_with_another, stack + sizeof(stack),
                                                      CLONE_VM | SIGCHLD, NULL);
                      take(all / 2); *ready = other; waitpid(other, &status, 0));

    await_word(ready, 1);
    IN_CHILD("who asks", take(all / 2 + all / 16));
    show_end("big", big);
    HOLDS(kill(*ready, 0) < 0 && errno == ESRCH);
}

/* The child of vfork gives itself away, but its memory is its parent's, who does not. */
CASE(a_vfork_child_does_not_speak_for_its_parent)
{
    size_t all = free_bytes();
    volatile int *ready = shared_word();
    pid_t big = SPAWN(take(all / 4); if (vfork() == 0) {
        abi_adjust_oom_score("1000");
        *ready = getpid();
        wait_for_ever(NULL);
    });
    pid_t bigger;

    await_word(ready, 1);
    bigger = holder(all / 2, "0");
    IN_CHILD("who asks", take(3 * (all / 8)));
    show_end("bigger", bigger);
    show_alive("big", big);
    while (kill(*ready, SIGKILL) == 0) /* it is process 1's now; its end gives the memory back */
        nap_ms(1);
}

/* The thread whose fault finds no memory holds the file's lock; the worst process waits for it, and
 * not for signals. */
CASE(the_victim_waits_for_who_asks)
{
    size_t all = free_bytes(), piece = all / 16;
    int fd = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));
    volatile int *ready = shared_word();
    pid_t big = SPAWN(take(all / 2); *ready = 1; for (;;) MUST(pwrite(fd, "x", 1, 0)));

    await_word(ready, 1);
    IN_CHILD(
        "who asks", for (int i = 0; i < 9; i++) {
            char *p = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

            MUST(p == MAP_FAILED ? -1 : 0);
            MUST(pwrite(fd, p, piece, 0));
        });
    show_end("big", big);
    MUST(unlink("file"));
}

static void *map_and_unmap(void *unused)
{
    for (;;) {
        void *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

        if (p != MAP_FAILED)
            munmap(p, 64 * PAGE);
    }
    return unused;
}

/* Threads that are in and out of the lock of the memory that is to be taken. */
CASE(the_victim_is_busy_with_its_memory)
{
    size_t all = free_bytes();
    volatile int *ready = shared_word();
    pid_t big = SPAWN(pthread_t thread; take(all / 2); for (int i = 0; i < 3; i++)
                          pthread_create(&thread, NULL, map_and_unmap, NULL);
                      *ready = 1; map_and_unmap(NULL));

    await_word(ready, 1);
    IN_CHILD("who asks", take(all / 2 + all / 16));
    show_end("big", big);
}

/* No process has it in its page tables alone: it comes back when the last one has ended. */
CASE(shared_memory)
{
    size_t all = free_bytes();
    char *p =
        mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    pid_t pids[3];

    MUST(p == MAP_FAILED ? -1 : 0);
    abi_adjust_oom_score("-1000");
    MUST(munmap(p, all));
    for (int i = 0; i < 3; i++)
        pids[i] = SPAWN(abi_adjust_oom_score("0"); p = mmap(NULL, all, PROT_READ | PROT_WRITE,
                                                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
                        for (size_t at = 0; at < all; at += PAGE) p[at] = 1; pause());
    for (int i = 0; i < 2; i++)
        MUST(waitpid(-1, NULL, 0));
    for (int i = 0; i < 3; i++)
        kill(pids[i], SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    for (int tries = 0; tries < 200 && free_bytes() + (4UL << 20) < all; tries++)
        nap_ms(10);
    HOLDS(free_bytes() + (4UL << 20) >= all);
}

/* Writes oom_score_adj as a user: the bytes written, or -1. */
static long put(const char *text)
{
    int fd = (int)MUST(open("/proc/self/oom_score_adj", O_WRONLY));
    long result = write(fd, text, strlen(text));

    MUST(close(fd));
    return result;
}

static void become_user(void)
{
    MUST(setuid(1000));
    MUST(prctl(PR_SET_DUMPABLE, 1));
}

CASE(below_what_root_set_is_refused)
{
    MUST(put("300"));
    become_user();
    SHOW(put("299"));
    SHOW(put("400"));
    SHOW(put("300"));
    SHOW(put("0"));
    SHOW(put("1001"));
    show_file("/proc/self/oom_score_adj");
}

/* What root sets is the lower bound, even if it is below the old one. */
CASE(root_moves_the_bound)
{
    MUST(put("300"));
    MUST(put("-300"));
    become_user();
    SHOW(put("-200"));
    SHOW(put("-301"));
    show_file("/proc/self/oom_score_adj");
}

CASE(fork_inherits_the_bound)
{
    MUST(put("150"));
    become_user();
    IN_CHILD("child", SHOW(put("149")); SHOW(put("151")));
}

/* Process 1 needs a page: another process has to go. Started as the machine's first program. */
HELPER(oom_init)
{
    size_t all = free_bytes();
    volatile int *ready = shared_word();
    pid_t big = SPAWN(take(3 * (all / 4)); *ready = 1; wait_for_ever(NULL));
    int status;

    await_word(ready, 1);
    take(all / 2);
    if (waitpid(big, &status, 0) != big || !WIFSIGNALED(status))
        return 1;
    return reboot(RB_POWER_OFF);
}

/* A system call whose buffer cannot be had kills as well, and goes on. */
CASE(a_system_call_asks)
{
    size_t all = free_bytes(), size = all / 2 + all / 16;
    pid_t big = holder(all / 2, "0");

    IN_CHILD("who asks",
             char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             int fd = (int)MUST(open("/dev/zero", O_RDONLY));
             HOLDS(read(fd, p, size) == (ssize_t)size));
    show_end("big", big);
}

/* mlock, too, gets what it asks for. */
CASE(mlock_asks)
{
    size_t all = free_bytes(), size = all / 2 + all / 16;
    pid_t big = holder(all / 2, "500");

    IN_CHILD("who asks",
             char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             SHOW(mlock(p, size)));
    show_end("big", big);
}
