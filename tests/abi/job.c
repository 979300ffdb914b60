/*
 * Controlling terminals, sessions, foreground and background: ioctl_tty(2), credentials(7),
 * setsid(2), POSIX "General Terminal Interface". How they end is in hangup.c.
 */
#include "tests/abi/session.h"

CASE(no_terminal)
{
    IN_SESSION({
        pid_t group;
        SHOW(open("/dev/tty", O_RDWR));
        SHOW(ioctl(slave, TIOCGPGRP, &group));
        SHOW(ioctl(slave, TIOCGSID, &group));
        SHOW(ioctl(slave, TIOCNOTTY));
        group = getpgrp();
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        show_terminal();
    });
}

CASE(take)
{
    IN_SESSION({
        pid_t number = 0;
        SHOW(ioctl(slave, TIOCSCTTY, 0));
        SHOW(ioctl(slave, TIOCGPGRP, &number));
        HOLDS(number == getpgrp());
        SHOW(ioctl(slave, TIOCGSID, &number));
        HOLDS(number == getsid(0));
        SHOW(ioctl(slave, TIOCSCTTY, 0));
        SHOW(ioctl(master, TIOCGPGRP, &number));
        HOLDS(number == getpgrp());
        SHOW(ioctl(master, TIOCGSID, &number));
        show_terminal();
        SHOW(open("/dev/tty", O_RDWR) < 0);
    });
}

CASE(open_takes)
{
    IN_SESSION({
        int fd;
        fd = (int)MUST(open(slave_name(master), O_RDWR | O_NOCTTY));
        show_terminal();
        MUST(close(fd));
        fd = (int)MUST(open(slave_name(master), O_WRONLY));
        show_terminal();
        MUST(close(fd));
        fd = (int)MUST(open(slave_name(master), O_RDWR));
        show_terminal();
    });
}

CASE(only_leaders_take)
{
    IN_SESSION(IN_CHILD("a member", {
        SHOW(ioctl(slave, TIOCSCTTY, 0));
        (void)MUST(open(slave_name(master), O_RDWR));
        show_terminal();
    }));
}

CASE(only_one)
{
    AT_TERMINAL({
        int second = open_master();
        int other = open_slave(second, O_RDWR);
        SHOW(ioctl(other, TIOCSCTTY, 0));
        SHOW(ioctl(other, TIOCSCTTY, 1));
        MUST(close(other));
        (void)MUST(open(slave_name(second), O_RDWR));
        show_terminal();
    });
}

CASE(steal)
{
    AT_TERMINAL({
        IN_CHILD("another session", {
            MUST(setsid());
            SHOW(ioctl(slave, TIOCSCTTY, 0));
            SHOW(ioctl(slave, TIOCSCTTY, 2));
            IN_CHILD("nobody", {
                MUST(setresuid(1000, 1000, 1000));
                SHOW(ioctl(slave, TIOCSCTTY, 1));
            });
            SHOW(ioctl(slave, TIOCSCTTY, 1));
            show_terminal();
        });
        show_terminal();
    });
}

CASE(member_inherits)
{
    AT_TERMINAL({
        IN_CHILD("a member", show_terminal());
        IN_BACKGROUND("a background member", show_terminal());
        IN_CHILD("a new session", {
            MUST(setsid());
            show_terminal();
            SHOW(open("/dev/tty", O_RDWR));
        });
    });
}

CASE(born_before)
{
    IN_SESSION({
        int go[2];
        pid_t member;
        char byte;
        MUST(pipe(go));
        member = SPAWN({
            MUST(read(go[0], &byte, 1));
            show_terminal();
            SHOW(open("/dev/tty", O_RDWR));
        });
        MUST(ioctl(slave, TIOCSCTTY, 0));
        MUST(write(go[1], "", 1));
        show_end("a member", member);
    });
}

CASE(give_up)
{
    AT_TERMINAL({
        IN_CHILD("a member", {
            SHOW(ioctl(slave, TIOCNOTTY));
            show_terminal();
            SHOW(ioctl(slave, TIOCNOTTY));
        });
        show_terminal();
        note(SIGHUP);
        note(SIGCONT);
        SHOW(ioctl(slave, TIOCNOTTY));
        show_terminal();
        SHOW(ioctl(slave, TIOCSCTTY, 0));
        show_terminal();
    });
}

CASE(give_up_tells_foreground)
{
    AT_TERMINAL({
        int ready[2];
        char byte;
        pid_t member;
        MUST(pipe(ready));
        member = SPAWN({
            pid_t group;
            block(SIGHUP);
            signal(SIGTTOU, SIG_IGN);
            MUST(setpgid(0, 0));
            group = getpgrp();
            MUST(ioctl(slave, TIOCSPGRP, &group));
            MUST(write(ready[1], "", 1));
            await_signal(SIGHUP);
            show_terminal();
        });
        MUST(read(ready[0], &byte, 1));
        MUST(ioctl(slave, TIOCNOTTY));
        show_end("the foreground", member);
    });
}

CASE(dev_tty)
{
    AT_TERMINAL({
        int fd = (int)MUST(open("/dev/tty", O_RDWR));
        struct stat st;
        SHOW(write(fd, "hello", 5));
        shown();
        MUST(fstat(fd, &st));
        HOLDS(st.st_rdev == 0x500);
        type("x\n");
        show_read("tty", fd, 10);
        signal(SIGHUP, SIG_IGN);
        MUST(ioctl(slave, TIOCNOTTY));
        SHOW(write(fd, "still", 5));
        shown();
    });
}

