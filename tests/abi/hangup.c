/*
 * The end of a terminal's session: orphaned process groups, leaders that exit, masters that close,
 * hang-ups: ioctl_tty(2), vhangup(2), POSIX "General Terminal Interface" and exit.
 */
#include "tests/abi/session.h"

/* Runs a block in a process whose parent, the one tie of its group to the session, has ended. */
#define IN_ORPHAN(...)                   \
    do {                                 \
        int over[2];                     \
        char byte_;                      \
        pid_t parent_;                   \
        MUST(pipe(over));                \
        parent_ = SPAWN({                \
            pid_t own = getpid();        \
            MUST(setpgid(0, 0));         \
            (void)SPAWN({                \
                MUST(setpgid(0, 0));     \
                while (getppid() == own) \
                    nap_ms(1);           \
                __VA_ARGS__;             \
            });                          \
        });                              \
        MUST(close(over[1]));            \
        (void)!read(over[0], &byte_, 1); \
        show_end("the parent", parent_); \
    } while (0)

CASE(orphans)
{
    AT_TERMINAL(IN_ORPHAN({
        struct termios termios;
        pid_t group = getpgrp();
        MUST(ioctl(slave, TCGETS, &termios));
        got(10);
        SHOW(ioctl(slave, TCSETS, &termios));
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        SHOW(write(slave, "x", 1));
        MUST(kill(getpid(), SIGTSTP));
        say("not stopped");
    }));
}

CASE(orphans_stopped)
{
    AT_TERMINAL({
        int done[2];
        char byte;
        pid_t parent;
        MUST(pipe(done));
        parent = SPAWN({
            pid_t stopped = SPAWN({
                MUST(close(done[0]));
                MUST(setpgid(0, 0));
                note(SIGHUP);
                note(SIGCONT);
                raise(SIGSTOP);
                say("goes on");
            });
            int status;
            MUST(close(done[1]));
            MUST(waitpid(stopped, &status, WUNTRACED));
            show_status("the child", status);
        });
        MUST(close(done[1]));
        SHOW(read(done[0], &byte, 1));
        show_end("the parent", parent);
    });
}

CASE(orphans_stop_keys)
{
    IN_SESSION({
        pid_t member;
        signal(SIGTTOU, SIG_IGN);
        MUST(ioctl(slave, TIOCSCTTY, 0));
        member = SPAWN({
            /* The leader's own group is an orphan: the default of SIGTSTP does nothing there. */
            kill(getpid(), SIGTSTP);
            say("not stopped");
        });
        show_end("a member of the leader's group", member);
    });
}

CASE(leader_exits)
{
    int done[2];
    pid_t leader;
    char byte;

    open_pair();
    MUST(pipe(done));
    leader = SPAWN({
        int ready[2];
        MUST(close(done[0]));
        MUST(setsid());
        MUST(pipe(ready));
        MUST(ioctl(slave, TIOCSCTTY, 0));
        (void)SPAWN({
            block(SIGHUP);
            block(SIGCONT);
            MUST(write(ready[1], "", 1));
            await_signal(SIGHUP);
            {
                const struct timespec now = {0, 0};
                sigset_t set;
                sigemptyset(&set);
                sigaddset(&set, SIGCONT);
                HOLDS(sigtimedwait(&set, NULL, &now) == SIGCONT);
            }
            show_terminal();
            SHOW(write(slave, "still", 5));
        });
        MUST(read(ready[0], &byte, 1));
    });
    MUST(close(done[1]));
    SHOW(read(done[0], &byte, 1));
    show_end("the leader", leader);
    shown();
    show_poll("slave", slave);
}

CASE(taken_again)
{
    open_pair();
    IN_CHILD("the first", {
        MUST(setsid());
        SHOW(ioctl(slave, TIOCSCTTY, 0));
    });
    IN_CHILD("the second", {
        MUST(setsid());
        SHOW(ioctl(slave, TIOCSCTTY, 0));
    });
}

