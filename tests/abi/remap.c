/*
 * mremap(2), mincore(2), msync(2).
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096ul
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static char *map(size_t pages)
{
    char *at = mmap(NULL, pages * PAGE, RW, ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        MUST(-1);
    return at;
}

/* A place with nothing behind it: what is there has been given back. */
static char *room(size_t pages)
{
    char *at = map(pages);

    MUST(munmap(at, pages * PAGE));
    return at;
}

static char *map_at(char *at, size_t pages, int flags)
{
    char *got = mmap(at, pages * PAGE, RW, ANONYMOUS | MAP_FIXED | flags, -1, 0);

    if (got != at)
        MUST(-1);
    return at;
}

static long remap(void *old, size_t old_size, size_t new_size, int flags, void *new)
{
    return syscall(SYS_mremap, old, old_size, new_size, flags, new);
}

static int is_mapped(char *at)
{
    unsigned char resident;

    return syscall(SYS_mincore, at, PAGE, &resident) == 0;
}

/* Marks each page with its number; how many still have theirs. */
static void fill(char *at, size_t pages)
{
    for (size_t i = 0; i < pages; i++)
        at[i * PAGE] = (char)(i + 1);
}

static int count(const char *at, size_t pages)
{
    int good = 0;

    for (size_t i = 0; i < pages; i++)
        good += at[i * PAGE] == (char)(i + 1);
    return good;
}

CASE(shrink)
{
    char *at = map(8);

    fill(at, 8);
    HOLDS(remap(at, 8 * PAGE, 3 * PAGE, 0, NULL) == (long)at);
    VALUE(count(at, 3));
    VALUE(is_mapped(at + 2 * PAGE));
    VALUE(is_mapped(at + 3 * PAGE));
    VALUE(is_mapped(at + 7 * PAGE));
}

CASE(same_size)
{
    char *at = map(2);

    HOLDS(remap(at, 2 * PAGE, 2 * PAGE, 0, NULL) == (long)at);
    HOLDS(remap(at, 2 * PAGE - 1, PAGE + 1, 0, NULL) == (long)at);
}

CASE(grow_in_place)
{
    char *at = map_at(room(16), 4, 0);

    fill(at, 4);
    HOLDS(remap(at, 4 * PAGE, 10 * PAGE, 0, NULL) == (long)at);
    VALUE(count(at, 4));
    VALUE(at[9 * PAGE]);
    at[9 * PAGE] = 1;
}

CASE(grow_without_room)
{
    char *at = map(8);

    fill(at, 4);
    SHOW(remap(at, 4 * PAGE, 6 * PAGE, 0, NULL));
    VALUE(count(at, 4));
}

CASE(grow_by_moving)
{
    char *at = map(8), *new;

    fill(at, 8);
    new = (char *)remap(at, 4 * PAGE, 20 * PAGE, MREMAP_MAYMOVE, NULL);
    HOLDS(new != at &&new != MAP_FAILED);
    VALUE(count(new, 4));
    VALUE(new[19 * PAGE]);
    VALUE(is_mapped(at));
    VALUE(is_mapped(at + 3 * PAGE));
    VALUE(is_mapped(at + 4 * PAGE));
    VALUE(at[4 * PAGE]);
}

