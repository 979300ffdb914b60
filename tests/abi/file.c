/*
 * Open files: open(2), read(2), write(2), lseek(2), pread(2), readv(2), truncate(2), sendfile(2).
 */
#include "tests/abi/abi.h"

#include <limits.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

CASE(open_missing)
{
    SHOW(open("missing", O_RDONLY));
    SHOW(open("missing", O_RDWR | O_TRUNC));
    SHOW(open("", O_RDONLY));
    SHOW(open("missing/below", O_RDONLY | O_CREAT, 0644));
}

CASE(open_lowest_descriptor)
{
    SHOW(open("a", O_RDWR | O_CREAT, 0644));
    SHOW(open("a", O_RDONLY));
    SHOW(close(3));
    SHOW(open("a", O_RDONLY));
    SHOW(close(0));
    SHOW(open("a", O_RDONLY));
}

CASE(open_create_modes)
{
    struct stat st;

    umask(027);
    for (mode_t mode = 0; mode <= 07777; mode += 01111) {
        MUST(close((int)MUST(open("f", O_WRONLY | O_CREAT | O_EXCL, mode))));
        MUST(stat("f", &st));
        say("%04o becomes %04o", mode, st.st_mode & 07777);
        MUST(unlink("f"));
    }
    MUST(close((int)MUST(open("f", O_WRONLY | O_CREAT, 0600))));
    MUST(close((int)MUST(open("f", O_WRONLY | O_CREAT, 0666))));
    MUST(stat("f", &st));
    say("an existing file keeps %04o", st.st_mode & 07777);
}

CASE(open_create_read_only_mode_is_writable_now)
{
    int fd = open("f", O_RDWR | O_CREAT, 0400);

    SHOW(write(fd, "abc", 3));
    SHOW(lseek(fd, 0, SEEK_CUR));
}

CASE(open_excl)
{
    SHOW(open("f", O_CREAT | O_EXCL | O_WRONLY, 0644));
    SHOW(open("f", O_CREAT | O_EXCL | O_WRONLY, 0644));
    SHOW(symlink("nowhere", "link"));
    SHOW(open("link", O_CREAT | O_EXCL | O_WRONLY, 0644));
    SHOW(open("link", O_CREAT | O_WRONLY, 0644));
    SHOW(access("nowhere", F_OK));
    SHOW(open(".", O_CREAT | O_EXCL | O_WRONLY, 0644));
}

CASE(open_truncate)
{
    struct stat st;

    make_file("f", "0123456789", 0644);
    SHOW(open("f", O_WRONLY | O_TRUNC));
    MUST(stat("f", &st));
    VALUE(st.st_size);
    make_file("g", "0123456789", 0644);
    SHOW(open("g", O_RDONLY | O_TRUNC));
    MUST(stat("g", &st));
    VALUE(st.st_size);
}

CASE(open_access_modes)
{
    char byte;

    make_file("f", "x", 0644);
    SHOW(open("f", O_RDONLY));
    SHOW(write(3, "y", 1));
    SHOW(open("f", O_WRONLY));
    SHOW(read(4, &byte, 1));
    SHOW(open("f", O_ACCMODE));
    SHOW(read(5, &byte, 1));
    SHOW(write(5, "y", 1));
}

CASE(open_directory)
{
    char byte;

    MUST(mkdir("d", 0755));
    make_file("f", "", 0644);
    SHOW(open("d", O_RDONLY));
    SHOW(read(3, &byte, 1));
    SHOW(pread(3, &byte, 1, 0));
    SHOW(write(3, "x", 1));
    SHOW(open("d", O_WRONLY));
    SHOW(open("d", O_RDWR));
    SHOW(open("d", O_RDONLY | O_CREAT, 0644));
    SHOW(open("d", O_RDONLY | O_TRUNC));
    SHOW(open("d", O_RDONLY | O_DIRECTORY));
    SHOW(open("f", O_RDONLY | O_DIRECTORY));
    SHOW(open("f/", O_RDONLY));
    SHOW(open("new/", O_WRONLY | O_CREAT, 0644));
}

