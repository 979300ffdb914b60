/*
 * Pseudo-terminals: pty(7), pts(4), ioctl_tty(2). What closing an end does is tested in ptyclose.c,
 * the line discipline between the ends in ldisc.c, sessions in job.c.
 */
#include "tests/abi/pty.h"

#include <sys/sysmacros.h>

CASE(open_master)
{
    struct stat st;
    int fd, number = -1;

    SHOW(stat("/dev/ptmx", &st));
    VALUE(major(st.st_rdev));
    VALUE(minor(st.st_rdev));
    fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    HOLDS(fd >= 0);
    SHOW(ioctl(fd, TIOCGPTN, &number));
    VALUE(number);
    SHOW(isatty(fd));
    SHOW(close(fd));
}

/* Which terminal it is: a master tells its slave's. */
CASE(device_number)
{
    unsigned number = 0;
    struct stat st;

    open_pair();
    MUST(fstat(slave, &st));
    SHOW(ioctl(slave, TIOCGDEV, &number));
    HOLDS(number == st.st_rdev);
    SHOW(ioctl(master, TIOCGDEV, &number));
    HOLDS(number == st.st_rdev);
    SHOW(ioctl(0, TIOCGDEV, &number));
    SHOW(ioctl(slave, TIOCGDEV, NULL));
}

CASE(numbers_lowest_first)
{
    int a = open_master(), b = open_master(), number;

    MUST(ioctl(a, TIOCGPTN, &number));
    VALUE(number);
    MUST(ioctl(b, TIOCGPTN, &number));
    VALUE(number);
    MUST(close(a));
    a = open_master();
    MUST(ioctl(a, TIOCGPTN, &number));
    VALUE(number);
}

CASE(node)
{
    struct stat st;
    int fd = open_master();
    const char *name = slave_name(fd);

    SHOW(stat(name, &st));
    VALUE(S_ISCHR(st.st_mode));
    VALUE(major(st.st_rdev));
    VALUE(minor(st.st_rdev));
    VALUE(st.st_uid);
    VALUE(st.st_nlink);
    VALUE(st.st_mode & 0777);
    SHOW(chmod(name, 0640));
    SHOW(chown(name, 5, 6));
    MUST(stat(name, &st));
    VALUE(st.st_mode & 0777);
    VALUE(st.st_uid);
    VALUE(st.st_gid);
    MUST(close(fd));
    SHOW(stat(name, &st));
}

CASE(node_of_user)
{
    struct stat st;
    int fd;

    MUST(setresuid(1000, 1000, 1000));
    fd = open_master();
    MUST(stat(slave_name(fd), &st));
    VALUE(st.st_uid);
    SHOW(open(slave_name(fd), O_RDWR | O_NOCTTY) < 0);
}

CASE(devpts)
{
    struct stat st;

    MUST(stat("/dev/pts", &st));
    VALUE(st.st_mode & 07777);
    VALUE(st.st_nlink);
    SHOW(mkdir("/dev/pts/d", 0777));
    SHOW(open("/dev/pts/f", O_CREAT | O_RDWR, 0666));
    SHOW(open("/dev/pts/99", O_RDWR));
    SHOW(stat("/dev/pts/ptmx", &st));
    VALUE(major(st.st_rdev));
    VALUE(minor(st.st_rdev));
}

CASE(unlink_node)
{
    int fd = open_master();

    SHOW(unlink(slave_name(fd)));
    SHOW(rename(slave_name(fd), "/dev/pts/other"));
}

CASE(master_in_devpts)
{
    int fd = (int)MUST(open("/dev/pts/ptmx", O_RDWR | O_NOCTTY));
    int unlocked = 0, peer;

    MUST(ioctl(fd, TIOCSPTLCK, &unlocked));
    SHOW(access(slave_name(fd), F_OK));
    SHOW((peer = ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY)) < 0);
    SHOW(isatty(peer));
}

