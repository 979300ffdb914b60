/*
 * The line discipline: input without lines, output, flow (termios(3)).
 */
#include "tests/abi/pty.h"

CASE(raw_bytes)
{
    static char all[256];
    char bytes[300];

    open_pair();
    raw(1, 0);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    type_bytes(all, sizeof(all));
    SHOW(read(slave, bytes, sizeof(bytes)));
    HOLDS(memcmp(bytes, all, sizeof(all)) == 0);
    SHOW(write(slave, all, sizeof(all)));
    poll_now(master, POLLIN);
    SHOW(read(master, bytes, sizeof(bytes)));
    HOLDS(memcmp(bytes, all, sizeof(all)) == 0);
}

CASE(cbreak)
{
    open_pair();
    modes(lflag, ICANON, 0);
    type("a");
    got(100);
    type("b\177\025\004\n");
    got(100);
    shown();
    type("\003");
    shown();
}

/* MIN > 0, TIME 0: blocks until MIN bytes are there. */
CASE(min_only)
{
    char bytes[100];
    pid_t typist;

    open_pair();
    raw(3, 0);
    type("ab");
    show_poll("slave", slave);
    got(100);
    type("abc");
    show_poll("slave", slave);
    SHOW(read(slave, bytes, sizeof(bytes)));
    typist = SPAWN({
        nap_ms(20);
        MUST(write(master, "a", 1));
        nap_ms(20);
        MUST(write(master, "b", 1));
        nap_ms(20);
        MUST(write(master, "cde", 3));
    });
    SHOW(read(slave, bytes, sizeof(bytes)) >= 3);
    show_end("the typist", typist);
}

CASE(min_more_than_asked)
{
    char bytes[100];

    open_pair();
    raw(5, 0);
    type("abcd");
    SHOW(read(slave, bytes, 2));
    SHOW(read(slave, bytes, 2));
}

/* MIN 0, TIME 0: what is there. */
CASE(neither)
{
    char bytes[100];

    open_pair();
    raw(0, 0);
    SHOW(read(slave, bytes, sizeof(bytes)));
    nonblocking(slave, true);
    SHOW(read(slave, bytes, sizeof(bytes)));
    nonblocking(slave, false);
    type("ab");
    SHOW(read(slave, bytes, 1));
    SHOW(read(slave, bytes, sizeof(bytes)));
    show_poll("slave", slave);
}

/* MIN 0, TIME > 0: one byte, or none after TIME. */
CASE(time_only)
{
    char bytes[100];
    pid_t typist;

    open_pair();
    raw(0, 1);
    SHOW(read(slave, bytes, sizeof(bytes)));
    type("ab");
    SHOW(read(slave, bytes, sizeof(bytes)));
    raw(0, 100);
    typist = SPAWN({
        nap_ms(20);
        MUST(write(master, "a", 1));
    });
    SHOW(read(slave, bytes, sizeof(bytes)));
    show_end("the typist", typist);
}

/* MIN > 0, TIME > 0: TIME runs between bytes. */
CASE(min_and_time)
{
    char bytes[100];
    pid_t typist;

    open_pair();
    raw(5, 1);
    type("ab");
    SHOW(read(slave, bytes, sizeof(bytes)));
    type("abcdefg");
    SHOW(read(slave, bytes, sizeof(bytes)));
    raw(2, 1);
    typist = SPAWN({
        nap_ms(300);
        MUST(write(master, "a", 1));
    });
    SHOW(read(slave, bytes, sizeof(bytes)));
    show_end("the typist", typist);
}

CASE(min_without_waiting)
{
    open_pair();
    raw(5, 0);
    type("abc");
    got(2);
    got(100);
    got(100);
}

CASE(time_polls)
{
    open_pair();
    raw(5, 1);
    type("a");
    show_poll("slave", slave);
    got(100);
}

CASE(raw_interrupted)
{
    struct sigaction action = {.sa_handler = only_interrupt};
    char bytes[100];
    pid_t tester;

    open_pair();
    raw(5, 0);
    sigaction(SIGUSR1, &action, NULL);
    tester = pester(SIGUSR1);
    SHOW(read(slave, bytes, sizeof(bytes)));
    end_pester(tester);
    type("ab");
    tester = pester(SIGUSR1);
    SHOW(read(slave, bytes, sizeof(bytes)));
    end_pester(tester);
}

CASE(output_flags)
{
    open_pair();
    MUST(write(slave, "a\nb\tc\rd", 7));
    shown();
    modes(oflag, ONLCR, 0);
    MUST(write(slave, "a\nb", 3));
    shown();
    modes(oflag, 0, OCRNL);
    MUST(write(slave, "a\rb", 3));
    shown();
    modes(oflag, OCRNL, ONOCR);
    MUST(write(slave, "\r\rab\r\rc", 7));
    shown();
    modes(oflag, ONOCR, ONLRET);
    MUST(write(slave, "a\n\rb", 4));
    shown();
    modes(oflag, ONLRET, OLCUC);
    MUST(write(slave, "aBc\344", 4));
    shown();
    modes(oflag, OLCUC, XTABS);
    MUST(write(slave, "\r\tab\tc\b\t|", 9));
    shown();
    modes(oflag, OPOST, ONLCR | OLCUC);
    MUST(write(slave, "a\n\t", 3));
    shown();
}

