/*
 * mlock(2), mlock2(2), munlock(2), mlockall(2), munlockall(2), MAP_LOCKED.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096ul
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define LOCK_ON_FAULT 1
#define ALL_ON_FAULT 4

static char *map(size_t pages, int prot, int flags)
{
    return mmap(NULL, pages * PAGE, prot, ANONYMOUS | flags, -1, 0);
}

static int resident(char *at, size_t pages)
{
    unsigned char vec[64];
    int count = 0;

    MUST(syscall(SYS_mincore, at, pages * PAGE, vec));
    for (size_t i = 0; i < pages; i++)
        count += vec[i] & 1;
    return count;
}

/* An ordinary user who may lock so many pages. */
static void become_user(size_t pages)
{
    struct rlimit limit = {pages * PAGE, pages * PAGE};

    MUST(setrlimit(RLIMIT_MEMLOCK, &limit));
    MUST(setresuid(4711, 4711, 4711));
}

CASE(pages_come)
{
    char *at = map(8, RW, 0);

    VALUE(resident(at, 8));
    SHOW(mlock(at + 2 * PAGE + 5, PAGE));
    VALUE(resident(at, 8));
    SHOW(mlock(at, 8 * PAGE));
    VALUE(resident(at, 8));
    SHOW(madvise(at, 8 * PAGE, MADV_DONTNEED));
    SHOW(madvise(at, 8 * PAGE, MADV_FREE));
    SHOW(munlock(at, 4 * PAGE));
    SHOW(madvise(at, 4 * PAGE, MADV_DONTNEED));
    VALUE(resident(at, 8));
    SHOW(munlock(at, 8 * PAGE));
    SHOW(munlock(at, 8 * PAGE));
    SHOW(munmap(at, 8 * PAGE));
}

CASE(on_fault)
{
    char *at = map(4, RW, 0);

    SHOW(syscall(SYS_mlock2, at, 4 * PAGE, LOCK_ON_FAULT));
    VALUE(resident(at, 4));
    at[PAGE] = 1;
    VALUE(resident(at, 4));
    SHOW(madvise(at, 4 * PAGE, MADV_DONTNEED));
    SHOW(syscall(SYS_mlock2, at, 4 * PAGE, 2));
    SHOW(syscall(SYS_mlock2, at, 4 * PAGE, 0));
    VALUE(resident(at, 4));
}

CASE(map_locked)
{
    char *at = map(4, RW, MAP_LOCKED);

    VALUE(resident(at, 4));
    SHOW(madvise(at, PAGE, MADV_DONTNEED));
}

CASE(read_only_and_none)
{
    char *at = map(4, PROT_READ, 0), *none = map(4, PROT_NONE, 0);

    SHOW(mlock(at, 4 * PAGE));
    VALUE(resident(at, 4));
    SHOW(mlock(none, 4 * PAGE));
    VALUE(resident(none, 4));
}

CASE(holes)
{
    char *at = map(6, RW, 0);

    MUST(munmap(at + 2 * PAGE, PAGE));
    SHOW(mlock(at, 6 * PAGE));
    SHOW(munlock(at, 6 * PAGE));
    SHOW(mlock(at, 0));
    SHOW(mlock(at, 2 * PAGE));
    SHOW(mlock((void *)-PAGE, 2 * PAGE));
}

CASE(limit)
{
    char *at = map(16, RW, 0);

    become_user(8);
    SHOW(mlock(at, 8 * PAGE));
    SHOW(mlock(at, 8 * PAGE));
    SHOW(mlock(at + 8 * PAGE, PAGE));
    SHOW(mlock(at, 9 * PAGE));
    HOLDS(map(1, RW, MAP_LOCKED) == MAP_FAILED && errno == EAGAIN);
    SHOW(munlock(at, 4 * PAGE));
    SHOW(mlock(at + 8 * PAGE, 4 * PAGE));
    SHOW(mlockall(MCL_CURRENT));
    SHOW(munlockall());
    SHOW(mlock(at, 8 * PAGE));
}

