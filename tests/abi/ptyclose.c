/*
 * Pseudo-terminals one of whose ends isn't open, or closes while the other is used: pty(7).
 */
#include "tests/abi/pty.h"

CASE(slave_never_opened)
{
    master = open_master();
    nonblocking(master, true);
    show_poll("master", master);
    show_read("master", master, 10);
    SHOW(write(master, "abc\n", 4));
    slave = open_slave(master, O_RDWR);
    got(10);
    shown();
}

CASE(last_slave_closes)
{
    open_pair();
    show_poll("master", master);
    MUST(write(slave, "last words", 10));
    MUST(close(slave));
    show_poll("master", master);
    show_read("master", master, 4);
    show_read("master", master, 100);
    show_read("master", master, 100);
    show_poll("master", master);
    SHOW(write(master, "x", 1));
    slave = open_slave(master, O_RDWR);
    poll_now(slave, POLLIN);
    show_poll("master", master);
    show_read("master", master, 100);
}

CASE(one_slave_of_two_closes)
{
    int other;

    open_pair();
    other = open_slave(master, O_RDWR);
    MUST(close(slave));
    show_read("master", master, 100);
    MUST(close(other));
    show_read("master", master, 100);
}

CASE(typed_for_the_next)
{
    open_pair();
    type("line\n");
    MUST(close(slave));
    slave = open_slave(master, O_RDWR);
    got(100);
}

CASE(modes_stay_while_master_is_open)
{
    struct termios termios;

    open_pair();
    modes(lflag, ECHO, 0);
    MUST(close(slave));
    slave = open_slave(master, O_RDWR);
    MUST(ioctl(slave, TCGETS, &termios));
    VALUE(termios.c_lflag & ECHO);
}

CASE(master_closes)
{
    struct termios termios;
    struct winsize size;
    char byte;
    int count;

    open_pair();
    type("never read\n");
    MUST(close(master));
    show_poll("slave", slave);
    SHOW(read(slave, &byte, 1));
    SHOW(write(slave, "x", 1));
    SHOW(ioctl(slave, TCGETS, &termios));
    SHOW(ioctl(slave, TIOCGWINSZ, &size));
    SHOW(ioctl(slave, FIONREAD, &count));
    SHOW(ioctl(slave, TIOCSPGRP, &count));
    SHOW(ioctl(slave, TIOCSCTTY, 0));
    SHOW(isatty(slave));
    SHOW(fcntl(slave, F_GETFL) & O_ACCMODE);
}

CASE(open_by_link_after_master)
{
    char name[32];

    open_pair();
    snprintf(name, sizeof(name), "/proc/self/fd/%d", slave);
    MUST(close(master));
    SHOW(open(name, O_RDWR | O_NOCTTY));
}

/* A process waits in `wait`; we let it get there, do `act` and show what it said. */
#define WHILE_WAITING(act, ...)             \
    do {                                    \
        pid_t waiter_ = SPAWN(__VA_ARGS__); \
        await_sleep(waiter_);               \
        act;                                \
        show_end("the waiter", waiter_);    \
    } while (0)

CASE(master_closes_before_reader)
{
    open_pair();
    WHILE_WAITING(MUST(close(master)), {
        char byte;
        MUST(close(master));
        SHOW(read(slave, &byte, 1));
    });
}

CASE(slave_closes_before_reader)
{
    open_pair();
    nonblocking(master, false);
    WHILE_WAITING(MUST(close(slave)), {
        char byte;
        MUST(close(slave));
        SHOW(read(master, &byte, 1));
    });
}

CASE(slave_closes_before_poller)
{
    open_pair();
    WHILE_WAITING(MUST(close(slave)), {
        struct pollfd item = {master, POLLIN, 0};
        MUST(close(slave));
        SHOW(poll(&item, 1, -1));
        VALUE(item.revents == POLLHUP);
    });
}

CASE(master_closes_before_writer)
{
    static char block[4096];

    open_pair();
    raw(1, 0);
    WHILE_WAITING(MUST(close(master)), {
        ssize_t count;
        MUST(close(master));
        for (int i = 0; (count = write(slave, block, sizeof(block))) > 0; i++)
            if (i == 1000)
                break;
        SHOW(write(slave, block, sizeof(block)));
    });
}

/* One end closes while the other is used: whatever they see, nobody hangs. */
CASE(close_races)
{
    for (int round = 0; round < 100; round++) {
        pid_t reader, writer;
        char bytes[100];

        open_pair();
        nonblocking(master, false);
        reader = SPAWN({
            MUST(close(master));
            while (read(slave, bytes, sizeof(bytes)) > 0)
                continue;
        });
        writer = SPAWN({
            MUST(close(master));
            signal(SIGHUP, SIG_IGN);
            while (write(slave, "output\n", 7) > 0)
                continue;
        });
        MUST(close(slave));
        (void)!write(master, "input\n", 6);
        (void)!read(master, bytes, sizeof(bytes));
        MUST(close(master));
        waitpid(reader, NULL, 0);
        waitpid(writer, NULL, 0);
    }
    say("over");
}

CASE(open_races)
{
    for (int round = 0; round < 200; round++) {
        int fd = open_master(), peer;
        char name[32];
        pid_t opener;

        strcpy(name, slave_name(fd));
        opener = SPAWN({
            MUST(close(fd));
            for (int i = 0; i < 20; i++) {
                peer = open(name, O_RDWR | O_NOCTTY);
                if (peer >= 0)
                    close(peer);
            }
        });
        MUST(close(fd));
        waitpid(opener, NULL, 0);
    }
    SHOW(access("/dev/pts/0", F_OK));
}
