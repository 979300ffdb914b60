/*
 * Pipes and waiting for them: pipe(2), pipe(7), poll(2).
 */
#include "tests/abi/abi.h"

#include <poll.h>

#define PIPE_SIZE 65536

static void ignore(int signo)
{
    (void)signo;
}

static int poll_one(int fd, short events, int timeout_ms)
{
    struct pollfd wanted = {fd, events, 0};
    int count = poll(&wanted, 1, timeout_ms);

    say("poll: %d%s%s%s%s%s", count, wanted.revents & POLLIN ? " in" : "",
        wanted.revents & POLLOUT ? " out" : "", wanted.revents & POLLHUP ? " hup" : "",
        wanted.revents & POLLERR ? " err" : "", wanted.revents & POLLNVAL ? " nval" : "");
    return count;
}

CASE(pipe_forms)
{
    int ends[2] = {0, 0};

    SHOW(pipe(ends));
    say("ends %d %d", ends[0], ends[1]);
    SHOW(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
    say("ends %d %d", ends[0], ends[1]);
    SHOW(fcntl(ends[0], F_GETFD));
    SHOW(fcntl(ends[0], F_GETFL) & (O_NONBLOCK | O_ACCMODE));
    SHOW(fcntl(ends[1], F_GETFL) & (O_NONBLOCK | O_ACCMODE));
    SHOW(pipe2(ends, O_APPEND));
    SHOW(pipe2(ends, 1));
    SHOW(read(4, ends, 1));
    SHOW(write(3, ends, 1));
    SHOW(syscall(SYS_pipe, 8));
    SHOW(dup(1));
}

CASE(read_what_is_there)
{
    char text[16] = "";
    int ends[2];

    MUST(pipe(ends));
    SHOW(write(ends[1], "one", 3));
    SHOW(write(ends[1], "two", 3));
    SHOW(read(ends[0], text, 4));
    SHOW(read(ends[0], text + 4, 10));
    say("text: %s", text);
    SHOW(write(ends[1], "", 0));
    SHOW(read(ends[0], text, 0));
}

CASE(end_of_file)
{
    char byte;
    int ends[2], copy;

    MUST(pipe(ends));
    MUST(copy = dup(ends[1]));
    SHOW(write(ends[1], "x", 1));
    SHOW(close(ends[1]));
    SHOW(read(ends[0], &byte, 1));
    SHOW(fcntl(ends[0], F_SETFL, O_NONBLOCK));
    SHOW(read(ends[0], &byte, 1));
    SHOW(close(copy));
    SHOW(read(ends[0], &byte, 1));
    SHOW(read(ends[0], &byte, 1));
}

CASE(broken_pipe)
{
    int ends[2];

    MUST(pipe(ends));
    MUST(close(ends[0]));
    IN_CHILD("by default", SHOW(write(ends[1], "x", 1)));
    signal(SIGPIPE, SIG_IGN);
    SHOW(write(ends[1], "x", 1));
    SHOW(write(ends[1], "", 0));
    signal(SIGPIPE, ignore);
    SHOW(write(ends[1], "x", 1));
}

CASE(broken_while_writing)
{
    static char block[PIPE_SIZE * 2];
    int ends[2];
    pid_t pid;

    MUST(pipe(ends));
    signal(SIGPIPE, SIG_IGN);
    pid = SPAWN(MUST(close(ends[1])); MUST(read(ends[0], block, 4096)));
    MUST(close(ends[0]));
    HOLDS(write(ends[1], block, sizeof(block)) >= PIPE_SIZE);
    SHOW(write(ends[1], block, sizeof(block)));
    show_end("reader", pid);
}

CASE(nonblocking)
{
    static char block[PIPE_SIZE];
    char byte;
    int ends[2];

    MUST(pipe2(ends, O_NONBLOCK));
    SHOW(read(ends[0], &byte, 1));
    SHOW(write(ends[1], block, PIPE_SIZE - 4096));
    SHOW(write(ends[1], block, 4096));
    SHOW(write(ends[1], block, 1));
    SHOW(write(ends[1], block, 4097));
    SHOW(read(ends[0], block, 4096));
    SHOW(write(ends[1], block, 8192));
    SHOW(write(ends[1], block, 1));
}

CASE(capacity)
{
    char byte = 0;
    int ends[2], bytes = 0;

    MUST(pipe2(ends, O_NONBLOCK));
    while (write(ends[1], &byte, 1) == 1)
        bytes++;
    VALUE(bytes);
    SHOW(fcntl(ends[0], F_GETPIPE_SZ));
}

CASE(blocking_reader_is_woken)
{
    char text[8] = "";
    int ends[2];
    pid_t pid;

    MUST(pipe(ends));
    pid = SPAWN(close(ends[0]); nap_ms(30); MUST(write(ends[1], "late", 4)));
    MUST(close(ends[1]));
    SHOW(read(ends[0], text, 8));
    say("text: %s", text);
    SHOW(read(ends[0], text, 8));
    show_end("writer", pid);
}

CASE(blocking_writer_is_woken)
{
    static char block[PIPE_SIZE * 3 + 123];
    static char text[5000];
    long total = 0, got;
    int ends[2], wrong = 0;
    pid_t pid;

    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)(i * 31 + i / 256);
    MUST(pipe(ends));
    pid = SPAWN(close(ends[0]); SHOW(write(ends[1], block, sizeof(block))));
    MUST(close(ends[1]));
    while ((got = read(ends[0], text, sizeof(text))) > 0) {
        wrong += memcmp(text, block + total, (size_t)got) != 0;
        total += got;
    }
    show_end("writer", pid);
    VALUE(total);
    VALUE(wrong);
}