CASE(limit_of_none)
{
    char *at = map(1, RW, 0);

    become_user(0);
    SHOW(mlock(at, PAGE));
    SHOW(mlockall(MCL_FUTURE));
    HOLDS(map(1, RW, MAP_LOCKED) == MAP_FAILED && errno == EPERM);
    SHOW(munlock(at, PAGE));
    SHOW(munlockall());
}

CASE(root_has_no_limit)
{
    struct rlimit limit = {PAGE, PAGE};
    char *at = map(8, RW, 0);

    MUST(setrlimit(RLIMIT_MEMLOCK, &limit));
    SHOW(mlock(at, 8 * PAGE));
}

CASE(everything)
{
    char *at = map(4, RW, 0), *later;

    SHOW(mlockall(MCL_CURRENT));
    VALUE(resident(at, 4));
    later = map(4, RW, 0);
    VALUE(resident(later, 4));
    SHOW(mlockall(MCL_FUTURE));
    later = map(4, RW, 0);
    VALUE(resident(later, 4));
    SHOW(munlockall());
    later = map(4, RW, 0);
    VALUE(resident(later, 4));
    SHOW(mlockall(MCL_FUTURE | ALL_ON_FAULT));
    later = map(4, RW, 0);
    VALUE(resident(later, 4));
    SHOW(madvise(later, PAGE, MADV_DONTNEED));
    SHOW(mlockall(0));
    SHOW(mlockall(8));
    SHOW(mlockall(ALL_ON_FAULT));
}

CASE(everything_passes_over)
{
    char *none = map(2, PROT_NONE, 0), *low = none - 4 * PAGE, *high = none + 2 * PAGE;

    low = mmap(low, 4 * PAGE, RW, ANONYMOUS, -1, 0);
    high = mmap(high, 4 * PAGE, RW, ANONYMOUS, -1, 0);
    SHOW(mlockall(MCL_CURRENT));
    VALUE(resident(low, 4));
    VALUE(resident(high, 4));
}

CASE(future_heap)
{
    char *end;

    SHOW(mlockall(MCL_FUTURE));
    end = (char *)syscall(SYS_brk, 0);
    end = (char *)(((uintptr_t)end + PAGE - 1) & -PAGE);
    HOLDS(syscall(SYS_brk, end + 4 * PAGE) == (long)end + 4 * (long)PAGE);
    VALUE(resident(end, 4));
}

CASE(not_inherited)
{
    char *at = map(4, RW, MAP_LOCKED);
    int status;

    MUST(mlockall(MCL_FUTURE));
    if (fork() == 0) {
        int can_drop = madvise(at, PAGE, MADV_DONTNEED) == 0;

        _exit(can_drop + 2 * (resident(map(4, RW, 0), 4) == 0));
    }
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
}

CASE(grown)
{
    char *at = map(4, RW, MAP_LOCKED), *new;

    new = mremap(at, 4 * PAGE, 12 * PAGE, MREMAP_MAYMOVE);
    VALUE(resident(new, 12));
    SHOW(madvise(new, PAGE, MADV_DONTNEED));
}

CASE(copied_at_once)
{
    char *at = map(2, RW, 0);
    int fds[2];
    char byte;

    at[0] = 1;
    MUST(pipe(fds));
    if (fork() == 0) {
        MUST(read(fds[0], &byte, 1));
        _exit(0);
    }
    SHOW(mlock(at, 2 * PAGE));
    at[0] = 2;
    MUST(write(fds[1], "x", 1));
    SHOW(wait(NULL) > 0);
}

CASE(invalidated)
{
    char *at = map(4, RW, 0);

    MUST(mlock(at + PAGE, PAGE));
    SHOW(msync(at, 4 * PAGE, MS_SYNC));
    SHOW(msync(at, PAGE, MS_INVALIDATE));
    SHOW(msync(at, 4 * PAGE, MS_INVALIDATE));
    SHOW(msync(at + PAGE, PAGE, MS_SYNC | MS_INVALIDATE));
    MUST(munmap(at, PAGE));
    SHOW(msync(at, 4 * PAGE, MS_INVALIDATE));
    SHOW(msync(at, PAGE, MS_INVALIDATE));
}