CASE(move_from_the_middle)
{
    char *at = map(9), *to = room(3);

    fill(at, 9);
    HOLDS(remap(at + 3 * PAGE, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == (long)to);
    VALUE(to[0]);
    VALUE(to[2 * PAGE]);
    VALUE(count(at, 3));
    VALUE(is_mapped(at + 3 * PAGE));
    VALUE(is_mapped(at + 5 * PAGE));
    VALUE(at[6 * PAGE]);
}

CASE(fixed_replaces)
{
    char *at = map(4), *target = map(6);

    fill(at, 4);
    memset(target, 99, 6 * PAGE);
    HOLDS(remap(at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE) ==
          (long)target + (long)PAGE);
    VALUE(count(target + PAGE, 4));
    VALUE(target[0]);
    VALUE(target[5 * PAGE]);
    VALUE(is_mapped(at));
}

CASE(fixed_shrinks_and_grows)
{
    char *at = map(4), *to = room(16), *again = to + 8 * PAGE;

    fill(at, 4);
    HOLDS(remap(at, 4 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == (long)to);
    VALUE(count(to, 2));
    VALUE(is_mapped(at + 2 * PAGE));
    HOLDS(remap(to, 2 * PAGE, 6 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, again) == (long)again);
    VALUE(count(again, 2));
    VALUE(again[5 * PAGE]);
}

CASE(dont_unmap)
{
    char *at = map(4), *new;

    fill(at, 4);
    new = (char *)remap(at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
    HOLDS(new != at &&new != MAP_FAILED);
    VALUE(count(new, 4));
    VALUE(at[0]);
    VALUE(at[3 * PAGE]);
    at[0] = 5;
    VALUE(new[0]);
}

CASE(shared)
{
    char *at = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *second, *moved;

    fill(at, 4);
    second = (char *)remap(at, 0, 4 * PAGE, MREMAP_MAYMOVE, NULL);
    HOLDS(second != at && second != MAP_FAILED);
    VALUE(count(second, 4));
    second[PAGE] = 77;
    VALUE(at[PAGE]);
    moved = (char *)remap(at + PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room(2));
    VALUE(moved[0]);
    VALUE(is_mapped(at + PAGE));
    VALUE(at[3 * PAGE]);
}

CASE(file)
{
    int fd = open("data", O_RDWR | O_CREAT, 0600);
    char *at, *new, byte;

    MUST(ftruncate(fd, 8 * (off_t)PAGE));
    at = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, (off_t)PAGE);
    at[PAGE] = 'x';
    new = (char *)remap(at, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, NULL);
    VALUE(new[PAGE]);
    new[3 * PAGE] = 'y';
    MUST(pread(fd, &byte, 1, 4 * (off_t)PAGE));
    VALUE(byte);
    new = (char *)remap(new + PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room(1));
    VALUE(new[0]);
    MUST(ftruncate(fd, 0));
    SHOW(syscall(SYS_write, open("other", O_RDWR | O_CREAT, 0600), new, 1));
}

CASE(private_file_keeps_its_copy)
{
    int fd = open("data", O_RDWR | O_CREAT, 0600);
    char *at, *new;

    MUST(write(fd, "abc", 3));
    at = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
    at[1] = 'X';
    new = (char *)remap(at, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room(1));
    say("%.3s", new);
    MUST(pread(fd, new, 3, 0));
    say("%.3s", new);
}

CASE(after_fork)
{
    char *at = map(4), *new;
    int status;

    fill(at, 4);
    if (fork() == 0) {
        new = (char *)remap(at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room(4));
        new[0] = 50;
        _exit(count(new, 4));
    }
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
    VALUE(count(at, 4));
}

CASE(errors)
{
    char *at = map(4), *hole = room(4);

    fill(at, 4);
    SHOW(remap(at + 1, PAGE, PAGE, 0, NULL));
    SHOW(remap(at, PAGE, 0, 0, NULL));
    SHOW(remap(at, PAGE, PAGE, 8, NULL));
    SHOW(remap(at, PAGE, PAGE, MREMAP_FIXED, hole));
    SHOW(remap(at, PAGE, PAGE, MREMAP_DONTUNMAP, NULL));
    SHOW(remap(at, PAGE, 2 * PAGE, MREMAP_DONTUNMAP | MREMAP_MAYMOVE, NULL));
    SHOW(remap(at, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, hole + 1));
    SHOW(remap(at, 4 * PAGE, 4 * PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, at + PAGE));
    SHOW(remap(at, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, (void *)0x7ffffffff000));
    SHOW(remap(at, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, (void *)-PAGE));
    SHOW(remap(at, 0, PAGE, MREMAP_MAYMOVE, NULL));
    SHOW(remap(at, PAGE, (size_t)-1, MREMAP_MAYMOVE, NULL));
    SHOW(remap((void *)(1ul << 63), PAGE, 2 * PAGE, MREMAP_MAYMOVE, NULL));
    MUST(munmap(hole, 4 * PAGE));
    SHOW(remap(hole, PAGE, 2 * PAGE, MREMAP_MAYMOVE, NULL));
    VALUE(count(at, 4));
}

/* An old size that reaches behind user space, or round to the beginning. */
CASE(old_sizes_that_are_lies)
{
    static const size_t sizes[] = {0x7ffffffff000, 0xffff900000000000, -20 * PAGE, -PAGE};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        char *p = map(16), *to = room(1);

        fill(p, 16);
        SHOW(remap(p + 8 * PAGE, sizes[i], PAGE, 0, NULL));
        SHOW(remap(p + 8 * PAGE, sizes[i], PAGE, MREMAP_MAYMOVE, NULL));
        SHOW(remap(p + 8 * PAGE, sizes[i], PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to));
        VALUE(count(p, 16));
        VALUE(is_mapped(to));
    }
}

CASE(over_two_mappings)
{
    char *at = map(4);

    MUST(mprotect(at + 2 * PAGE, 2 * PAGE, PROT_READ));
    SHOW(remap(at, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE, NULL));
    HOLDS(remap(at, 4 * PAGE, PAGE, 0, NULL) == (long)at);
    VALUE(is_mapped(at + PAGE));
    VALUE(is_mapped(at + 3 * PAGE));
}

CASE(limit)
{
    struct rlimit limit = {64 << 20, 64 << 20};
    char *at = map(4);

    MUST(setrlimit(RLIMIT_AS, &limit));
    SHOW(remap(at, 4 * PAGE, 65 << 20, MREMAP_MAYMOVE, NULL));
    HOLDS(remap(at, 4 * PAGE, 32 << 20, MREMAP_MAYMOVE, NULL) != -1);
}

CASE(residence)
{
    unsigned char resident[8];
    char *at = map(8), *hole = room(1);

    at[2 * PAGE] = 1;
    at[5 * PAGE] = 1;
    SHOW(syscall(SYS_mincore, at, 8 * PAGE, resident));
    for (int i = 0; i < 8; i++)
        VALUE(resident[i] & 1);
    SHOW(syscall(SYS_mincore, at, 1, resident));
    SHOW(syscall(SYS_mincore, at, 0, resident));
    SHOW(syscall(SYS_mincore, at + 1, PAGE, resident));
    SHOW(syscall(SYS_mincore, hole, PAGE, resident));
    SHOW(syscall(SYS_mincore, at, PAGE, 8));
    SHOW(syscall(SYS_mincore, at, -1ul, resident));
    SHOW(syscall(SYS_mincore, -PAGE, PAGE, resident));
}

CASE(residence_of_a_file)
{
    int fd = open("data", O_RDWR | O_CREAT, 0600);
    unsigned char resident[4];
    char *at;

    MUST(ftruncate(fd, 4 * (off_t)PAGE));
    MUST(pwrite(fd, "x", 1, 2 * (off_t)PAGE));
    at = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    SHOW(syscall(SYS_mincore, at, 4 * PAGE, resident));
    VALUE(resident[0] & 1);
    VALUE(resident[2] & 1);
}

CASE(sync_range)
{
    char *at = map(4), *hole = room(4);

    SHOW(syscall(SYS_msync, at, 4 * PAGE, MS_SYNC));
    SHOW(syscall(SYS_msync, at, 4 * PAGE, MS_ASYNC | MS_INVALIDATE));
    SHOW(syscall(SYS_msync, at, 4 * PAGE, 0));
    SHOW(syscall(SYS_msync, at, 0, MS_SYNC));
    SHOW(syscall(SYS_msync, at, 4 * PAGE, MS_SYNC | MS_ASYNC));
    SHOW(syscall(SYS_msync, at, 4 * PAGE, 8));
    SHOW(syscall(SYS_msync, at + 1, PAGE, MS_SYNC));
    SHOW(syscall(SYS_msync, hole, PAGE, MS_SYNC));
    SHOW(syscall(SYS_msync, at, -1ul, MS_SYNC));
    MUST(munmap(at + PAGE, PAGE));
    SHOW(syscall(SYS_msync, at, 4 * PAGE, MS_SYNC));
}