CASE(open_nofollow)
{
    make_file("f", "x", 0644);
    MUST(mkdir("d", 0755));
    make_file("d/g", "x", 0644);
    MUST(symlink("f", "to_file"));
    MUST(symlink("d", "to_dir"));
    SHOW(open("to_file", O_RDONLY));
    SHOW(open("to_file", O_RDONLY | O_NOFOLLOW));
    SHOW(open("to_dir", O_RDONLY | O_NOFOLLOW));
    SHOW(open("to_dir", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
    SHOW(open("to_dir/g", O_RDONLY | O_NOFOLLOW));
    SHOW(open("to_dir/", O_RDONLY | O_NOFOLLOW));
}

CASE(open_path_only)
{
    struct stat st;
    char byte;

    make_file("f", "x", 0644);
    SHOW(open("f", O_PATH));
    SHOW(read(3, &byte, 1));
    SHOW(write(3, "x", 1));
    SHOW(lseek(3, 0, SEEK_SET));
    SHOW(syscall(SYS_fchmod, 3, 0600));
    SHOW(fstat(3, &st));
    VALUE(st.st_size);
    SHOW(fcntl(3, F_GETFL) & O_PATH);
    SHOW(close(3));
}

CASE(read_write_sizes)
{
    char text[16] = "";
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(read(fd, text, sizeof(text)));
    SHOW(write(fd, "hello", 5));
    SHOW(write(fd, "", 0));
    SHOW(read(fd, text, sizeof(text)));
    SHOW(lseek(fd, 1, SEEK_SET));
    SHOW(read(fd, text, 0));
    SHOW(read(fd, text, 3));
    say("text: %.3s", text);
    SHOW(read(fd, text, 3));
    SHOW(read(fd, text, 3));
    SHOW(lseek(fd, 0, SEEK_CUR));
}

CASE(read_write_over_page_edges)
{
    static unsigned char out[3 * 4096 + 17], in[sizeof(out)];
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    for (size_t i = 0; i < sizeof(out); i++)
        out[i] = (unsigned char)(i * 7 + i / 4096);
    SHOW(write(fd, out, sizeof(out)));
    SHOW(lseek(fd, 4090, SEEK_SET));
    SHOW(read(fd, in, 12));
    HOLDS(memcmp(in, out + 4090, 12) == 0);
    SHOW(pwrite(fd, "ABCDEFGHIJ", 10, 8187));
    memcpy(out + 8187, "ABCDEFGHIJ", 10);
    SHOW(pread(fd, in, sizeof(in), 0));
    HOLDS(memcmp(in, out, sizeof(in)) == 0);
}

CASE(write_behind_the_end_leaves_zeros)
{
    char text[8] = "xxxxxxx";
    struct stat st;
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(write(fd, "abc", 3));
    SHOW(lseek(fd, 100000, SEEK_SET));
    SHOW(write(fd, "def", 3));
    MUST(fstat(fd, &st));
    VALUE(st.st_size);
    SHOW(pread(fd, text, 6, 2));
    HOLDS(memcmp(text, "c\0\0\0\0\0", 6) == 0);
    SHOW(pread(fd, text, 6, 99998));
    HOLDS(memcmp(text, "\0\0def", 5) == 0);
}

CASE(append)
{
    int fd, other;

    make_file("f", "one", 0644);
    fd = open("f", O_WRONLY | O_APPEND);
    other = open("f", O_WRONLY | O_APPEND);
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(write(fd, "two", 3));
    SHOW(write(other, "three", 5));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(write(fd, "four", 4));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pwrite(fd, "five", 4, 0));
    show_file("f");
}

CASE(seek_forms)
{
    int fd;

    make_file("f", "0123456789", 0644);
    fd = open("f", O_RDWR);
    SHOW(lseek(fd, 4, SEEK_SET));
    SHOW(lseek(fd, -2, SEEK_CUR));
    SHOW(lseek(fd, -3, SEEK_CUR));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, -1, SEEK_END));
    SHOW(lseek(fd, 10, SEEK_END));
    SHOW(lseek(fd, -1, SEEK_SET));
    SHOW(lseek(fd, 0, 99));
    SHOW(lseek(fd, INT64_MAX, SEEK_SET) >= 0);
    SHOW(lseek(fd, INT64_MAX, SEEK_CUR));
    SHOW(lseek(fd, 1, SEEK_END) >= 0);
    SHOW(lseek(99, 0, SEEK_SET));
}

CASE(seek_data_and_hole)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(pwrite(fd, "x", 1, 3 * 4096));
    SHOW(lseek(fd, 0, SEEK_DATA));
    SHOW(lseek(fd, 0, SEEK_HOLE));
    SHOW(lseek(fd, 3 * 4096, SEEK_HOLE));
    SHOW(lseek(fd, 3 * 4096 + 1, SEEK_DATA));
    SHOW(lseek(fd, -1, SEEK_DATA));
}