CASE(small_writes_are_atomic)
{
    enum {
        WRITERS = 4,
        ROUNDS = 100,
        SIZE = 1000
    };
    char text[SIZE];
    int ends[2], mixed = 0, count = 0;
    pid_t pids[WRITERS];

    MUST(pipe(ends));
    for (int i = 0; i < WRITERS; i++)
        pids[i] = SPAWN(memset(text, 'a' + i, SIZE);
                        for (int round = 0; round < ROUNDS;
                             round++) if (write(ends[1], text, SIZE) != SIZE) _exit(1));
    MUST(close(ends[1]));
    for (;;) {
        size_t have = 0;
        ssize_t got = 0;

        while (have < SIZE && (got = read(ends[0], text + have, SIZE - have)) > 0)
            have += (size_t)got;
        if (have == 0)
            break;
        count++;
        for (size_t i = 1; i < have; i++)
            mixed += text[i] != text[0];
    }
    for (int i = 0; i < WRITERS; i++)
        show_end("writer", pids[i]);
    VALUE(count);
    VALUE(mixed);
}

CASE(interrupted_read_and_write)
{
    struct sigaction action = {.sa_handler = ignore};
    static char block[PIPE_SIZE + 1];
    int ends[2];
    pid_t pid;

    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(pipe(ends));
    pid = pester(SIGUSR1);
    SHOW(read(ends[0], block, 1));
    SHOW(write(ends[1], block, sizeof(block)));
    SHOW(write(ends[1], block, 1));
    end_pester(pid);
}

CASE(restarted_read)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    char text[8];
    int ends[2];
    pid_t pid, self = getpid();

    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(pipe(ends));
    pid = SPAWN(nap_ms(30); kill(self, SIGUSR1); nap_ms(30); MUST(write(ends[1], "abc", 3)));
    SHOW(read(ends[0], text, 8));
    show_end("sender", pid);
}

CASE(bad_buffers)
{
    char text[8];
    int ends[2];

    MUST(pipe(ends));
    SHOW(write(ends[1], (void *)8, 4));
    SHOW(write(ends[1], "abcd", 4));
    SHOW(read(ends[0], (void *)8, 4));
    SHOW(read(ends[0], text, 8));
}

