/*
 * Moving bytes through pipes: splice(2), tee(2), vmsplice(2).
 */
#include "tests/abi/handler.h"

#include <sys/ioctl.h>
#include <sys/uio.h>

static int a[2], b[2];

static void make_pipes(int flags)
{
    MUST(pipe2(a, flags));
    MUST(pipe2(b, flags));
}

static void show_pipe(const char *what, int fd)
{
    static char text[300];
    int bytes;
    ssize_t got = 0;

    MUST(ioctl(fd, FIONREAD, &bytes));
    if (bytes > 0)
        got = MUST(read(fd, text, sizeof(text) - 1));
    text[got] = '\0';
    say("%s: %d \"%s\"", what, bytes, text);
}

static int make(const char *path, const char *text)
{
    make_file(path, text, 0644);
    return (int)MUST(open(path, O_RDWR));
}

CASE(arguments)
{
    int fd = make("f", "0123456789"), other = make("g", ""), append;
    long zero = 0, negative = -1;

    make_pipes(0);
    append = (int)MUST(open("g", O_WRONLY | O_APPEND));
    SHOW(splice(fd, NULL, a[1], NULL, 4, 16));
    SHOW(splice(77, NULL, 77, NULL, 0, 0));
    SHOW(splice(77, NULL, 77, NULL, 0, 16));
    SHOW(splice(77, NULL, a[1], NULL, 4, 0));
    SHOW(splice(fd, NULL, 77, NULL, 4, 0));
    SHOW(splice(fd, NULL, other, NULL, 4, 0));
    SHOW(splice(fd, NULL, a[0], NULL, 4, 0));
    SHOW(splice(a[1], NULL, fd, NULL, 4, 0));
    SHOW(splice(a[0], NULL, a[1], NULL, 4, 0));
    SHOW(splice(fd, &zero, a[1], &zero, 4, 0));
    SHOW(splice(a[0], &zero, fd, NULL, 4, 0));
    SHOW(splice(a[0], &zero, b[1], NULL, 4, 0));
    SHOW(splice(fd, &negative, a[1], NULL, 4, 0));
    SHOW(splice(fd, (void *)8, a[1], NULL, 4, 0));
    MUST(write(a[1], "abc", 3));
    SHOW(splice(a[0], NULL, append, NULL, 4, 0));
    SHOW(splice(a[0], NULL, fd, &negative, 4, 0));
    show_pipe("still there", a[0]);
}