CASE(master_closes)
{
    int done[2];
    char byte;

    open_pair();
    MUST(pipe(done));
    (void)SPAWN({
        pid_t member;
        int ready[2];
        MUST(close(master));
        MUST(close(done[0]));
        MUST(setsid());
        MUST(pipe(ready));
        MUST(ioctl(slave, TIOCSCTTY, 0));
        block(SIGHUP);
        block(SIGCONT);
        member = SPAWN({
            pid_t group;
            signal(SIGTTOU, SIG_IGN);
            MUST(setpgid(0, 0));
            group = getpgrp();
            MUST(ioctl(slave, TIOCSPGRP, &group));
            MUST(write(ready[1], "", 1));
            await_signal(SIGHUP);
            await_signal(SIGCONT);
        });
        MUST(read(ready[0], &byte, 1));
        MUST(write(done[1], "", 1));
        await_signal(SIGHUP);
        await_signal(SIGCONT);
        show_terminal();
        SHOW(read(slave, &byte, 1));
        SHOW(open("/dev/tty", O_RDWR));
        SHOW(waitpid(member, NULL, WNOHANG));
        (void)member;
    });
    MUST(close(done[1]));
    MUST(close(slave));
    MUST(read(done[0], &byte, 1));
    MUST(close(master));
    SHOW(read(done[0], &byte, 1));
}

CASE(last_file_closes)
{
    IN_SESSION({
        int second = open_master();
        int other = open_slave(second, O_RDWR);
        MUST(ioctl(other, TIOCSCTTY, 0));
        show_terminal();
        MUST(close(other));
        show_terminal();
        SHOW(open("/dev/tty", O_RDWR));
    });
}

CASE(hang_up_by_ioctl)
{
    AT_TERMINAL({
        char byte;
        int fd;
        note(SIGHUP);
        note(SIGCONT);
        type("line\n");
        shown();
        modes(lflag, ECHO, 0);
        SHOW(ioctl(slave, TIOCVHANGUP));
        show_terminal();
        SHOW(read(slave, &byte, 1));
        SHOW(write(slave, "x", 1));
        show_poll("slave", slave);
        show_poll("master", master);
        show_read("master", master, 10);
        fd = open_slave(master, O_RDWR);
        show_read("new slave", fd, 10);
        SHOW(write(fd, "x", 1));
        shown();
        slave = fd;
        type("y\n");
        shown();
        got(10);
        SHOW(ioctl(fd, TIOCSCTTY, 0));
        show_terminal();
    });
}

CASE(hang_up_by_call)
{
    AT_TERMINAL({
        char byte;
        note(SIGHUP);
        IN_CHILD("nobody", {
            MUST(setresuid(1000, 1000, 1000));
            SHOW(syscall(SYS_vhangup));
            SHOW(ioctl(slave, TIOCVHANGUP));
        });
        SHOW(syscall(SYS_vhangup));
        SHOW(read(slave, &byte, 1));
        SHOW(syscall(SYS_vhangup));
    });
}

CASE(hang_up_before_reader)
{
    AT_TERMINAL({
        pid_t reader = SPAWN({
            char byte;
            signal(SIGHUP, SIG_IGN);
            SHOW(read(slave, &byte, 1));
        });
        signal(SIGHUP, SIG_IGN);
        await_sleep(reader);
        MUST(ioctl(slave, TIOCVHANGUP));
        show_end("the reader", reader);
    });
}

CASE(hang_up_before_writer)
{
    AT_TERMINAL({
        pid_t writer;
        static char block_of_text[65536];
        raw(1, 0);
        writer = SPAWN({
            ssize_t count;
            signal(SIGHUP, SIG_IGN);
            count = write(slave, block_of_text, sizeof(block_of_text));
            HOLDS(count > 0 && count < (ssize_t)sizeof(block_of_text));
            SHOW(write(slave, "x", 1));
        });
        signal(SIGHUP, SIG_IGN);
        await_sleep(writer);
        MUST(ioctl(slave, TIOCVHANGUP));
        show_end("the writer", writer);
    });
}
