/*
 * Processes that take all there is: memory, processes, descriptors, pipes, files. Each must meet an
 * error or its own death, never take the machine with it, and what it had must come back. Not for a
 * machine that anybody needs: run on Limen only.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096UL

/* So much less memory than before may be free: caches, and tables that have grown. */
#define SLACK_BYTES (4UL << 20)

/* What processes had comes back when the last of them is gone: some may still be on their way. */
static void show_memory_back(unsigned long before)
{
    for (int tries = 0; tries < 200 && free_bytes() + SLACK_BYTES < before; tries++)
        nap_ms(10);
    if (free_bytes() + SLACK_BYTES >= before)
        say("the memory came back");
    else
        say("of %lu KiB of memory %lu came back", before >> 10, free_bytes() >> 10);
}

/* Touches new pages until there are none. */
static void eat_memory(void)
{
    for (;;) {
        char *p =
            mmap(NULL, 256 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
            _exit(errno == ENOMEM ? 1 : 2);
        for (unsigned long i = 0; i < 256; i++)
            p[i * PAGE] = 1;
    }
}

/* Waits for a child that takes too much: it ends by an error or by a signal, and either will do. */
static void await_glutton(const char *what, pid_t pid)
{
    int status;

    MUST(waitpid(pid, &status, 0));
    if ((WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGBUS)) ||
        (WIFEXITED(status) && WEXITSTATUS(status) == 1))
        say("%s: stopped", what);
    else
        show_status(what, status);
}

CASE(memory)
{
    unsigned long before = free_bytes();

    for (int round = 0; round < 2; round++)
        await_glutton("eater", SPAWN(eat_memory()));
    show_memory_back(before);
}

CASE(memory_by_several)
{
    unsigned long before = free_bytes();
    pid_t pids[4];

    for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
        pids[i] = SPAWN(eat_memory());
    for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
        await_glutton("eater", pids[i]);
    show_memory_back(before);
}

CASE(memory_by_system_calls)
{
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(int zero = open("/dev/zero", O_RDONLY); for (;;) {
        char *p =
            mmap(NULL, 256 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED || read(zero, p, 256 * PAGE) != 256 * (ssize_t)PAGE)
            _exit(1);
    });

    await_glutton("reader", pid);
    show_memory_back(before);
}

CASE(memory_by_brk)
{
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(char *end = sbrk(0); for (;; end += 64 * PAGE) {
        if (syscall(SYS_brk, end + 64 * PAGE) != (long)(end + 64 * PAGE))
            _exit(1);
        memset(end, 1, 64 * PAGE);
    });

    await_glutton("eater", pid);
    show_memory_back(before);
}

/* Its children are to die, not the case itself, which has as much as each. */
CASE(memory_with_forks)
{
    unsigned long before = free_bytes();
    size_t bytes = before / 3 & -PAGE;
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t pids[4];
    size_t count = 0;

    abi_adjust_oom_score("-1000");
    memset(p, 1, bytes);
    for (; count < ARRAY_SIZE(pids); count++) {
        pids[count] = fork();
        if (pids[count] == 0) {
            abi_adjust_oom_score("0");
            memset(p, 2, bytes);
            _exit(1);
        }
        if (pids[count] < 0)
            break;
    }
    for (size_t i = 0; i < count; i++)
        await_glutton("child", pids[i]);
    MUST(munmap(p, bytes));
    show_memory_back(before);
}