CASE(seek_unseekable)
{
    int ends[2];

    MUST(pipe(ends));
    SHOW(lseek(ends[0], 0, SEEK_CUR));
    SHOW(pread(ends[0], ends, 1, 0));
    SHOW(pwrite(ends[1], ends, 1, 0));
}

CASE(offset_is_of_the_description)
{
    char text[4] = "";
    int fd, copy, second;

    make_file("f", "abcdef", 0644);
    fd = open("f", O_RDONLY);
    copy = dup(fd);
    second = open("f", O_RDONLY);
    SHOW(read(fd, text, 2));
    SHOW(read(copy, text, 2));
    say("text: %s", text);
    SHOW(lseek(second, 0, SEEK_CUR));
    IN_CHILD("reads one more", SHOW(read(fd, text, 1)));
    SHOW(lseek(fd, 0, SEEK_CUR));
}

CASE(pread_pwrite)
{
    char text[8] = "";
    int fd, ends[2];

    make_file("f", "0123456789", 0644);
    fd = open("f", O_RDWR);
    SHOW(pread(fd, text, 3, 5));
    say("text: %s", text);
    SHOW(pwrite(fd, "XY", 2, 9));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, 3, -1));
    SHOW(pwrite(fd, text, 3, -1));
    SHOW(pread(fd, text, 3, 100));
    SHOW(pread(fd, text, 3, INT64_MAX));
    MUST(pipe(ends));
    SHOW(pread(ends[0], (void *)-1UL, 3, 0));
    SHOW(pwrite(fd, (void *)-1UL, 3, -1));
    SHOW(pread((int)MUST(open("f", O_WRONLY | O_CREAT, 0644)), (void *)-1UL, 3, 0));
    SHOW(pwrite((int)MUST(open("f", O_RDONLY)), (void *)-1UL, 3, 0));
    SHOW(pwrite(fd, text, 3, INT64_MAX));
    show_file("f");
}

CASE(vectors)
{
    char a[4] = "", b[8] = "";
    struct iovec out[] = {{(char[]){"one"}, 3}, {NULL, 0}, {(char[]){"three"}, 5}};
    struct iovec in[] = {{a, 3}, {NULL, 0}, {b, 7}};
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(writev(fd, out, 3));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(readv(fd, in, 3));
    say("a: %s, b: %s", a, b);
    SHOW(readv(fd, in, 3));
    SHOW(readv(fd, in, 0));
    SHOW(readv(fd, in, -1));
    SHOW(readv(fd, in, IOV_MAX + 1));
}

CASE(vectors_bad)
{
    char text[8];
    struct iovec too_long[] = {{text, 8}, {text, (size_t)SSIZE_MAX + 1}};
    struct iovec sum_too_long[] = {{text, SSIZE_MAX}, {text, SSIZE_MAX}};
    struct iovec half_bad[] = {{text, 4}, {(void *)8, 4}};
    int fd;

    make_file("f", "01234567", 0644);
    fd = open("f", O_RDWR);
    SHOW(readv(fd, too_long, 2));
    SHOW(readv(fd, sum_too_long, 2) <= 8);
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(readv(fd, half_bad, 2));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(readv(fd, (struct iovec *)8, 1));
    SHOW(readv(99, too_long, 1));
}

