/*
 * Moving bytes in other ways than read and write: preadv(2), preadv2(2), sendfile(2),
 * copy_file_range(2), pipes of packets.
 */
#include "tests/abi/handler.h"

#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#define HIPRI 1
#define DSYNC 2
#define SYNC 4
#define NOWAIT 8
#define APPEND 16

static char first[4], second[8];
static const struct iovec both[] = {{first, 4}, {second, 8}};

/* Musl's preadv2 may not be there. */
static ssize_t read_at(int fd, const struct iovec *iov, int pieces, long offset, int flags)
{
    memset(first, 0, sizeof(first));
    memset(second, 0, sizeof(second));
    return syscall(SYS_preadv2, (long)fd, iov, (long)pieces, offset, 0L, flags);
}

static ssize_t write_at(int fd, const struct iovec *iov, int pieces, long offset, int flags)
{
    return syscall(SYS_pwritev2, (long)fd, iov, (long)pieces, offset, 0L, flags);
}

static ssize_t copy_range(int in, long *in_offset, int out, long *out_offset, size_t size,
                          unsigned flags)
{
    return syscall(SYS_copy_file_range, in, in_offset, out, out_offset, size, flags);
}

static int make(const char *path, const char *text)
{
    make_file(path, text, 0644);
    return (int)MUST(open(path, O_RDWR));
}

static void show_buffers(void)
{
    say("\"%.4s\" \"%.8s\"", first, second);
}

#define POSITION(fd) SHOW(lseek(fd, 0, SEEK_CUR))

CASE(preadv_and_pwritev)
{
    int fd = make("f", "0123456789abcdef");
    struct iovec pieces[] = {{(char *)"XY", 2}, {(char *)"", 0}, {(char *)"Z", 1}};

    SHOW(preadv(fd, both, 2, 2));
    show_buffers();
    SHOW(preadv(fd, both, 2, 14));
    SHOW(preadv(fd, both, 2, 16));
    SHOW(preadv(fd, both, 2, 1000));
    SHOW(pwritev(fd, pieces, 3, 4));
    show_file("f");
    SHOW(pwritev(fd, pieces, 3, 18));
    show_file("f");
    POSITION(fd);
}

CASE(preadv_errors)
{
    int fd = make("f", "0123456789abcdef"), only = (int)MUST(open("f", O_WRONLY)), ends[2];
    struct iovec bad[] = {{(void *)8, 4}, {first, (size_t)-1}};

    MUST(pipe(ends));
    SHOW(preadv(fd, both, 2, -1));
    SHOW(preadv(77, both, 2, -1));
    SHOW(preadv(77, both, 2, 0));
    SHOW(preadv(only, both, 2, 0));
    SHOW(preadv(ends[0], both, 2, 0));
    SHOW(pwritev(ends[1], both, 2, 0));
    SHOW(preadv(fd, both, -1, 0));
    SHOW(preadv(fd, both, 1025, 0));
    SHOW(preadv(fd, both, 0, 0));
    SHOW(preadv(fd, bad, 1, 0));
    SHOW(preadv(fd, bad, 2, 0));
    SHOW(preadv(fd, (void *)8, 1, 0));
    SHOW(preadv((int)MUST(open(".", O_RDONLY)), both, 2, 0));
}

CASE(preadv2_where_the_file_stands)
{
    int fd = make("f", "0123456789abcdef"), ends[2];

    SHOW(read_at(fd, both, 1, -1, 0));
    show_buffers();
    POSITION(fd);
    SHOW(read_at(fd, both, 2, -1, HIPRI));
    show_buffers();
    SHOW(write_at(fd, both, 1, -1, 0));
    POSITION(fd);
    SHOW(read_at(fd, both, 1, -2, 0));
    MUST(pipe(ends));
    SHOW(write_at(ends[1], both, 2, -1, 0));
    SHOW(read_at(ends[0], both, 2, -1, 0));
    SHOW(read_at(ends[0], both, 2, 0, 0));
}

