/*
 * /proc/PID/smaps and smaps_rollup (proc(5)): how much of each mapping is in memory, and whose.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096L
#define PAGES 16

static char text[1 << 20];

/* The lines of the mapping that begins there; NULL: none. */
static char *lines_of(const void *address)
{
    char start[32], *at;

    if (strcmp(read_text("/proc/self/smaps", text, sizeof(text)), "ok") != 0)
        return NULL;
    snprintf(start, sizeof(start), "%08lx-", (unsigned long)address);
    at = strstr(text, start);
    return at;
}

/* The number of a line, in KiB. */
static long kib(const char *lines, const char *key)
{
    char wanted[32];
    const char *at;

    snprintf(wanted, sizeof(wanted), "\n%s:", key);
    at = lines ? strstr(lines, wanted) : NULL;
    return at ? strtol(at + strlen(wanted), NULL, 10) : -1;
}

static void show(const void *address)
{
    const char *lines = lines_of(address);
    const char *flags = lines ? strstr(lines, "\nVmFlags: ") : NULL;

    say("size %ld page %ld rss %ld pss %ld shared %ld private %ld anonymous %ld swap %ld",
        kib(lines, "Size"), kib(lines, "KernelPageSize"), kib(lines, "Rss"), kib(lines, "Pss"),
        kib(lines, "Shared_Clean") + kib(lines, "Shared_Dirty"),
        kib(lines, "Private_Clean") + kib(lines, "Private_Dirty"), kib(lines, "Anonymous"),
        kib(lines, "Swap"));
    if (flags)
        say("flags %.11s", flags + strlen("\nVmFlags: "));
}

static char *map(int prot, int flags, int fd)
{
    char *p;

    /* Neighbours that can't be merged with. */
    p = mmap(NULL, (PAGES + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
             0);
    MUST(p == MAP_FAILED ? -1 : 0);
    p = mmap(p + PAGE, PAGES * PAGE, prot, flags | MAP_FIXED, fd, 0);
    MUST(p == MAP_FAILED ? -1 : 0);
    MUST(madvise(p, PAGES * PAGE, MADV_NOHUGEPAGE));
    return p;
}

CASE(own_memory)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

    show(p);
    memset(p + 2 * PAGE, 1, 3 * PAGE);
    show(p);
    MUST(madvise(p + 3 * PAGE, PAGE, MADV_DONTNEED));
    show(p);
}

/* After fork both have the pages, until one writes. */
CASE(after_fork)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    int ends[2];
    pid_t pid;
    char byte;

    memset(p, 1, 8 * PAGE);
    MUST(pipe(ends));
    pid = SPAWN(memset(p, 2, 2 * PAGE); MUST(write(ends[1], "x", 1)); pause());
    MUST(read(ends[0], &byte, 1));
    show(p);
    MUST(kill(pid, SIGKILL));
    MUST(waitpid(pid, NULL, 0));
    show(p);
}

static int file_of_pages(void)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));

    for (int i = 0; i < PAGES; i++)
        MUST(pwrite(fd, "x", 1, i * PAGE));
    return fd;
}

CASE(shared_file)
{
    int fd = file_of_pages();
    char *p = map(PROT_READ | PROT_WRITE, MAP_SHARED, fd), *q;

    for (int i = 0; i < 4; i++)
        p[i * PAGE] = 'y';
    show(p);
    q = map(PROT_READ | PROT_WRITE, MAP_SHARED, fd);
    for (int i = 2; i < 8; i++)
        q[i * PAGE] = 'z';
    MUST(munmap(p + 4 * PAGE, (PAGES - 4) * PAGE));
    show(q);
}

CASE(private_file)
{
    int fd = file_of_pages();
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);

    for (int i = 0; i < 3; i++)
        p[i * PAGE] = 'y';
    lines_of(p);
    say("rss at least 12: %d, anonymous %ld", kib(lines_of(p), "Rss") >= 12,
        kib(lines_of(p), "Anonymous"));
}

CASE(locked)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

    MUST(mlock(p, PAGES * PAGE));
    show(p);
    VALUE(kib(lines_of(p), "Locked"));
}

CASE(rollup)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    long before, after;

    memset(p, 1, PAGE);
    read_text("/proc/self/smaps_rollup", text, sizeof(text));
    before = kib(text, "Anonymous");
    memset(p, 1, 9 * PAGE);
    read_text("/proc/self/smaps_rollup", text, sizeof(text));
    after = kib(text, "Anonymous");
    VALUE(after - before);
    HOLDS(kib(text, "Rss") >= kib(text, "Pss") && kib(text, "Pss") > 0);
    HOLDS(strstr(text, "[rollup]\n") == strchr(text, '\n') - 8);
}

CASE(rights)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/smaps", getpid());
    IN_CHILD("user", MUST(setuid(1000)); SHOW(open(path, O_RDONLY)));
    strcat(path, "_rollup");
    IN_CHILD("user", MUST(setuid(1000)); SHOW(open(path, O_RDONLY)));
}
