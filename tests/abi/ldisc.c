/*
 * The line discipline: lines, editing, echo, signals' characters (termios(3), POSIX "General
 * Terminal Interface"). Bytes that pass raw, output and flow are in ldiscraw.c.
 */
#include "tests/abi/pty.h"

CASE(line)
{
    open_pair();
    type("hello");
    got(100);
    type(" world\n");
    got(100);
    shown();
}

CASE(lines_one_by_one)
{
    open_pair();
    type("one\ntwo\nthr");
    got(100);
    got(100);
    got(100);
    type("ee\n");
    got(100);
}

CASE(line_in_pieces)
{
    open_pair();
    type("abcdef\nxyz\n");
    got(2);
    got(1);
    got(100);
    got(4);
    got(100);
}

CASE(end_of_file)
{
    open_pair();
    type("\004");
    got(100);
    type("abc\004");
    got(100);
    got(100);
    type("abc\004\004");
    got(100);
    got(100);
    got(100);
    shown();
}

CASE(end_of_file_behind_what_was_asked)
{
    open_pair();
    type("abc\004def\n");
    got(3);
    got(100);
}

CASE(end_of_line_characters)
{
    open_pair();
    key(VEOL, ';');
    key(VEOL2, '.');
    type("a;b.c\n");
    got(100);
    got(100);
    got(100);
    shown();
    modes(lflag, IEXTEN, 0);
    type("a;b.c\n");
    got(100);
    got(100);
    shown();
}

CASE(erase)
{
    open_pair();
    type("abc\177\177d\n");
    got(100);
    shown();
    type("\177\177x\n");
    got(100);
    shown();
}

CASE(erase_without_echoe)
{
    open_pair();
    modes(lflag, ECHOE, 0);
    type("abc\177d\n");
    got(100);
    shown();
}

CASE(erase_silently)
{
    open_pair();
    modes(lflag, ECHO, 0);
    type("abc\177d\n");
    got(100);
    shown();
}

CASE(erase_tab)
{
    open_pair();
    type("ab\tc\177\177d\n");
    got(100);
    shown();
}

CASE(erase_tab_behind_prompt)
{
    open_pair();
    MUST(write(slave, "prompt> ", 8));
    type("a\t\177\n");
    got(100);
    shown();
}

CASE(erase_control)
{
    open_pair();
    type("a\001\177b\n");
    got(100);
    shown();
    modes(lflag, ECHOCTL, 0);
    type("a\001\177b\n");
    got(100);
    shown();
}

CASE(erase_not_beyond_line)
{
    open_pair();
    type("abc\n\177\177d\n");
    got(100);
    got(100);
    shown();
}

CASE(erase_utf8)
{
    open_pair();
    modes(iflag, 0, IUTF8);
    type("a\303\244\342\202\254\177\177b\n");
    got(100);
    shown();
    modes(iflag, IUTF8, 0);
    type("\303\244\177b\n");
    got(100);
    shown();
}

CASE(erase_utf8_rest_only)
{
    open_pair();
    modes(iflag, 0, IUTF8);
    type("\244\244\177b\n");
    got(100);
    shown();
}

CASE(kill_line)
{
    open_pair();
    type("abc\tdef\025x\n");
    got(100);
    shown();
    modes(lflag, ECHOKE, 0);
    type("abc\025x\n");
    got(100);
    shown();
    modes(lflag, ECHOK, 0);
    type("abc\025x\n");
    got(100);
    shown();
    modes(lflag, ECHO, 0);
    type("abc\025x\n");
    got(100);
    shown();
}

CASE(erase_word)
{
    open_pair();
    type("one two  \027x\n");
    got(100);
    shown();
    type("a.b-c_d\027\027x\n");
    got(100);
    shown();
    modes(lflag, IEXTEN, 0);
    type("ab\027\n");
    got(100);
    shown();
}

CASE(reprint)
{
    open_pair();
    type("ab\001c\022d\n");
    got(100);
    shown();
    modes(lflag, ECHO, 0);
    type("ab\022c\n");
    got(100);
    shown();
}