CASE(lock)
{
    int fd = (int)MUST(open("/dev/ptmx", O_RDWR | O_NOCTTY));
    int locked = -1;

    SHOW(ioctl(fd, TIOCGPTLCK, &locked));
    VALUE(locked);
    SHOW(open(slave_name(fd), O_RDWR | O_NOCTTY));
    locked = 0;
    SHOW(ioctl(fd, TIOCSPTLCK, &locked));
    SHOW((slave = open(slave_name(fd), O_RDWR | O_NOCTTY)) < 0);
    locked = 77;
    SHOW(ioctl(fd, TIOCSPTLCK, &locked));
    SHOW(ioctl(fd, TIOCGPTLCK, &locked));
    VALUE(locked);
    SHOW(open(slave_name(fd), O_RDWR | O_NOCTTY));
    SHOW(ioctl(fd, TIOCSPTLCK, NULL));
    SHOW(ioctl(slave, TIOCSPTLCK, &locked));
    SHOW(ioctl(slave, TIOCGPTN, &locked));
}

CASE(peer)
{
    struct stat st;
    int peer;

    master = open_master();
    SHOW((peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0);
    SHOW(fcntl(peer, F_GETFD));
    SHOW(fcntl(peer, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
    MUST(fstat(peer, &st));
    VALUE(major(st.st_rdev));
    SHOW(write(peer, "hello", 5));
    nonblocking(master, true);
    shown();
    SHOW((peer = ioctl(master, TIOCGPTPEER, O_RDONLY | O_NOCTTY | O_NONBLOCK)) < 0);
    SHOW(fcntl(peer, F_GETFD));
    SHOW(fcntl(peer, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
    SHOW(write(peer, "hello", 5));
    SHOW(ioctl(peer, TIOCGPTPEER, O_RDWR));
}

CASE(peer_while_locked)
{
    int fd = (int)MUST(open("/dev/ptmx", O_RDWR | O_NOCTTY));

    SHOW(ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY));
}

CASE(bytes_through)
{
    open_pair();
    raw(1, 0);
    SHOW(write(master, "in\n", 3));
    got(100);
    SHOW(write(slave, "out\n", 4));
    shown();
}

CASE(first_modes)
{
    struct termios termios;

    open_pair();
    SHOW(ioctl(slave, TCGETS, &termios));
    say("%o %o %o %o %d", termios.c_iflag, termios.c_oflag, termios.c_cflag, termios.c_lflag,
        termios.c_line);
    for (int i = 0; i < 17; i++)
        say("c_cc[%d] %o", i, termios.c_cc[i]);
}

CASE(modes_by_master)
{
    struct termios termios, seen;

    open_pair();
    MUST(ioctl(master, TCGETS, &termios));
    termios.c_lflag &= ~ECHO;
    SHOW(ioctl(master, TCSETS, &termios));
    MUST(ioctl(slave, TCGETS, &seen));
    VALUE(seen.c_lflag & ECHO);
    type("quiet\n");
    shown();
    got(100);
}

CASE(line_speed_is_kept)
{
    struct termios termios;

    open_pair();
    MUST(ioctl(slave, TCGETS, &termios));
    termios.c_cflag = B9600 | CS7 | PARENB | CSTOPB;
    SHOW(ioctl(slave, TCSETS, &termios));
    MUST(ioctl(slave, TCGETS, &termios));
    say("%o", termios.c_cflag);
}

CASE(window_size)
{
    struct winsize size = {1, 2, 3, 4};

    open_pair();
    SHOW(ioctl(slave, TIOCGWINSZ, &size));
    say("%d %d %d %d", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
    size = (struct winsize){24, 80, 640, 480};
    SHOW(ioctl(master, TIOCSWINSZ, &size));
    size = (struct winsize){0};
    SHOW(ioctl(slave, TIOCGWINSZ, &size));
    say("%d %d %d %d", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
    size.ws_col = 100;
    SHOW(ioctl(slave, TIOCSWINSZ, &size));
    SHOW(ioctl(master, TIOCGWINSZ, &size));
    say("%d %d %d %d", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
    SHOW(ioctl(master, TIOCSWINSZ, NULL));
    SHOW(ioctl(master, TIOCGWINSZ, NULL));
}

CASE(writer_waits_for_room)
{
    static char block[65536];
    size_t total = 0;
    pid_t writer;

    open_pair();
    raw(1, 0);
    nonblocking(master, false);
    writer = SPAWN({
        MUST(close(master));
        SHOW(write(slave, block, sizeof(block)));
    });
    while (total < sizeof(block))
        total += (size_t)MUST(read(master, block, 1000));
    show_end("the writer", writer);
    VALUE(total);
}

CASE(typist_waits_for_room)
{
    static char block[65536];
    size_t total = 0;
    pid_t writer;

    open_pair();
    raw(1, 0);
    nonblocking(master, false);
    writer = SPAWN({
        MUST(close(slave));
        SHOW(write(master, block, sizeof(block)));
    });
    while (total < sizeof(block))
        total += (size_t)MUST(read(slave, block, 1000));
    show_end("the writer", writer);
    VALUE(total);
}

/* Writes until neither write nor poll see room any more; Linux moves some of it on late. */
static void fill_up(int fd)
{
    static char block[4096];
    ssize_t count;
    size_t total = 0;

    do
        while ((count = write(fd, block, sizeof(block))) > 0)
            total += (size_t)count;
    while (poll_now(fd, POLLOUT) & POLLOUT);
    show_value("write", count);
    HOLDS(total >= 4096 && total <= 262144);
}

CASE(full_without_waiting)
{
    static char block[4096];

    open_pair();
    raw(1, 0);
    nonblocking(slave, true);
    fill_up(slave);
    fill_up(master);
    poll_now(slave, POLLIN);
    while (read(slave, block, sizeof(block)) > 0 || poll_now(slave, POLLIN) & POLLIN)
        continue;
    HOLDS(poll_now(master, POLLOUT) & POLLOUT);
}

CASE(read_without_waiting)
{
    char byte;

    open_pair();
    SHOW(read(master, &byte, 1));
    nonblocking(slave, true);
    SHOW(read(slave, &byte, 1));
    SHOW(read(slave, &byte, 0));
    SHOW(read(slave, NULL, 10));
    type("x\n");
    SHOW(read(slave, (void *)1, 10));
    SHOW(write(slave, (void *)1, 10));
    SHOW(write(master, (void *)1, 10));
    SHOW(write(master, "", 0));
    SHOW(lseek(master, 0, SEEK_SET));
    SHOW(lseek(slave, 0, SEEK_CUR));
    SHOW(pread(slave, &byte, 1, 0));
}

CASE(polls)
{
    open_pair();
    show_poll("slave", slave);
    show_poll("master", master);
    type("no line yet");
    show_poll("slave", slave);
    show_poll("master", master);
    type("\n");
    show_poll("slave", slave);
    got(100);
    show_poll("slave", slave);
    shown();
    show_poll("master", master);
}

CASE(read_only_slave)
{
    open_pair();
    MUST(close(slave));
    slave = open_slave(master, O_RDONLY);
    SHOW(write(slave, "x", 1));
    MUST(close(slave));
    slave = open_slave(master, O_WRONLY);
    SHOW(read(slave, NULL, 1));
    SHOW(write(slave, "x", 1));
    shown();
}

CASE(queues)
{
    int count;

    open_pair();
    SHOW(ioctl(slave, FIONREAD, &count));
    VALUE(count);
    type("abc");
    SHOW(ioctl(slave, FIONREAD, &count));
    VALUE(count);
    type("\nde");
    SHOW(ioctl(slave, FIONREAD, &count));
    VALUE(count);
    poll_now(master, POLLIN);
    SHOW(ioctl(master, FIONREAD, &count));
    VALUE(count);
    SHOW(ioctl(slave, TIOCOUTQ, &count));
    VALUE(count);
    SHOW(ioctl(master, TIOCOUTQ, &count));
    VALUE(count);
}

CASE(flush_by_master)
{
    open_pair();
    type("line\n");
    poll_now(master, POLLIN);
    SHOW(ioctl(master, TCFLSH, TCIFLUSH));
    shown();
    got(100);
}

CASE(packets)
{
    int on = 1;

    open_pair();
    SHOW(ioctl(slave, TIOCPKT, &on));
    SHOW(ioctl(master, TIOCPKT, &on));
    on = 7;
    SHOW(ioctl(master, TIOCGPKT, &on));
    VALUE(on);
    show_read("master", master, 100);
    MUST(write(slave, "data", 4));
    show_read("master", master, 100);
    MUST(write(slave, "data", 4));
    show_read("master", master, 1);
    show_read("master", master, 3);
    show_read("master", master, 100);
    SHOW(tcflow(slave, TCOOFF));
    show_poll("master", master);
    show_read("master", master, 100);
    SHOW(tcflow(slave, TCOON));
    show_read("master", master, 100);
    SHOW(tcflush(slave, TCIFLUSH));
    show_read("master", master, 100);
    SHOW(tcflush(slave, TCIOFLUSH));
    show_read("master", master, 100);
    modes(iflag, IXON, 0);
    show_read("master", master, 100);
    modes(iflag, 0, IXON);
    show_read("master", master, 100);
    show_read("master", master, 100);
    on = 0;
    SHOW(ioctl(master, TIOCPKT, &on));
    MUST(write(slave, "data", 4));
    show_read("master", master, 100);
    SHOW(ioctl(master, TIOCPKT, NULL));
}

CASE(packets_of_keys)
{
    int on = 1;

    open_pair();
    MUST(ioctl(master, TIOCPKT, &on));
    type("\023");
    show_read("master", master, 100);
    type("\021");
    show_read("master", master, 100);
    type("abc\003");
    show_read("master", master, 100);
    show_read("master", master, 100);
}

CASE(flow_stops_output)
{
    open_pair();
    SHOW(tcflow(slave, TCOOFF));
    nonblocking(slave, true);
    SHOW(write(slave, "x", 1));
    SHOW(tcflow(slave, TCOON));
    SHOW(write(slave, "y", 1));
    shown();
}

CASE(flow_characters)
{
    open_pair();
    SHOW(tcflow(slave, TCIOFF));
    shown();
    SHOW(tcflow(slave, TCION));
    shown();
    SHOW(tcflow(slave, 9));
    SHOW(tcflush(slave, 9));
}

CASE(drain)
{
    struct termios termios;

    open_pair();
    MUST(write(slave, "unread", 6));
    SHOW(tcdrain(slave));
    MUST(ioctl(slave, TCGETS, &termios));
    SHOW(ioctl(slave, TCSETSW, &termios));
    shown();
}

CASE(breaks)
{
    open_pair();
    SHOW(tcsendbreak(slave, 0));
    SHOW(ioctl(slave, TCSBRKP, 0));
    SHOW(ioctl(master, TCSBRK, 0));
    got(10);
}

CASE(unknown_request)
{
    open_pair();
    SHOW(ioctl(slave, 0x5499, 0));
    SHOW(ioctl(master, 0x5499, 0));
    SHOW(ioctl(slave, TIOCMGET, 0));
}

CASE(signal_by_master)
{
    open_pair();
    SHOW(ioctl(master, TIOCSIG, SIGTERM));
    SHOW(ioctl(master, TIOCSIG, SIGINT));
    SHOW(ioctl(slave, TIOCSIG, SIGINT));
}

CASE(many)
{
    int fds[100], number;

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        fds[i] = open_master();
    MUST(ioctl(fds[99], TIOCGPTN, &number));
    HOLDS(number >= 99);
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        MUST(close(fds[i]));
    SHOW(access("/dev/pts/50", F_OK));
}

CASE(fork_shares)
{
    open_pair();
    IN_CHILD("writer", MUST(write(slave, "from the child", 14)));
    shown();
}
