/*
 * What the tests of terminals share: a pseudo-terminal whose two ends the case holds, typing at it
 * and showing what comes out.
 *
 * Linux moves bytes between the ends in a thread of the kernel; poll waits for that. So after
 * `type` has polled, what was typed has been edited and echoed, and reading without waiting gives
 * the same each time.
 */
#ifndef LIMEN_TESTS_PTY_H
#define LIMEN_TESTS_PTY_H

#include "tests/abi/abi.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

static int master = -1, slave = -1;

/* Bytes as text: a C string without its quotes. */
static ABI_UNUSED const char *escaped(const char *bytes, size_t count)
{
    static char text[4 * 220];
    char *to = text;

    if (count > 200)
        count = 200;
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte == '\n')
            to += sprintf(to, "\\n");
        else if (byte == '\r')
            to += sprintf(to, "\\r");
        else if (byte == '\t')
            to += sprintf(to, "\\t");
        else if (byte == '\b')
            to += sprintf(to, "\\b");
        else if (byte < ' ' || byte > '~' || byte == '\\')
            to += sprintf(to, "\\%03o", byte);
        else
            *to++ = (char)byte;
    }
    *to = '\0';
    return text;
}

static ABI_UNUSED void nonblocking(int fd, bool on)
{
    int flags = (int)MUST(fcntl(fd, F_GETFL));

    MUST(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

static ABI_UNUSED int open_master(void)
{
    int fd = (int)MUST(open("/dev/ptmx", O_RDWR | O_NOCTTY));
    int unlocked = 0;

    MUST(ioctl(fd, TIOCSPTLCK, &unlocked));
    return fd;
}

static ABI_UNUSED const char *slave_name(int fd)
{
    static char name[32];
    int number;

    MUST(ioctl(fd, TIOCGPTN, &number));
    snprintf(name, sizeof(name), "/dev/pts/%d", number);
    return name;
}

static ABI_UNUSED int open_slave(int fd, int flags)
{
    return (int)MUST(open(slave_name(fd), flags | O_NOCTTY));
}

/* Opens both ends; the master doesn't wait. */
static ABI_UNUSED void open_pair(void)
{
    master = open_master();
    slave = open_slave(master, O_RDWR);
    nonblocking(master, true);
}

/* What poll says at once, and waits on Linux until bytes under way have come. */
static ABI_UNUSED int poll_now(int fd, short events)
{
    struct pollfd item = {.fd = fd, .events = events};

    while (poll(&item, 1, 0) < 0)
        if (errno != EINTR)
            MUST(-1);
    return item.revents;
}

static ABI_UNUSED void show_poll(const char *what, int fd)
{
    int events = poll_now(fd, POLLIN | POLLPRI | POLLOUT);

    say("%s:%s%s%s%s%s%s", what, events & POLLIN ? " in" : "", events & POLLPRI ? " pri" : "",
        events & POLLOUT ? " out" : "", events & POLLERR ? " err" : "",
        events & POLLHUP ? " hup" : "", events & POLLNVAL ? " nval" : "");
}

/* Types bytes at the terminal, and waits until they have been taken. */
static ABI_UNUSED void type_bytes(const char *bytes, size_t count)
{
    bool poll_waits = !(poll_now(slave, POLLIN) & POLLIN);
    ssize_t taken = write(master, bytes, count);

    if (taken != (ssize_t)count)
        say("typing %zu bytes: %zd %s", count, taken, taken < 0 ? errno_name(errno) : "");
    if (!poll_waits)
        nap_ms(30); /* what is to be read already is enough for Linux's poll */
    poll_now(slave, POLLIN);
}

static ABI_UNUSED void type(const char *text)
{
    type_bytes(text, strlen(text));
}

/* Shows what one read that doesn't wait gives. */
static ABI_UNUSED void show_read(const char *what, int fd, size_t count)
{
    char bytes[8192];
    int flags = (int)MUST(fcntl(fd, F_GETFL));
    ssize_t got;

    poll_now(fd, POLLIN);
    nonblocking(fd, true);
    got = read(fd, bytes, count);
    MUST(fcntl(fd, F_SETFL, flags));
    if (got < 0)
        say("%s: %s", what, errno_name(errno));
    else
        say("%s: %zd \"%s\"", what, got, escaped(bytes, (size_t)got));
}

/* What a program reads with a buffer of `count` bytes. */
static ABI_UNUSED void got(size_t count)
{
    show_read("read", slave, count);
}

/* What the terminal shows: all that waits at the master. */
static ABI_UNUSED void shown(void)
{
    char bytes[8192];
    size_t length = 0;
    ssize_t count;

    poll_now(master, POLLIN);
    while (length < sizeof(bytes) &&
           (count = read(master, bytes + length, sizeof(bytes) - length)) > 0)
        length += (size_t)count;
    say("shown: \"%s\"", escaped(bytes, length));
}

/* Changes modes: clears and sets bits. */
static ABI_UNUSED void modes(unsigned *flags_of(struct termios *), unsigned clear, unsigned set)
{
    struct termios termios;

    MUST(ioctl(slave, TCGETS, &termios));
    *flags_of(&termios) = (*flags_of(&termios) & ~clear) | set;
    MUST(ioctl(slave, TCSETS, &termios));
}

static ABI_UNUSED unsigned *iflag(struct termios *termios)
{
    return &termios->c_iflag;
}

static ABI_UNUSED unsigned *oflag(struct termios *termios)
{
    return &termios->c_oflag;
}

static ABI_UNUSED unsigned *lflag(struct termios *termios)
{
    return &termios->c_lflag;
}

/* Sets one special character. */
static ABI_UNUSED void key(int index, unsigned char byte)
{
    struct termios termios;

    MUST(ioctl(slave, TCGETS, &termios));
    termios.c_cc[index] = byte;
    MUST(ioctl(slave, TCSETS, &termios));
}

/* No line, no echo, no output processing: bytes go through as they are. */
static ABI_UNUSED void raw(unsigned char least, unsigned char tenths)
{
    struct termios termios;

    MUST(ioctl(slave, TCGETS, &termios));
    termios.c_iflag = 0;
    termios.c_oflag = 0;
    termios.c_lflag = 0;
    termios.c_cc[VMIN] = least;
    termios.c_cc[VTIME] = tenths;
    MUST(ioctl(slave, TCSETS, &termios));
}

#endif