CASE(reprint_then_erase)
{
    open_pair();
    MUST(write(slave, "> ", 2));
    type("a\tb\022\177\177\n");
    got(100);
    shown();
}

CASE(literal_next)
{
    open_pair();
    type("a\026\003\026\177\026\nb\n");
    got(100);
    shown();
    type("\026\004x\n");
    got(100);
    shown();
    modes(lflag, IEXTEN, 0);
    type("a\026b\n");
    got(100);
    shown();
}

CASE(literal_next_without_echoctl)
{
    open_pair();
    modes(lflag, ECHOCTL, 0);
    type("\026\001x\n");
    got(100);
    shown();
}

CASE(echo_of_controls)
{
    open_pair();
    type("\001\033\t\177\200\377\n");
    got(100);
    shown();
    modes(lflag, ECHOCTL, 0);
    type("\001\033\t\n");
    got(100);
    shown();
}

CASE(echo_newline_only)
{
    open_pair();
    modes(lflag, ECHO, ECHONL);
    type("abc\n");
    got(100);
    shown();
    modes(lflag, ICANON, ECHONL);
    type("abc\n");
    got(100);
    shown();
}

CASE(echo_end_of_file)
{
    open_pair();
    type("abc\004");
    shown();
    key(VEOF, 'z');
    type("abcz");
    got(100);
    got(100);
    shown();
}

CASE(echo_prt)
{
    struct termios termios;

    open_pair();
    modes(lflag, 0, ECHOPRT);
    MUST(ioctl(slave, TCGETS, &termios));
    HOLDS(termios.c_lflag & ECHOPRT);
    type("abc\177\177x\n");
    got(100);
    shown();
    type("ab\177\n");
    got(100);
    shown();
    type("one two\027x\n");
    got(100);
    shown();
    type("abc\025x\n");
    got(100);
    shown();
    modes(iflag, 0, IUTF8);
    type("a\303\244\177x\n");
    got(100);
    shown();
}

CASE(signals_flush)
{
    open_pair();
    type("line\nabc");
    shown();
    type("\003");
    shown();
    got(100);
    modes(lflag, 0, NOFLSH);
    type("line\nabc");
    shown();
    type("\003");
    shown();
    got(100);
    type("\n");
    got(100);
}

CASE(signal_characters_off)
{
    open_pair();
    modes(lflag, ISIG, 0);
    type("a\003\034\032b\n");
    got(100);
    shown();
    modes(lflag, 0, ISIG);
    key(VINTR, _POSIX_VDISABLE);
    type("a\003b\n");
    got(100);
    type("\001\001");
    key(VINTR, '!');
    type("x!y\n");
    got(100);
    shown();
}

CASE(enter_key)
{
    open_pair();
    type("a\r");
    got(100);
    shown();
    modes(iflag, ICRNL, 0);
    type("a\rb\n");
    got(100);
    shown();
    modes(iflag, 0, IGNCR | ICRNL);
    type("a\rb\n");
    got(100);
    shown();
    modes(iflag, IGNCR | ICRNL, INLCR);
    key(VEOL, '\r');
    type("a\n");
    got(100);
    shown();
    modes(iflag, INLCR, INLCR | ICRNL);
    type("a\r");
    got(100);
    shown();
}

CASE(strip_and_lower)
{
    open_pair();
    modes(iflag, 0, ISTRIP);
    type("\301\342c\n");
    got(100);
    shown();
    modes(iflag, ISTRIP, IUCLC);
    type("ABC def\n");
    got(100);
    shown();
    modes(lflag, IEXTEN, 0);
    type("ABC\n");
    got(100);
    shown();
}

CASE(parity_marks)
{
    open_pair();
    modes(iflag, 0, PARMRK);
    type("a\377b\n");
    got(100);
    shown();
    modes(iflag, 0, ISTRIP);
    type("a\377b\n");
    got(100);
    shown();
}

