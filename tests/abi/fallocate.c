/*
 * Room and holes in files: fallocate(2), lseek(2) with SEEK_DATA and SEEK_HOLE, sparse files.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>
#include <sys/statfs.h>

#define KEEP 1
#define PUNCH 2
#define COLLAPSE 8
#define ZERO 16
#define INSERT 32
#define UNSHARE 64
#define PAGE 4096L

static void show_size(int fd)
{
    struct stat st;

    MUST(fstat(fd, &st));
    say("size %ld blocks %ld", (long)st.st_size, (long)st.st_blocks);
}

static int fresh(void)
{
    return (int)MUST(open("f", O_RDWR | O_CREAT | O_TRUNC, 0600));
}

static void fill(int fd, long pages)
{
    static char block[PAGE];

    memset(block, 'x', sizeof(block));
    for (long i = 0; i < pages; i++)
        MUST(pwrite(fd, block, sizeof(block), i * PAGE));
}

/* Which bytes of a file are zero: first byte, last zero byte before the next other one ... */
static void show_zeros(int fd, long size)
{
    char *p = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    long start = 0;

    MUST(p == MAP_FAILED ? -1 : 0);
    for (long at = 1; at <= size; at++)
        if (at == size || (p[at] == 0) != (p[start] == 0)) {
            say("%ld to %ld: %s", start, at - 1, p[start] ? "data" : "zeros");
            start = at;
        }
    munmap(p, (size_t)size);
}

CASE(allocate_grows)
{
    int fd = fresh();

    SHOW(fallocate(fd, 0, 0, 10000));
    show_size(fd);
    SHOW(fallocate(fd, 0, 0, 100));
    show_size(fd);
    SHOW(fallocate(fd, 0, 3 * PAGE + 1, 1));
    show_size(fd);
    SHOW(fallocate(fd, 0, 10 * PAGE, PAGE));
    show_size(fd);
    show_zeros(fd, 11 * PAGE);
}

CASE(allocate_keeps_size)
{
    int fd = fresh();

    MUST(write(fd, "abc", 3));
    SHOW(fallocate(fd, KEEP, 0, 4 * PAGE));
    show_size(fd);
    MUST(write(fd, "def", 3));
    show_size(fd);
    show_file("f");
    MUST(ftruncate(fd, 2 * PAGE));
    show_size(fd);
    MUST(ftruncate(fd, 5));
    show_size(fd);
    show_file("f");
}

CASE(allocate_keeps_data)
{
    int fd = fresh();

    MUST(pwrite(fd, "data", 4, PAGE));
    SHOW(fallocate(fd, 0, 0, 3 * PAGE));
    show_size(fd);
    show_zeros(fd, 3 * PAGE);
}

CASE(allocate_errors)
{
    int fd = fresh(), ends[2];

    MUST(pipe(ends));
    SHOW(fallocate(fd, 0, -1, 10));
    SHOW(fallocate(fd, 0, 0, 0));
    SHOW(fallocate(fd, 0, 0, -5));
    SHOW(fallocate(fd, 0, INT64_MAX, 10));
    SHOW(fallocate(fd, 0, 0, 1L << 50));
    SHOW(fallocate(99, 0, 0, 10));
    SHOW(fallocate(open("f", O_RDONLY), 0, 0, 10));
    SHOW(fallocate(open("f", O_PATH), 0, 0, 10));
    SHOW(fallocate(ends[1], 0, 0, 10));
    SHOW(fallocate(open(".", O_RDONLY), 0, 0, 10));
    SHOW(fallocate(open("/dev/null", O_RDWR), 0, 0, 10));
    show_size(fd);
}

CASE(allocate_modes)
{
    int fd = fresh();

    fill(fd, 4);
    SHOW(fallocate(fd, PUNCH, 0, PAGE));
    SHOW(fallocate(fd, ZERO, 0, PAGE));
    SHOW(fallocate(fd, ZERO | KEEP, 0, PAGE));
    SHOW(fallocate(fd, COLLAPSE, 0, PAGE));
    SHOW(fallocate(fd, INSERT, 0, PAGE));
    SHOW(fallocate(fd, UNSHARE, 0, PAGE));
    SHOW(fallocate(fd, PUNCH | ZERO | KEEP, 0, PAGE));
    SHOW(fallocate(fd, 4, 0, PAGE));
    SHOW(fallocate(fd, 1 << 20, 0, PAGE));
    show_size(fd);
}

