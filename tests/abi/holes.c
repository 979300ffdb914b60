/*
 * Holes of files as seen by mappings: madvise(2) with MADV_REMOVE, and lseek(2)'s SEEK_DATA and
 * SEEK_HOLE where pages came by a mapping.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096L
#define PAGES 8

static int file_of(long pages)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT | O_TRUNC, 0600));

    MUST(ftruncate(fd, pages * PAGE));
    return fd;
}

static int full_file(long pages)
{
    int fd = file_of(pages);
    char block[PAGE];

    for (long i = 0; i < pages; i++) {
        memset(block, (int)('a' + i), sizeof(block));
        MUST(pwrite(fd, block, sizeof(block), i * PAGE));
    }
    return fd;
}

static char *map(int fd, long pages, int prot, int flags)
{
    char *p = mmap(NULL, (size_t)(pages * PAGE), prot, flags, fd, 0);

    MUST(p == MAP_FAILED ? -1 : 0);
    return p;
}

/* "#..#": which pages are data. */
static void show_pages(int fd)
{
    long size = MUST(lseek(fd, 0, SEEK_END));
    char text[64] = "";

    for (long i = 0; i < size / PAGE; i++)
        strcat(text, lseek(fd, i * PAGE, SEEK_DATA) == i * PAGE ? "#" : ".");
    say("pages %s", text);
}

/* The first byte of each page, '.' for zero. */
static void show_bytes(const char *p, long pages)
{
    char text[64] = "";

    for (long i = 0; i < pages; i++)
        text[i] = p[i * PAGE] ? p[i * PAGE] : '.';
    say("bytes %s", text);
}

CASE(seek_read_faults)
{
    int fd = file_of(PAGES);
    volatile char *p = map(fd, PAGES, PROT_READ, MAP_SHARED);
    char byte;

    show_pages(fd);
    (void)p[2 * PAGE];
    show_pages(fd);
    MUST(pread(fd, &byte, 1, 4 * PAGE));
    show_pages(fd);
}

CASE(seek_write_faults)
{
    int fd = file_of(PAGES);
    volatile char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);

    p[0] = 'x';
    p[5 * PAGE] = 'x';
    show_pages(fd);
    SHOW(lseek(fd, 1, SEEK_DATA));
    SHOW(lseek(fd, 1, SEEK_HOLE));
    SHOW(lseek(fd, PAGE, SEEK_DATA));
    SHOW(lseek(fd, 6 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 6 * PAGE, SEEK_HOLE));
}

CASE(seek_private_faults)
{
    int fd = file_of(PAGES);
    volatile char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);

    (void)p[1 * PAGE];
    show_pages(fd);
    p[3 * PAGE] = 'x';
    show_pages(fd);
}

CASE(seek_allocated)
{
    int fd = file_of(PAGES);
    volatile char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);

    SHOW(fallocate(fd, 0, PAGE, 3 * PAGE));
    show_pages(fd);
    p[2 * PAGE] = 'x';
    show_pages(fd);
    (void)p[3 * PAGE];
    show_pages(fd);
    MUST(pwrite(fd, "x", 1, PAGE + 5));
    show_pages(fd);
}

CASE(seek_populated)
{
    int fd = file_of(PAGES);
    char *p = map(fd, PAGES, PROT_READ, MAP_SHARED | MAP_POPULATE);

    show_pages(fd);
    MUST(munmap(p, PAGES * PAGE));
    show_pages(fd);
}

CASE(remove)
{
    int fd = full_file(PAGES);
    char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
    struct stat st;

    show_bytes(p, PAGES);
    SHOW(madvise(p + 2 * PAGE, 3 * PAGE, MADV_REMOVE));
    show_bytes(p, PAGES);
    MUST(fstat(fd, &st));
    say("size %ld", (long)st.st_size);
    SHOW(madvise(p + 7 * PAGE, 100, MADV_REMOVE));
    MUST(munmap(p, PAGES * PAGE));
    show_pages(fd);
    p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
    p[3 * PAGE] = 'x';
    show_bytes(p, PAGES);
}

/* Others who map the file see the hole; private copies stay. */
CASE(remove_and_others)
{
    int fd = full_file(PAGES);
    char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
    char *other = map(fd, PAGES, PROT_READ, MAP_SHARED);
    char *own = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);

    own[2 * PAGE] = 'A';
    show_bytes(other, PAGES);
    SHOW(madvise(p + PAGE, 3 * PAGE, MADV_REMOVE));
    show_bytes(other, PAGES);
    show_bytes(own + 2 * PAGE, 1);
}

CASE(remove_anonymous)
{
    char *p = map(-1, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);

    for (long i = 0; i < PAGES; i++)
        p[i * PAGE] = (char)('a' + i);
    SHOW(madvise(p + 3 * PAGE, 2 * PAGE, MADV_REMOVE));
    show_bytes(p, PAGES);
    IN_CHILD("child", SHOW(madvise(p, PAGE, MADV_REMOVE)); p[4 * PAGE] = 'E');
    show_bytes(p, PAGES);
}

CASE(remove_of_a_part)
{
    int fd = full_file(PAGES);
    char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 3 * PAGE);

    SHOW(madvise(p + PAGE, PAGE, MADV_REMOVE));
    show_bytes(p, 4);
    show_pages(fd);
}

CASE(remove_refused)
{
    int fd = full_file(PAGES), reader = open("f", O_RDONLY);
    char *p = map(-1, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);

    SHOW(madvise(p, PAGE, MADV_REMOVE));
    p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    SHOW(madvise(p, PAGE, MADV_REMOVE));
    p = map(reader, PAGES, PROT_READ, MAP_SHARED);
    SHOW(madvise(p, PAGE, MADV_REMOVE));
    p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
    SHOW(madvise(p + 1, PAGE, MADV_REMOVE));
    SHOW(madvise(p, 0, MADV_REMOVE));
    MUST(mlock(p + 2 * PAGE, PAGE));
    SHOW(madvise(p + 2 * PAGE, PAGE, MADV_REMOVE));
    SHOW(madvise(p, 4 * PAGE, MADV_REMOVE));
    show_bytes(p, PAGES);
}

CASE(remove_across)
{
    int fd = full_file(PAGES);
    char *p = map(fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);

    MUST(mprotect(p + 2 * PAGE, PAGE, PROT_READ));
    MUST(munmap(p + 4 * PAGE, PAGE));
    SHOW(madvise(p + PAGE, PAGE, MADV_REMOVE));
    show_bytes(p, 4);
    SHOW(madvise(p + 3 * PAGE, 3 * PAGE, MADV_REMOVE));
    show_bytes(p, 4);
    show_bytes(p + 5 * PAGE, 3);
    SHOW(madvise(p + 4 * PAGE, PAGE, MADV_REMOVE));
}

CASE(remove_read_only_now)
{
    int fd = full_file(PAGES);
    char *p = map(fd, PAGES, PROT_READ, MAP_SHARED);

    SHOW(madvise(p, PAGE, MADV_REMOVE) == 0 || errno == EACCES);
}

CASE(remove_behind_the_end)
{
    int fd = full_file(2);
    char *p = map(fd, 4, PROT_READ | PROT_WRITE, MAP_SHARED);

    SHOW(madvise(p + PAGE, 3 * PAGE, MADV_REMOVE));
    show_bytes(p, 2);
    SHOW(lseek(fd, 0, SEEK_END));
}