CASE(flags_of_pwritev2)
{
    int fd = make("f", "0123456789");
    struct iovec piece = {(char *)"XY", 2};

    SHOW(write_at(fd, &piece, 1, 1, DSYNC));
    SHOW(write_at(fd, &piece, 1, 4, SYNC | HIPRI));
    show_file("f");
    SHOW(write_at(fd, &piece, 1, 1, APPEND));
    show_file("f");
    POSITION(fd);
    SHOW(write_at(fd, &piece, 1, -1, APPEND));
    show_file("f");
    POSITION(fd);
    SHOW(read_at(fd, both, 1, 0, DSYNC | SYNC));
    SHOW(write_at(fd, &piece, 1, 0, 0x40000000));
    SHOW(read_at(fd, both, 1, 0, 0x40000000));
    SHOW(write_at(fd, &piece, 0, 0, 0x40000000));
}

CASE(without_waiting)
{
    static char block[65536];
    struct iovec large = {block, sizeof(block)}, piece = {(char *)"XY", 2};
    int ends[2];

    MUST(pipe(ends));
    SHOW(read_at(ends[0], both, 1, -1, NOWAIT));
    SHOW(write_at(ends[1], &piece, 1, -1, NOWAIT));
    SHOW(read_at(ends[0], both, 1, -1, NOWAIT));
    SHOW(write_at(ends[1], &large, 1, -1, NOWAIT));
    SHOW(write_at(ends[1], &piece, 1, -1, NOWAIT));
}

CASE(sendfile_from_files)
{
    int in = make("in", "0123456789abcdef"), out = (int)MUST(open("out", O_RDWR | O_CREAT, 0644));
    long offset = 10;

    SHOW(sendfile(out, in, NULL, 4));
    POSITION(in);
    POSITION(out);
    SHOW(sendfile(out, in, &offset, 4));
    VALUE(offset);
    POSITION(in);
    show_file("out");
    SHOW(sendfile(out, in, &offset, 100));
    SHOW(sendfile(out, in, &offset, 100));
    SHOW(sendfile(out, in, NULL, 0));
    show_file("out");
}

CASE(sendfile_to_and_from_others)
{
    int in = make("in", "0123456789abcdef"), ends[2], zero, null, out, directory;
    char text[8];
    long offset = -1, none = 0;

    MUST(pipe(ends));
    zero = (int)MUST(open("/dev/zero", O_RDWR));
    null = (int)MUST(open("/dev/null", O_RDWR));
    directory = (int)MUST(open(".", O_RDONLY));
    out = (int)MUST(open("out", O_RDWR | O_CREAT | O_APPEND, 0644));
    SHOW(sendfile(ends[1], in, NULL, 8));
    SHOW(read(ends[0], text, 8));
    SHOW(sendfile(null, in, NULL, 8));
    SHOW(sendfile(ends[1], zero, NULL, 8));
    SHOW(read(ends[0], text, 8));
    SHOW(sendfile(ends[1], in, &offset, 8));
    SHOW(sendfile(out, in, NULL, 8));
    SHOW(sendfile(null, ends[0], NULL, 8));
    SHOW(sendfile(null, ends[0], &none, 8));
    SHOW(sendfile(null, directory, NULL, 8));
    SHOW(sendfile(null, 77, NULL, 8));
    SHOW(sendfile(77, in, NULL, 8));
    SHOW(sendfile(ends[0], in, NULL, 8));
    SHOW(sendfile(null, ends[1], NULL, 8));
    SHOW(sendfile(null, in, (void *)8, 8));
}

CASE(copy_file_range_moves)
{
    int in = make("in", "0123456789abcdef"), out = make("out", "ABCDEFGHIJ");
    long from = 2, to = 4;

    SHOW(copy_range(in, NULL, out, NULL, 3, 0));
    POSITION(in);
    POSITION(out);
    show_file("out");
    SHOW(copy_range(in, &from, out, &to, 4, 0));
    VALUE(from);
    VALUE(to);
    POSITION(in);
    POSITION(out);
    show_file("out");
    to = 20;
    SHOW(copy_range(in, &from, out, &to, 100, 0));
    VALUE(from);
    show_file("out");
    SHOW(copy_range(in, &from, out, &to, 100, 0));
    SHOW(copy_range(in, NULL, out, NULL, 0, 0));
}