CASE(truncate_forms)
{
    char text[16];
    struct stat st;
    int fd;

    make_file("f", "0123456789", 0644);
    SHOW(truncate("f", 4));
    show_file("f");
    fd = open("f", O_RDWR);
    SHOW(ftruncate(fd, 8));
    SHOW(read(fd, text, 16));
    HOLDS(memcmp(text, "0123\0\0\0\0", 8) == 0);
    SHOW(ftruncate(fd, -1));
    SHOW(truncate("f", -1));
    SHOW(truncate("missing", 0));
    SHOW(truncate(".", 0));
    SHOW(ftruncate(open("f", O_RDONLY), 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(ftruncate(fd, 2));
    SHOW(read(fd, text, 16));
    MUST(fstat(fd, &st));
    VALUE(st.st_size);
}

CASE(truncate_clears_the_rest_of_the_page)
{
    char text[8];
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(write(fd, "abcdefgh", 8));
    SHOW(ftruncate(fd, 2));
    SHOW(ftruncate(fd, 8));
    SHOW(pread(fd, text, 8, 0));
    HOLDS(memcmp(text, "ab\0\0\0\0\0\0", 8) == 0);
}

CASE(file_size_limit)
{
    struct rlimit limit = {10, 10};
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    MUST(setrlimit(RLIMIT_FSIZE, &limit));
    signal(SIGXFSZ, SIG_IGN);
    SHOW(write(fd, "0123456", 7));
    SHOW(write(fd, "0123456", 7));
    SHOW(write(fd, "0123456", 7));
    SHOW(ftruncate(fd, 11));
    SHOW(lseek(fd, 0, SEEK_CUR));
    IN_CHILD("by default", signal(SIGXFSZ, SIG_DFL); SHOW(write(fd, "x", 1)));
}

CASE(write_faults_half_way)
{
    long page = 4096;
    char *map = (char *)syscall(SYS_mmap, 0, 2 * page, 3, 0x22, -1, 0);
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    struct stat st;

    MUST(syscall(SYS_munmap, map + page, page));
    memset(map, 'x', (size_t)page);
    SHOW(write(fd, map + page, 10));
    SHOW(write(fd, map + page - 5, 10));
    MUST(fstat(fd, &st));
    VALUE(st.st_size);
    SHOW(pread(fd, map + page - 3, 5, 0));
    SHOW(pread(fd, map + page, 5, 0));
}

CASE(bad_descriptors)
{
    char byte;
    struct stat st;

    SHOW(read(-1, &byte, 1));
    SHOW(read(3, &byte, 1));
    SHOW(write(1000000, &byte, 1));
    SHOW(close(3));
    SHOW(close(-1));
    SHOW(fstat(3, &st));
}

CASE(null_zero_full)
{
    char text[4] = "xxx";
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);

    SHOW(read(null, text, 4));
    SHOW(write(null, text, 4));
    SHOW(lseek(null, 100, SEEK_SET));
    SHOW(read(zero, text, 4));
    HOLDS(memcmp(text, "\0\0\0\0", 4) == 0);
    SHOW(write(zero, text, 4));
    SHOW(lseek(zero, 100, SEEK_SET));
    SHOW(write(null, (void *)8, 4));
    SHOW(read(zero, (void *)8, 4));
}

CASE(sendfile_forms)
{
    off_t offset = 2;
    int in, out, ends[2];

    make_file("in", "0123456789", 0644);
    in = open("in", O_RDONLY);
    out = open("out", O_WRONLY | O_CREAT, 0644);
    SHOW(sendfile(out, in, NULL, 4));
    SHOW(sendfile(out, in, &offset, 3));
    VALUE(offset);
    SHOW(lseek(in, 0, SEEK_CUR));
    SHOW(sendfile(out, in, NULL, 100));
    SHOW(sendfile(out, in, NULL, 100));
    show_file("out");
    SHOW(sendfile(in, in, NULL, 1));
    MUST(pipe(ends));
    SHOW(sendfile(ends[1], in, &offset, 2));
    SHOW(sendfile(out, ends[0], &offset, 2));
    offset = -1;
    SHOW(sendfile(out, in, &offset, 2));
    SHOW(sendfile(99, in, NULL, 2));
    SHOW(sendfile(out, in, (off_t *)8, 2));
}

CASE(unlinked_file_lives_on)
{
    char text[8] = "";
    struct stat st;
    int fd;

    make_file("f", "alive", 0644);
    fd = open("f", O_RDWR);
    SHOW(unlink("f"));
    SHOW(open("f", O_RDONLY));
    SHOW(read(fd, text, 8));
    say("text: %s", text);
    SHOW(write(fd, "!", 1));
    MUST(fstat(fd, &st));
    VALUE(st.st_nlink);
    VALUE(st.st_size);
}

CASE(sync_forms)
{
    int fd = open("data", O_RDWR | O_CREAT, 0600), folder = open(".", O_RDONLY), fds[2];
    int null = open("/dev/null", O_RDWR);

    MUST(pipe(fds));
    SHOW(fsync(fd));
    SHOW(fdatasync(fd));
    SHOW(syscall(SYS_syncfs, fd));
    SHOW(fsync(folder));
    SHOW(fsync(fds[0]));
    SHOW(fdatasync(null));
    SHOW(fsync(999));
    SHOW(syscall(SYS_syncfs, 999));
    SHOW(fsync(open("data", O_PATH)));
}