CASE(special_equal)
{
    open_pair();
    key(VERASE, '#');
    key(VKILL, '#');
    type("abc#x\n");
    got(100);
    key(VERASE, '\003');
    type("ab\003\n");
    got(100);
    shown();
}

CASE(newline_as_special)
{
    open_pair();
    key(VERASE, '\n');
    type("ab\nc\004");
    got(100);
    shown();
}

CASE(mode_change_with_input)
{
    open_pair();
    type("abc");
    modes(lflag, ICANON, 0);
    got(100);
    type("def");
    modes(lflag, 0, ICANON);
    got(100);
    type("gh\nij");
    got(100);
    got(100);
    modes(lflag, ICANON, 0);
    got(2);
    modes(lflag, 0, ICANON);
    got(100);
    type("k\n");
    got(100);
}

CASE(mode_change_with_end_of_file)
{
    open_pair();
    type("abc\004def");
    modes(lflag, ICANON, 0);
    got(100);
}

CASE(change_and_flush)
{
    struct termios termios;

    open_pair();
    type("gone\nalso");
    MUST(ioctl(slave, TCGETS, &termios));
    SHOW(ioctl(slave, TCSETSF, &termios));
    got(100);
    type("x\n");
    got(100);
    shown();
    type("stays\n");
    SHOW(ioctl(slave, TCSETSW, &termios));
    got(100);
    SHOW(ioctl(slave, TCSETS, NULL));
    SHOW(ioctl(slave, TCGETS, NULL));
}

CASE(flush_input)
{
    open_pair();
    type("line\npart");
    SHOW(tcflush(slave, TCIFLUSH));
    type("x\n");
    got(100);
    type("line\n");
    SHOW(tcflush(slave, TCOFLUSH));
    got(100);
}

/* A line longer than the buffer: it can still be ended. */
CASE(endless_line)
{
    static char block[1000];
    char bytes[8192];
    ssize_t count;
    size_t total = 0;

    open_pair();
    modes(lflag, ECHO, 0);
    modes(iflag, IMAXBEL, 0);
    memset(block, 'x', sizeof(block));
    for (int i = 0; i < 6; i++)
        type_bytes(block, sizeof(block));
    type("y\n");
    nonblocking(slave, true);
    while ((count = read(slave, bytes, sizeof(bytes))) > 0) {
        total += (size_t)count;
        HOLDS(bytes[count - 1] == '\n');
        HOLDS(bytes[count - 2] == 'x');
    }
    VALUE(total);
}

CASE(endless_line_rings)
{
    static char block[1000];
    char bytes[8192];
    ssize_t count;
    size_t bells = 0;

    open_pair();
    modes(lflag, ECHO, 0);
    modes(iflag, 0, IMAXBEL);
    memset(block, 'x', sizeof(block));
    for (int i = 0; i < 4; i++)
        type_bytes(block, sizeof(block));
    type_bytes(block, 95);
    shown();
    type_bytes(block, 10);
    while ((count = read(master, bytes, sizeof(bytes))) > 0)
        for (ssize_t i = 0; i < count; i++)
            bells += bytes[i] == '\a';
    HOLDS(bells > 0);
    type("\177\177zz\n");
    nonblocking(slave, true);
    count = read(slave, bytes, sizeof(bytes));
    HOLDS(count > 4000 && bytes[count - 2] == 'z' && bytes[count - 1] == '\n');
}

CASE(many_lines)
{
    char bytes[100];
    size_t typed = 0, lines = 0;
    ssize_t count;

    open_pair();
    modes(lflag, ECHO, 0);
    while (write(master, "0123456789\n", 11) == 11)
        typed++;
    nonblocking(slave, true);
    while (poll_now(slave, POLLIN) & POLLIN) {
        count = read(slave, bytes, sizeof(bytes));
        if (count != 11 || memcmp(bytes, "0123456789\n", 11) != 0)
            break;
        lines++;
    }
    HOLDS(typed > 300);
    HOLDS(lines == typed);
}