CASE(columns_of_echo_and_output)
{
    open_pair();
    modes(oflag, 0, XTABS);
    type("ab");
    MUST(write(slave, "c\td", 3));
    shown();
    MUST(write(slave, "\n\001\033[m\tx", 7));
    shown();
}

CASE(columns_of_utf8)
{
    open_pair();
    modes(oflag, 0, XTABS);
    modes(iflag, 0, IUTF8);
    MUST(write(slave, "\303\244\342\202\254\tx\n", 8));
    shown();
    modes(iflag, IUTF8, 0);
    MUST(write(slave, "\303\244\342\202\254\tx\n", 8));
    shown();
}

CASE(stop_and_start)
{
    open_pair();
    nonblocking(slave, true);
    type("\023");
    SHOW(write(slave, "x", 1));
    show_poll("slave", slave);
    type("abc");
    shown();
    type("\021");
    shown();
    SHOW(write(slave, "y", 1));
    shown();
    got(100);
}

CASE(any_starts)
{
    open_pair();
    modes(iflag, 0, IXANY);
    nonblocking(slave, true);
    type("\023");
    SHOW(write(slave, "x", 1));
    type("a");
    SHOW(write(slave, "y", 1));
    shown();
}

CASE(signal_starts)
{
    open_pair();
    nonblocking(slave, true);
    type("\023");
    SHOW(write(slave, "x", 1));
    type("\003");
    SHOW(write(slave, "y", 1));
    shown();
}

CASE(no_flow_characters)
{
    open_pair();
    modes(iflag, IXON, 0);
    type("a\023\021b\n");
    got(100);
    shown();
}

CASE(mode_without_flow_starts)
{
    open_pair();
    nonblocking(slave, true);
    type("\023");
    modes(iflag, IXON, 0);
    SHOW(write(slave, "y", 1));
    shown();
}

CASE(key_does_not_start_what_call_stopped)
{
    open_pair();
    nonblocking(slave, true);
    SHOW(tcflow(slave, TCOOFF));
    type("\021");
    SHOW(write(slave, "x", 1));
    SHOW(tcflow(slave, TCOON));
    SHOW(write(slave, "y", 1));
    shown();
}

CASE(writer_waits_for_start)
{
    pid_t writer;

    open_pair();
    type("\023");
    writer = SPAWN(SHOW(write(slave, "stopped", 7)));
    nap_ms(50);
    shown();
    type("\021");
    show_end("the writer", writer);
    shown();
}

CASE(flags_kept)
{
    struct termios termios, seen;

    open_pair();
    MUST(ioctl(slave, TCGETS, &termios));
    termios.c_iflag = IGNBRK | BRKINT | IGNPAR | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL |
                      IUCLC | IXON | IXANY | IMAXBEL | IUTF8;
    termios.c_oflag = OPOST | OLCUC | ONLCR | OCRNL | ONOCR | ONLRET | OFILL | OFDEL | NLDLY |
                      CRDLY | TABDLY | BSDLY | VTDLY | FFDLY;
    termios.c_lflag = ISIG | ICANON | XCASE | ECHO | ECHOE | ECHOK | ECHONL | NOFLSH | TOSTOP |
                      ECHOCTL | ECHOKE | FLUSHO | PENDIN | IEXTEN;
    for (int i = 0; i < 19; i++)
        termios.c_cc[i] = (cc_t)(100 + i);
    MUST(ioctl(slave, TCSETS, &termios));
    MUST(ioctl(slave, TCGETS, &seen));
    say("%o %o %o", seen.c_iflag, seen.c_oflag, seen.c_lflag);
    HOLDS(memcmp(seen.c_cc, termios.c_cc, 19) == 0);
}

CASE(old_requests)
{
    struct {
        unsigned short iflag, oflag, cflag, lflag;
        unsigned char line, cc[8];
    } termio = {0};
    struct termios termios;

    open_pair();
    SHOW(ioctl(slave, TCGETA, &termio));
    say("%o %o %o %o", termio.iflag, termio.oflag, termio.cflag, termio.lflag);
    termio.lflag &= (unsigned short)~ECHO;
    termio.cc[VERASE] = '#';
    SHOW(ioctl(slave, TCSETA, &termio));
    MUST(ioctl(slave, TCGETS, &termios));
    say("%o %o", termios.c_lflag, termios.c_cc[VERASE]);
    SHOW(ioctl(slave, TCSETAW, &termio));
    type("gone\n");
    SHOW(ioctl(slave, TCSETAF, &termio));
    got(10);
}

CASE(discipline)
{
    int number = -1;

    open_pair();
    SHOW(ioctl(slave, TIOCGETD, &number));
    VALUE(number);
    SHOW(ioctl(slave, TIOCSETD, &number));
    number = 99;
    SHOW(ioctl(slave, TIOCSETD, &number));
}