CASE(set_foreground)
{
    AT_TERMINAL({
        pid_t group = -1;
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        group = 999999;
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        SHOW(ioctl(slave, TIOCSPGRP, NULL));
        group = getppid();
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        group = getpgrp();
        SHOW(ioctl(slave, TIOCSPGRP, &group));
        SHOW(ioctl(slave, TIOCGPGRP, NULL));
    });
}

CASE(keys_signal_foreground)
{
    AT_TERMINAL({
        note(SIGINT);
        note(SIGQUIT);
        note(SIGTSTP);
        type("\003");
        type("\034");
        type("\032");
        shown();
        SHOW(ioctl(master, TIOCSIG, SIGINT));
        modes(lflag, ISIG, 0);
        type("\003");
        shown();
    });
}

CASE(size_signals_foreground)
{
    AT_TERMINAL({
        struct winsize size = {24, 80, 0, 0};
        note(SIGWINCH);
        SHOW(ioctl(master, TIOCSWINSZ, &size));
        SHOW(ioctl(master, TIOCSWINSZ, &size));
        size.ws_row = 25;
        SHOW(ioctl(slave, TIOCSWINSZ, &size));
    });
}

CASE(background_reads)
{
    AT_TERMINAL({
        pid_t member;
        int status;
        type("line\n");
        member = SPAWN({
            MUST(setpgid(0, 0));
            got(100);
        });
        MUST(waitpid(member, &status, WUNTRACED));
        show_status("the background", status);
        MUST(ioctl(slave, TIOCSPGRP, &member));
        MUST(kill(-member, SIGCONT));
        show_end("the background", member);
    });
}

CASE(background_reads_deaf)
{
    AT_TERMINAL({
        IN_BACKGROUND("ignores", {
            signal(SIGTTIN, SIG_IGN);
            got(100);
        });
        IN_BACKGROUND("blocks", {
            block(SIGTTIN);
            got(100);
        });
        IN_BACKGROUND("handles", {
            note(SIGTTIN);
            got(100);
        });
    });
}

CASE(background_writes)
{
    AT_TERMINAL({
        pid_t member;
        int status;
        IN_BACKGROUND("may", SHOW(write(slave, "one", 3)));
        modes(lflag, 0, TOSTOP);
        member = SPAWN({
            MUST(setpgid(0, 0));
            SHOW(write(slave, "two", 3));
        });
        MUST(waitpid(member, &status, WUNTRACED));
        show_status("the background", status);
        MUST(kill(-member, SIGKILL));
        show_end("the background", member);
        IN_BACKGROUND("ignores", {
            signal(SIGTTOU, SIG_IGN);
            SHOW(write(slave, "three", 5));
        });
        IN_BACKGROUND("blocks", {
            block(SIGTTOU);
            SHOW(write(slave, "four", 4));
        });
        shown();
    });
}

CASE(background_changes_modes)
{
    AT_TERMINAL({
        IN_BACKGROUND("stops", {
            struct termios termios;
            struct winsize size = {1, 2, 3, 4};
            pid_t group = getpgrp();
            note(SIGTTOU);
            MUST(ioctl(slave, TCGETS, &termios));
            SHOW(ioctl(slave, TCSETS, &termios));
            SHOW(ioctl(slave, TCFLSH, TCIFLUSH));
            SHOW(ioctl(slave, TCXONC, TCOON));
            SHOW(ioctl(slave, TCSBRK, 1));
            SHOW(ioctl(slave, TIOCSWINSZ, &size));
            SHOW(ioctl(slave, TIOCSPGRP, &group));
            SHOW(ioctl(slave, TIOCGPGRP, &group));
        });
        IN_BACKGROUND("ignores", {
            struct termios termios;
            signal(SIGTTOU, SIG_IGN);
            MUST(ioctl(slave, TCGETS, &termios));
            SHOW(ioctl(slave, TCSETS, &termios));
        });
    });
}

CASE(restarts_in_foreground)
{
    AT_TERMINAL({
        pid_t member;
        int status;
        member = SPAWN({
            char byte;
            MUST(setpgid(0, 0));
            SHOW(read(slave, &byte, 1));
        });
        MUST(waitpid(member, &status, WUNTRACED));
        show_status("the background", status);
        MUST(ioctl(slave, TIOCSPGRP, &member));
        type("x\n");
        MUST(kill(-member, SIGCONT));
        show_end("the background", member);
    });
}

CASE(exclusive)
{
    open_pair();
    SHOW(ioctl(slave, TIOCEXCL));
    SHOW(open(slave_name(master), O_RDWR | O_NOCTTY) < 0);
    MUST(chmod(slave_name(master), 0666));
    IN_CHILD("nobody", {
        int on = -1;
        MUST(setresuid(1000, 1000, 1000));
        SHOW(ioctl(slave, TIOCGEXCL, &on));
        VALUE(on);
        SHOW(open(slave_name(master), O_RDWR | O_NOCTTY));
        SHOW(ioctl(slave, TIOCNXCL));
        SHOW(open(slave_name(master), O_RDWR | O_NOCTTY) < 0);
    });
}

CASE(fake_typing)
{
    AT_TERMINAL({
        SHOW(ioctl(slave, TIOCSTI, "a"));
        SHOW(ioctl(slave, TIOCSTI, "\n"));
        got(10);
        shown();
        SHOW(ioctl(slave, TIOCSTI, NULL));
        IN_CHILD("a user at another terminal", {
            MUST(setsid());
            MUST(setresuid(1000, 1000, 1000));
            SHOW(ioctl(slave, TIOCSTI, "a"));
        });
    });
}