CASE(copy_file_range_within_a_file)
{
    int fd = make("f", "0123456789"), other = (int)MUST(open("f", O_RDWR));
    long from = 0, to = 5;

    SHOW(copy_range(fd, &from, fd, &to, 5, 0));
    show_file("f");
    from = 0;
    to = 4;
    SHOW(copy_range(fd, &from, other, &to, 5, 0));
    from = 4;
    to = 0;
    SHOW(copy_range(fd, &from, other, &to, 5, 0));
    from = 8;
    to = 10;
    SHOW(copy_range(fd, &from, other, &to, 5, 0));
    show_file("f");
}

CASE(copy_file_range_errors)
{
    int in = make("in", "0123456789"), out = make("out", ""), ends[2], directory, append, only;
    long negative = -1, big = INT64_MAX, zero = 0;

    MUST(pipe(ends));
    directory = (int)MUST(open(".", O_RDONLY));
    append = (int)MUST(open("out", O_WRONLY | O_APPEND));
    only = (int)MUST(open("out", O_WRONLY));
    SHOW(copy_range(in, NULL, out, NULL, 5, 1));
    SHOW(copy_range(77, NULL, out, NULL, 5, 0));
    SHOW(copy_range(in, NULL, 77, NULL, 5, 0));
    SHOW(copy_range(only, NULL, out, NULL, 5, 0));
    SHOW(copy_range(in, NULL, directory, NULL, 5, 0));
    SHOW(copy_range(directory, NULL, out, NULL, 5, 0));
    SHOW(copy_range(ends[0], NULL, out, NULL, 5, 0));
    SHOW(copy_range(in, NULL, ends[1], NULL, 5, 0));
    SHOW(copy_range(in, NULL, append, NULL, 5, 0));
    SHOW(copy_range(in, &negative, out, NULL, 5, 0));
    SHOW(copy_range(in, NULL, out, &negative, 5, 0));
    SHOW(copy_range(in, &big, out, &zero, 5, 0));
    SHOW(copy_range(in, &zero, out, &big, 5, 0));
    SHOW(copy_range(in, (void *)8, out, NULL, 5, 0));
    SHOW(copy_range(in, NULL, out, (void *)8, 5, 0));
}

CASE(packets)
{
    char text[32];
    int ends[2];

    SHOW(pipe2(ends, O_DIRECT | O_NONBLOCK));
    HOLDS(fcntl(ends[1], F_GETFL) == (O_WRONLY | O_DIRECT | O_NONBLOCK));
    SHOW(write(ends[1], "abc", 3));
    SHOW(write(ends[1], "defgh", 5));
    SHOW(write(ends[1], "ij", 2));
    SHOW(write(ends[1], "", 0));
    SHOW(read(ends[0], text, sizeof(text)));
    SHOW(read(ends[0], text, 2));
    SHOW(read(ends[0], text, sizeof(text)));
    SHOW(read(ends[0], text, sizeof(text)));
    SHOW(fcntl(ends[1], F_SETFL, O_NONBLOCK));
    SHOW(write(ends[1], "abc", 3));
    SHOW(write(ends[1], "def", 3));
    SHOW(read(ends[0], text, sizeof(text)));
    SHOW(fcntl(ends[1], F_SETFL, O_NONBLOCK | O_DIRECT));
    SHOW(write(ends[1], "abc", 3));
    SHOW(write(ends[1], "def", 3));
    SHOW(read(ends[0], text, sizeof(text)));
    SHOW(fcntl(make("f", ""), F_SETFL, O_NONBLOCK));
}

CASE(large_packets)
{
    static char block[100000];
    struct iovec pieces[] = {{block, 3}, {block, 4}};
    int ends[2], bytes;

    MUST(pipe2(ends, O_DIRECT | O_NONBLOCK));
    SHOW(write(ends[1], block, 5000));
    SHOW(ioctl(ends[0], FIONREAD, &bytes));
    VALUE(bytes);
    SHOW(read(ends[0], block, sizeof(block)));
    SHOW(read(ends[0], block, sizeof(block)));
    SHOW(writev(ends[1], pieces, 2));
    SHOW(read(ends[0], block, sizeof(block)));
    for (int i = 0; i < 16; i++)
        MUST(write(ends[1], block, 1));
    SHOW(write(ends[1], block, 1));
}