CASE(from_a_file)
{
    int fd = make("f", "0123456789");
    long offset = 6;

    make_pipes(0);
    SHOW(splice(fd, NULL, a[1], NULL, 4, 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(splice(fd, &offset, a[1], NULL, 100, 0));
    VALUE(offset);
    SHOW(splice(fd, &offset, a[1], NULL, 100, 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    show_pipe("pipe", a[0]);
}

CASE(to_a_file)
{
    int fd = make("f", "0123456789");
    long offset = 7;

    make_pipes(0);
    MUST(write(a[1], "abcdefgh", 8));
    SHOW(splice(a[0], NULL, fd, NULL, 3, 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(splice(a[0], NULL, fd, &offset, 2, SPLICE_F_MOVE | SPLICE_F_MORE));
    VALUE(offset);
    show_file("f");
    MUST(close(a[1]));
    SHOW(splice(a[0], NULL, fd, NULL, 100, 0));
    SHOW(splice(a[0], NULL, fd, NULL, 100, 0));
    show_file("f");
}

CASE(between_pipes)
{
    make_pipes(0);
    MUST(write(a[1], "abcdefgh", 8));
    SHOW(splice(a[0], NULL, b[1], NULL, 3, 0));
    MUST(write(b[1], "XY", 2));
    MUST(write(a[1], "Z", 1));
    SHOW(splice(a[0], NULL, b[1], NULL, 100, 0));
    show_pipe("b", b[0]);
    show_pipe("a", a[0]);
    MUST(close(a[1]));
    SHOW(splice(a[0], NULL, b[1], NULL, 100, 0));
}

CASE(copied_by_tee)
{
    make_pipes(0);
    MUST(write(a[1], "abcdefgh", 8));
    SHOW(tee(a[0], b[1], 3, 0));
    SHOW(tee(a[0], b[1], 100, 0));
    MUST(write(a[1], "more", 4));
    MUST(write(b[1], "other", 5));
    show_pipe("b", b[0]);
    show_pipe("b", b[0]);
    show_pipe("a", a[0]);
    SHOW(tee(a[0], a[1], 100, 0));
    SHOW(tee(a[0], make("f", ""), 100, 0));
    SHOW(tee(a[0], 77, 100, 0));
    SHOW(tee(a[0], b[1], 0, 0));
    SHOW(tee(a[0], b[1], 100, 32));
    SHOW(tee(a[0], b[1], 100, SPLICE_F_NONBLOCK));
    MUST(close(a[1]));
    SHOW(tee(a[0], b[1], 100, 0));
}

CASE(without_waiting)
{
    static char block[65536];
    int fd = make("f", "0123456789");

    make_pipes(0);
    SHOW(splice(a[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
    SHOW(splice(a[0], NULL, fd, NULL, 10, SPLICE_F_NONBLOCK));
    MUST(write(b[1], block, sizeof(block)));
    SHOW(splice(fd, NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
    SHOW(lseek(fd, 0, SEEK_CUR));
    MUST(write(a[1], "abc", 3));
    SHOW(splice(a[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
    SHOW(tee(a[0], b[1], 10, SPLICE_F_NONBLOCK));
    MUST(fcntl(b[1], F_SETFL, O_NONBLOCK));
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    SHOW(splice(fd, NULL, b[1], NULL, 10, 0));
    show_pipe("a", a[0]);
}

CASE(nobody_reads)
{
    int fd = make("f", "0123456789");

    handle(SIGPIPE, on_signal, 0);
    make_pipes(0);
    MUST(write(a[1], "abc", 3));
    MUST(close(b[0]));
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    VALUE(count);
    SHOW(splice(fd, NULL, b[1], NULL, 10, 0));
    VALUE(count);
    show_pipe("a", a[0]);
}

CASE(waiting)
{
    int fd = make("f", "");
    pid_t pid;

    make_pipes(0);
    pid = SPAWN(nap_ms(30); MUST(write(a[1], "abc", 3)));
    SHOW(splice(a[0], NULL, fd, NULL, 10, 0));
    show_end("writer", pid);
    pid = SPAWN(nap_ms(30); MUST(write(a[1], "def", 3)));
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    show_end("writer", pid);
    show_pipe("b", b[0]);
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    SHOW(splice(a[0], NULL, fd, NULL, 10, 0));
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    SHOW(tee(a[0], b[1], 10, 0));
    end_pester(pid);
}

CASE(much)
{
    static char block[200000], back[200000];
    int in, out = make("out", ""), wrong = 0;
    ssize_t moved, total = 0;
    pid_t pid;

    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)(i * 7 + i / 256);
    in = (int)MUST(open("in", O_RDWR | O_CREAT, 0644));
    MUST(write(in, block, sizeof(block)));
    MUST(lseek(in, 0, SEEK_SET));
    make_pipes(0);
    pid =
        SPAWN(close(a[0]); while ((moved = splice(in, NULL, a[1], NULL, 1 << 20, 0)) > 0) continue);
    MUST(close(a[1]));
    while ((moved = splice(a[0], NULL, out, NULL, 50000, 0)) > 0)
        total += moved;
    show_end("child", pid);
    VALUE(total);
    MUST(pread(out, back, sizeof(back), 0));
    for (size_t i = 0; i < sizeof(block); i++)
        wrong += block[i] != back[i];
    VALUE(wrong);
}

CASE(from_and_to_devices)
{
    int zero = (int)MUST(open("/dev/zero", O_RDWR)), null = (int)MUST(open("/dev/null", O_RDWR));

    make_pipes(0);
    SHOW(splice(zero, NULL, a[1], NULL, 100, 0));
    SHOW(splice(a[0], NULL, null, NULL, 100, 0));
}

CASE(user_memory)
{
    struct iovec pieces[] = {{(char *)"abc", 3}, {(char *)"defgh", 5}};
    char first[2], second[10];
    struct iovec into[] = {{first, 2}, {second, 10}};

    make_pipes(0);
    SHOW(vmsplice(a[1], pieces, 2, 0));
    SHOW(vmsplice(a[0], into, 2, 0));
    say("%.2s %.6s", first, second);
    SHOW(vmsplice(a[0], into, 2, SPLICE_F_NONBLOCK));
    SHOW(vmsplice(a[1], pieces, 0, 0));
    SHOW(vmsplice(a[1], pieces, 2, 16));
    SHOW(vmsplice(77, pieces, 2, 0));
    SHOW(vmsplice(make("f", ""), pieces, 2, 0));
    SHOW(vmsplice(a[1], (void *)8, 2, 0));
    SHOW(vmsplice(a[1], pieces, 1025, 0));
    MUST(close(a[1]));
    SHOW(vmsplice(a[0], into, 2, 0));
}

CASE(user_memory_that_does_not_fit)
{
    static _Alignas(4096) char block[100000];
    struct iovec piece = {block, sizeof(block)};

    make_pipes(0);
    SHOW(vmsplice(a[1], &piece, 1, 0));
    SHOW(vmsplice(a[1], &piece, 1, SPLICE_F_NONBLOCK));
}