CASE(memory_by_page_tables)
{
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(for (char *p = (char *)0x10000000000;; p += 1 << 21) {
        if (mmap(p, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
            p)
            _exit(1);
        *p = 1;
    });

    await_glutton("mapper", pid);
    show_memory_back(before);
}

CASE(mappings)
{
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(for (char *p = (char *)0x10000000000;; p += 2 * PAGE) {
        if (mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p)
            _exit(errno == ENOMEM ? 1 : 2);
    });

    await_glutton("mapper", pid);
    show_memory_back(before);
}

CASE(big_files)
{
    static char block[65536];
    unsigned long before = free_bytes();
    ssize_t wrote;
    int fd = open("big", O_WRONLY | O_CREAT, 0644);

    do
        wrote = write(fd, block, sizeof(block));
    while (wrote > 0);
    say("write: %s", errno == ENOMEM || errno == ENOSPC ? "no room" : errno_name(errno));
    MUST(close(fd));
    MUST(unlink("big"));
    show_memory_back(before);
}

/* A file's pages that come by faults count as those that are written. */
CASE(big_files_by_mapping)
{
    unsigned long before = free_bytes();
    size_t size = 2 * before;
    int fd = open("big", O_RDWR | O_CREAT, 0644);
    char *p;
    pid_t pid;

    MUST(ftruncate(fd, (off_t)size));
    p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    pid = SPAWN(for (size_t i = 0; i < size; i += PAGE) p[i] = 1);
    show_end("writer", pid);
    HOLDS(free_bytes() > before / 4);
    SHOW(write(fd, "x", 1));
    MUST(munmap(p, size));
    MUST(close(fd));
    MUST(unlink("big"));
    show_memory_back(before);
}

CASE(many_files)
{
    unsigned long before = free_bytes();
    char name[32];
    int count;

    for (count = 0; count < 20000; count++) {
        snprintf(name, sizeof(name), "%d", count);
        if (mknod(name, S_IFREG | 0644, 0) < 0)
            break;
    }
    HOLDS(count == 20000 || errno == ENOMEM || errno == ENOSPC);
    while (count-- > 0) {
        snprintf(name, sizeof(name), "%d", count);
        MUST(unlink(name));
    }
    show_memory_back(before);
}

CASE(pipes)
{
    static char block[65536];
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(struct rlimit limit = {4096, 4096}; int ends[2];
                      MUST(setrlimit(RLIMIT_NOFILE, &limit)); for (;;) {
                          if (pipe2(ends, O_NONBLOCK) < 0)
                              _exit(errno == EMFILE || errno == ENFILE || errno == ENOMEM ? 1 : 2);
                          while (write(ends[1], block, sizeof(block)) > 0)
                              continue;
                      });

    await_glutton("filler", pid);
    show_memory_back(before);
}

CASE(descriptors)
{
    unsigned long before = free_bytes();
    pid_t pids[8];

    for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
        pids[i] = SPAWN(while (open("/dev/null", O_RDONLY) >= 0) continue; _exit(errno == EMFILE));
    for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
        show_end("opener", pids[i]);
    show_memory_back(before);
}

static void fork_for_ever(void)
{
    for (;;)
        if (fork() < 0 && errno != EAGAIN && errno != ENOMEM)
            _exit(2);
}

CASE(fork_bomb)
{
    struct rlimit limit = {100, 100};
    unsigned long before = free_bytes();
    pid_t pid = SPAWN(MUST(setpgid(0, 0)); MUST(setgid(1000));
                      MUST(setrlimit(RLIMIT_NPROC, &limit)); MUST(setuid(1000)); fork_for_ever());

    while (kill(-pid, 0) < 0)
        nap_ms(1);
    nap_ms(300);
    for (int i = 0; i < 50 && kill(-pid, SIGKILL) == 0; i++)
        nap_ms(10);
    show_end("bomb", pid);
    show_memory_back(before);
}

/* Without a limit but memory: as root, who RLIMIT_NPROC does not stop. */
CASE(fork_until_nothing_is_left)
{
    unsigned long before = free_bytes();
    int ends[2], count = 0;
    char byte;
    pid_t pid;

    MUST(pipe(ends));
    abi_adjust_oom_score("-1000");
    do {
        pid = fork();
        if (pid == 0) {
            abi_adjust_oom_score("0");
            close(ends[1]);
            _exit(read(ends[0], &byte, 1) != 0);
        }
        count++;
    } while (pid > 0 && count < 1000);
    HOLDS(pid > 0 || errno == EAGAIN || errno == ENOMEM);
    MUST(close(ends[1]));
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    show_memory_back(before);
}

CASE(signals_queued)
{
    unsigned long before = free_bytes();
    sigset_t all;
    int error = 0;

    sigfillset(&all);
    MUST(sigprocmask(SIG_BLOCK, &all, NULL));
    for (int i = 0; i < 100000 && error == 0; i++)
        if (kill(getpid(), 40) < 0)
            error = errno;
    HOLDS(error == 0 || error == EAGAIN);
    signal(40, SIG_IGN);
    show_memory_back(before);
}

CASE(big_arguments_and_stacks)
{
    unsigned long before = free_bytes();
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    pid_t pid = SPAWN(MUST(setrlimit(RLIMIT_STACK, &limit));
                      for (volatile char *p = __builtin_frame_address(0);; p -= PAGE) *p = 1);
    int status;

    MUST(waitpid(pid, &status, 0));
    HOLDS(WIFSIGNALED(status));
    show_memory_back(before);
}
