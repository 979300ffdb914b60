/*
 * A tmpfs that is full most of the time: who writes gets as much in as he is told, or ENOSPC, and
 * what is in stays whole. What is removed comes back, all of it.
 */
#include "tests/stress/stress.h"

#include <sys/mount.h>
#include <sys/statfs.h>

#define WRITERS 6
#define RECORD_MAX 20000

static void enter_full(struct statfs *before, const char *options)
{
    MUST(mkdir("m", 0755));
    MUST(mount("src", "m", "tmpfs", 0, options));
    MUST(chdir("m"));
    MUST(statfs(".", before));
}

static void leave_full(const struct statfs *before)
{
    struct statfs after;

    MUST(statfs(".", &after));
    HOLDS(after.f_bfree == before->f_bfree && after.f_ffree == before->f_ffree);
    MUST(chdir(".."));
    SHOW(umount("m"));
}

/* Writers that fill it, all at once. */
static void all_write(const char *options, void (*writes)(uint64_t writer, long rounds),
                      long rounds)
{
    struct statfs before;

    enter_full(&before, options);
    for (uint64_t i = 0; i < WRITERS; i++)
        SPAWN(stress_seed(i); writes(i, rounds));
    show_ends("writer", WRITERS);
    leave_full(&before);
}

static void must_be(bool holds, const char *what)
{
    if (holds)
        return;
    say("not so: %s", what);
    _exit(1);
}

/* What belongs at a place of a writer's file. */
static char byte_at(uint64_t writer, off_t offset)
{
    return (char)('a' + (writer * 7 + (uint64_t)offset / 13) % 26);
}

static void check_file(int fd, uint64_t writer, off_t size)
{
    static char bytes[65536];
    off_t at = 0;
    struct stat st;

    MUST(fstat(fd, &st));
    must_be(st.st_size == size, "the size is what was written");
    while (at < size) {
        ssize_t got = pread(fd, bytes, sizeof(bytes), at);

        must_be(got > 0, "what was written can be read");
        for (ssize_t i = 0; i < got; i++)
            must_be(bytes[i] == byte_at(writer, at + i), "bytes are those that were written");
        at += got;
    }
}

/* Appends a record as far as there is room: the new size. */
static off_t append(int fd, uint64_t writer, off_t size)
{
    static char record[RECORD_MAX];
    size_t count = 1 + below(sizeof(record));
    ssize_t done;

    for (size_t i = 0; i < count; i++)
        record[i] = byte_at(writer, size + (off_t)i);
    done = pwrite(fd, record, count, size);
    must_be(done > 0 || errno == ENOSPC, "a write that fails fails for want of room");
    return size + (done > 0 ? done : 0);
}

static void write_and_cut(uint64_t writer, long rounds)
{
    char path[16];
    off_t size = 0;
    int fd;

    snprintf(path, sizeof(path), "w%u", (unsigned)writer);
    fd = (int)MUST(open(path, O_RDWR | O_CREAT, 0600));
    for (; rounds > 0; rounds--) {
        if (below(5)) {
            size = append(fd, writer, size);
        } else {
            size = (off_t)below((uint64_t)size + 1);
            MUST(ftruncate(fd, size));
        }
        if (below(8) == 0)
            check_file(fd, writer, size);
    }
    check_file(fd, writer, size);
    MUST(close(fd));
    MUST(unlink(path));
}

CASE(writes)
{
    all_write("size=256k", write_and_cut, stress_count(60, 20000));
}

/* All or nothing: room that isn't there leaves a file as it was. */
static void reserve_and_cut(uint64_t writer, long rounds)
{
    char path[16];
    struct stat st;
    off_t size = 0;
    int fd;

    snprintf(path, sizeof(path), "r%u", (unsigned)writer);
    fd = (int)MUST(open(path, O_RDWR | O_CREAT, 0600));
    for (; rounds > 0; rounds--) {
        off_t wanted = 1 + (off_t)below(100000);

        if (below(3) == 0) {
            size = 0;
            MUST(ftruncate(fd, 0));
        } else if (fallocate(fd, 0, size, wanted) == 0) {
            size += wanted;
            must_be(pwrite(fd, "x", 1, size - 1) == 1, "reserved room is there");
        } else {
            must_be(errno == ENOSPC, "fallocate fails for want of room");
        }
        MUST(fstat(fd, &st));
        must_be(st.st_size == size, "the size is what was reserved");
    }
    MUST(close(fd));
    MUST(unlink(path));
}

CASE(reservations)
{
    all_write("size=256k", reserve_and_cut, stress_count(100, 20000));
}

/* Pages of a mapped file that find no room: SIGBUS, and the others are whole. */
static void map_and_touch(uint64_t writer, int pages)
{
    char path[16], *p;
    int fd;

    snprintf(path, sizeof(path), "p%u", (unsigned)writer);
    fd = (int)MUST(open(path, O_RDWR | O_CREAT, 0600));
    MUST(ftruncate(fd, pages * (off_t)PAGE));
    p = mmap(NULL, (size_t)pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    MUST(p == MAP_FAILED ? -1 : 0);
    for (int i = 0; i < pages; i++)
        p[i * (int)PAGE] = (char)i;
}

CASE(mapped)
{
    long rounds = stress_count(5, 2000);
    struct statfs before;

    enter_full(&before, "size=64k");
    for (; rounds > 0; rounds--) {
        int status, killed = 0, whole = 0;
        char path[16];

        for (uint64_t i = 0; i < 4; i++)
            SPAWN(map_and_touch(i, i == 0 ? 4 : 8));
        for (int i = 0; i < 4; i++) {
            MUST(waitpid(-1, &status, 0));
            killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
            whole += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
        must_be(killed + whole == 4 && killed >= 1, "who finds no room gets SIGBUS");
        for (unsigned i = 0; i < 4; i++) {
            snprintf(path, sizeof(path), "p%u", i);
            MUST(unlink(path));
        }
    }
    leave_full(&before);
}

static void make_names(uint64_t writer, long rounds)
{
    static char long_text[2000];
    char path[32];

    memset(long_text, 't', sizeof(long_text) - 1);
    for (; rounds > 0; rounds--) {
        unsigned which = (unsigned)below(20);
        long result = 0;

        snprintf(path, sizeof(path), "n%u-%u", (unsigned)writer, which);
        switch (below(4)) {
        case 0:
            result = mkdir(path, 0700);
            break;
        case 1:
            result = symlink(long_text, path);
            break;
        case 2:
            result = mknod(path, S_IFIFO | 0600, 0);
            break;
        default:
            if (unlink(path) < 0 && errno != ENOENT && errno != EISDIR)
                must_be(false, "names can be removed");
            (void)rmdir(path);
            break;
        }
        must_be(result == 0 || errno == ENOSPC || errno == EEXIST,
                "what can't be made has no room");
    }
    for (unsigned i = 0; i < 20; i++) {
        snprintf(path, sizeof(path), "n%u-%u", (unsigned)writer, i);
        unlink(path);
        rmdir(path);
    }
}

CASE(names)
{
    all_write("size=64k,nr_inodes=40", make_names, stress_count(200, 50000));
}
