/*
 * madvise(2): each advice on each kind of memory. What Linux may or may not have (huge pages, equal
 * pages that are merged) is left out.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096

static const struct {
    int advice;
    const char *name;
} advices[] = {
    {0, "NORMAL"},
    {1, "RANDOM"},
    {2, "SEQUENTIAL"},
    {3, "WILLNEED"},
    {4, "DONTNEED"},
    {8, "FREE"},
    {10, "DONTFORK"},
    {11, "DOFORK"},
    {16, "DONTDUMP"},
    {17, "DODUMP"},
    {18, "WIPEONFORK"},
    {19, "KEEPONFORK"},
    {20, "COLD"},
    {21, "PAGEOUT"},
    {22, "POPULATE_READ"},
    {23, "POPULATE_WRITE"},
    {24, "DONTNEED_LOCKED"},
    {5, "5"},
    {6, "6"},
    {7, "7"},
    {26, "26"},
    {99, "99"},
    {104, "104"},
    {-1, "-1"},
};

static void advise_all(const char *what, char *at, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(advices); i++)
        if (madvise(at, size, advices[i].advice) < 0)
            say("%s, %s: %s", what, advices[i].name, errno_name(errno));
}

static char *map(int prot, int flags, int fd)
{
    char *p = mmap(NULL, 4 * PAGE, prot, flags, fd, 0);

    if (p == MAP_FAILED)
        say("needed, but failed: mmap: %s", errno_name(errno));
    return p;
}

CASE(private_memory)
{
    advise_all("read-write", map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1),
               4 * PAGE);
    advise_all("read-only", map(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1), 4 * PAGE);
    advise_all("none", map(PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1), 4 * PAGE);
}

CASE(shared_memory)
{
    advise_all("read-write", map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1), 4 * PAGE);
    advise_all("read-only", map(PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1), 4 * PAGE);
}

CASE(files)
{
    int fd = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));

    MUST(ftruncate(fd, 4 * PAGE));
    advise_all("private", map(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd), 4 * PAGE);
    advise_all("shared", map(PROT_READ | PROT_WRITE, MAP_SHARED, fd), 4 * PAGE);
    MUST(ftruncate(fd, PAGE));
    advise_all("cut off", map(PROT_READ | PROT_WRITE, MAP_SHARED, fd), 4 * PAGE);
}

CASE(locked_memory)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

    MUST(mlock(p, 4 * PAGE));
    advise_all("locked", p, 4 * PAGE);
}

CASE(ranges)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

    MUST(munmap(p + PAGE, PAGE));
    advise_all("hole", p, 4 * PAGE);
    advise_all("nothing there", p + PAGE, PAGE);
    advise_all("crooked", p + 1, PAGE);
    advise_all("empty", p, 0);
    advise_all("empty and nowhere", p + PAGE, 0);
    advise_all("wraps", p, (size_t)-PAGE);
    advise_all("kernel's", (char *)0xffff800000000000, PAGE);
}

static void show_in_child(const char *what, const char *kept, const char *wiped)
{
    IN_CHILD(what, say("%d %d", kept[0], wiped[0]));
}

/* What a child gets. */
CASE(fork_advice)
{
    char *kept = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    char *wiped = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    char *gone = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    unsigned char resident[4];

    kept[0] = wiped[0] = gone[0] = 1;
    MUST(madvise(wiped, 4 * PAGE, 18));
    MUST(madvise(gone, PAGE, 10));
    IN_CHILD("child", say("%d %d", kept[0], wiped[0]); SHOW(mincore(gone, PAGE, resident));
             SHOW(mincore(gone + PAGE, PAGE, resident)); show_in_child("its child", kept, wiped));
    MUST(madvise(wiped, 4 * PAGE, 19));
    MUST(madvise(gone, PAGE, 11));
    IN_CHILD("child", say("%d %d %d", kept[0], wiped[0], gone[0]));
}

CASE(pages_go)
{
    char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    char *shared = map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);

    p[0] = shared[0] = 1;
    MUST(madvise(p, PAGE, 4));
    MUST(madvise(shared, PAGE, 4));
    say("%d %d", p[0], shared[0]);
    p[0] = 2;
    MUST(madvise(p, PAGE, 20));
    MUST(madvise(p, PAGE, 21));
    say("%d", p[0]);
    MUST(mlock(p, PAGE));
    MUST(madvise(p, PAGE, 24));
    say("%d", p[0]);
}