CASE(allocate_file_size_limit)
{
    struct rlimit limit = {8192, 8192};
    int fd = fresh();

    MUST(setrlimit(RLIMIT_FSIZE, &limit));
    signal(SIGXFSZ, SIG_IGN);
    SHOW(fallocate(fd, 0, 0, 8192));
    SHOW(fallocate(fd, 0, 0, 8193));
    SHOW(fallocate(fd, KEEP, 0, 20000));
    show_size(fd);
    IN_CHILD("the signal", {
        signal(SIGXFSZ, SIG_DFL);
        fallocate(fd, 0, 0, 8193);
    });
}

CASE(allocate_clears_set_id)
{
    struct stat st;
    int fd = fresh();

    MUST(fchown(fd, 1000, 1000));
    MUST(fchmod(fd, 06777));
    IN_CHILD("another user", {
        MUST(setuid(1000));
        SHOW(fallocate(fd, 0, 0, 10));
    });
    MUST(fstat(fd, &st));
    say("mode %o", st.st_mode);
}

CASE(punch_whole_pages)
{
    int fd = fresh();

    fill(fd, 6);
    SHOW(fallocate(fd, PUNCH | KEEP, PAGE, 2 * PAGE));
    show_size(fd);
    show_zeros(fd, 6 * PAGE);
    SHOW(fallocate(fd, PUNCH | KEEP, 5 * PAGE, 100 * PAGE));
    show_size(fd);
}

CASE(punch_parts)
{
    int fd = fresh();

    fill(fd, 4);
    SHOW(fallocate(fd, PUNCH | KEEP, 100, 200));
    SHOW(fallocate(fd, PUNCH | KEEP, PAGE + 1000, 2 * PAGE));
    SHOW(fallocate(fd, PUNCH | KEEP, 4 * PAGE - 10, 4));
    show_size(fd);
    show_zeros(fd, 4 * PAGE);
}

CASE(punch_is_seen_by_mappings)
{
    int fd = fresh();
    char *shared, *private;

    fill(fd, 3);
    shared = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    private = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    private[PAGE] = 'p';
    shared[0] = 's';
    say("before: %c %c %c", shared[0], shared[PAGE], private[PAGE]);
    SHOW(fallocate(fd, PUNCH | KEEP, 0, 2 * PAGE));
    say("after: %d %d %c %c", shared[0], shared[PAGE], private[PAGE], shared[2 * PAGE]);
    shared[PAGE] = 'n';
    show_size(fd);
    MUST(pread(fd, private, 1, PAGE));
    say("written: %c", private[0]);
}

CASE(punch_gives_room_back)
{
    struct statfs before, after;
    int fd = fresh();

    MUST(statfs(".", &before));
    SHOW(fallocate(fd, 0, 0, 64 * PAGE));
    MUST(statfs(".", &after));
    VALUE(before.f_bfree - after.f_bfree);
    SHOW(fallocate(fd, PUNCH | KEEP, 0, 60 * PAGE));
    MUST(statfs(".", &after));
    VALUE(before.f_bfree - after.f_bfree);
    MUST(ftruncate(fd, 0));
    MUST(statfs(".", &after));
    VALUE(before.f_bfree - after.f_bfree);
}

CASE(seek_data_and_holes)
{
    int fd = fresh();

    MUST(pwrite(fd, "x", 1, 2 * PAGE));
    MUST(pwrite(fd, "x", 1, 5 * PAGE + 7));
    MUST(ftruncate(fd, 9 * PAGE));
    for (long at = 0; at < 9 * PAGE; at += PAGE + 1000)
        say("%ld: data %ld hole %ld", at, (long)lseek(fd, at, SEEK_DATA),
            (long)lseek(fd, at, SEEK_HOLE));
    SHOW(lseek(fd, 9 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 9 * PAGE, SEEK_HOLE));
    SHOW(lseek(fd, -1, SEEK_DATA));
    SHOW(lseek(fd, -1, SEEK_HOLE));
    SHOW(lseek(fd, 0, SEEK_CUR));
    MUST(fallocate(fd, PUNCH | KEEP, 5 * PAGE, PAGE));
    SHOW(lseek(fd, 3 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 0, SEEK_HOLE));
    SHOW(lseek(fd, 2 * PAGE, SEEK_HOLE));
}

CASE(seek_in_a_full_file)
{
    int fd = fresh();

    fill(fd, 2);
    SHOW(lseek(fd, 0, SEEK_HOLE));
    SHOW(lseek(fd, 100, SEEK_DATA));
    SHOW(lseek(fd, 0, 5));
}