CASE(poll_pipe)
{
    static char block[PIPE_SIZE];
    int ends[2];

    MUST(pipe2(ends, O_NONBLOCK));
    poll_one(ends[0], POLLIN, 0);
    poll_one(ends[1], POLLOUT, 0);
    MUST(write(ends[1], block, 1));
    poll_one(ends[0], POLLIN, 0);
    poll_one(ends[0], POLLOUT, 0);
    MUST(read(ends[0], block, 1));
    MUST(write(ends[1], block, PIPE_SIZE));
    poll_one(ends[1], POLLOUT, 0);
    poll_one(ends[1], POLLOUT, 20);
    MUST(close(ends[1]));
    poll_one(ends[0], POLLIN, 0);
    while (read(ends[0], block, sizeof(block)) > 0)
        continue;
    poll_one(ends[0], POLLIN, 0);
    poll_one(ends[0], POLLIN, -1);
    MUST(pipe(ends));
    MUST(close(ends[0]));
    poll_one(ends[1], POLLOUT, 0);
}

CASE(poll_waits)
{
    int ends[2];
    pid_t pid;

    MUST(pipe(ends));
    pid = SPAWN(nap_ms(30); MUST(write(ends[1], "x", 1)));
    poll_one(ends[0], POLLIN, -1);
    show_end("writer", pid);
    pid = SPAWN(close(ends[0]); nap_ms(30));
    MUST(close(ends[1]));
    MUST(read(ends[0], (char[1]){0}, 1));
    poll_one(ends[0], POLLIN, 20000);
    show_end("closer", pid);
}

CASE(poll_forms)
{
    struct pollfd several[3] = {{-1, POLLIN, 7}, {99, POLLIN, 0}, {1, POLLIN, 0}};
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    pid_t pid;
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(poll(NULL, 0, 0));
    SHOW(poll(NULL, 0, 10));
    SHOW(poll(several, 2, -1));
    say("revents %#x %#x", several[0].revents, several[1].revents);
    poll_one(fd, POLLIN | POLLOUT, -1);
    poll_one(fd, 0, 10);
    SHOW(poll((struct pollfd *)8, 1, 0));
    SHOW(poll(several, 1 << 30, 0));
    MUST(sigaction(SIGUSR1, &action, NULL));
    pid = pester(SIGUSR1);
    SHOW(poll(NULL, 0, -1));
    end_pester(pid);
}

CASE(many_readers_one_byte_each)
{
    enum {
        READERS = 5
    };
    int ends[2];
    char byte;
    pid_t pids[READERS];

    MUST(pipe(ends));
    for (int i = 0; i < READERS; i++)
        pids[i] = SPAWN(close(ends[1]); _exit((int)read(ends[0], &byte, 1)));
    nap_ms(20);
    SHOW(write(ends[1], "12345", 5));
    for (int i = 0; i < READERS; i++)
        show_end("reader", pids[i]);
}

/* pipe(7): who has pipes for 16384 pages gets small ones, and can't make one larger. */
CASE(limit_of_a_user)
{
    struct rlimit limit = {4096, 4096};
    static char block[8192];
    int ends[2], last[2] = {-1, -1}, count = 0;

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    MUST(setgid(4711));
    MUST(setuid(4711));
    for (; count < 1200; count++) {
        MUST(pipe(ends));
        if (fcntl(ends[0], F_GETPIPE_SZ) != 65536)
            break;
        memcpy(last, ends, sizeof(last));
    }
    VALUE(count);
    SHOW(fcntl(ends[0], F_GETPIPE_SZ));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 65536));
    SHOW(fcntl(last[0], F_SETPIPE_SZ, 131072));
    SHOW(fcntl(last[0], F_SETPIPE_SZ, 4096));
    SHOW(write(ends[1], block, sizeof(block)));
    MUST(close(last[0]) | close(last[1]));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 16384));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 65536));
}
