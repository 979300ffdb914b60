/*
 * Address spaces: mmap(2), munmap(2), mprotect(2), brk(2), madvise(2), the stack, what fork copies.
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

#define PAGE 4096UL
#define GIB (1UL << 30)
#define USER_END 0x7ffffffff000UL

static char *map(size_t pages, int prot)
{
    return mmap(NULL, pages * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static char *map_at(void *address, size_t bytes, int flags)
{
    return mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

/* Shows what becomes of a process that touches an address: how it dies, or what it reads. */
static void touch(const char *what, volatile char *address, bool write)
{
    pid_t pid = SPAWN(if (write) *address = 'w'; else if (*address) _exit(1));

    show_end(what, pid);
}

CASE(anonymous_pages_are_zero)
{
    char *p = map(4, PROT_READ | PROT_WRITE);
    int wrong = 0;

    HOLDS(p != MAP_FAILED);
    HOLDS((uintptr_t)p % PAGE == 0);
    for (size_t i = 0; i < 4 * PAGE; i++)
        wrong += p[i] != 0;
    VALUE(wrong);
    memset(p, 'x', 4 * PAGE);
    SHOW(munmap(p, 4 * PAGE));
    touch("after munmap", p, false);
}

CASE(mmap_errors)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644), reader = open("f", O_RDONLY);
    int writer = open("f", O_WRONLY), dir = open(".", O_RDONLY);
    int private = MAP_PRIVATE | MAP_ANONYMOUS;

    SHOW(mmap(NULL, 0, PROT_READ, private, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 1));
    SHOW(syscall(SYS_mmap, NULL, 1UL << 47, PROT_READ, private, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, -1UL, PROT_READ, private, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, -PAGE, PROT_READ, private, -1, 0));
    SHOW(syscall(SYS_mmap, PAGE + 1, PAGE, PROT_READ, private | MAP_FIXED, -1, 0));
    SHOW(syscall(SYS_mmap, USER_END, PAGE, PROT_READ, private | MAP_FIXED, -1, 0));
    SHOW(syscall(SYS_mmap, USER_END - PAGE, 2 * PAGE, PROT_READ, private | MAP_FIXED, -1, 0));
    SHOW(syscall(SYS_mmap, -PAGE, PAGE, PROT_READ, private | MAP_FIXED, -1, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, writer, 0));
    SHOW(syscall(SYS_mmap, NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0));
    HOLDS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, reader, 0) != MAP_FAILED);
}

CASE(mmap_page_zero)
{
    MUST(setuid(1000));
    SHOW(syscall(SYS_mmap, 0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    HOLDS(map_at(NULL, PAGE, 0) != NULL);
    touch("null", NULL, false);
    touch("the end of page 0", (char *)0xfff, true);
}

CASE(mmap_hints)
{
    char *p = map(16, PROT_READ | PROT_WRITE);

    MUST(munmap(p, 16 * PAGE));
    HOLDS(map_at(p, PAGE, 0) == p);
    HOLDS(map_at(p + 4 * PAGE + 123, PAGE, 0) == p + 4 * PAGE);
    HOLDS(map_at(p, PAGE, 0) != p);
    HOLDS(map_at((void *)(1UL << 60), PAGE, 0) != MAP_FAILED);
}

CASE(mmap_fixed_replaces)
{
    char *p = map(5, PROT_READ | PROT_WRITE);

    memset(p, 'x', 5 * PAGE);
    HOLDS(map_at(p + PAGE, 2 * PAGE, MAP_FIXED) == p + PAGE);
    say("bytes: %d %d %d %d %d", p[0], p[PAGE], p[2 * PAGE], p[3 * PAGE], p[4 * PAGE]);
    SHOW(map_at(p + 4 * PAGE, 2 * PAGE, MAP_FIXED_NOREPLACE));
    SHOW(munmap(p, 5 * PAGE));
    HOLDS(map_at(p, PAGE, MAP_FIXED_NOREPLACE) == p);
}

CASE(munmap_holes)
{
    char *p = map(8, PROT_READ | PROT_WRITE);

    memset(p, 'x', 8 * PAGE);
    SHOW(munmap(p + 2 * PAGE, PAGE));
    SHOW(munmap(p + 4 * PAGE, 2 * PAGE));
    for (int i = 0; i < 8; i++) {
        char what[16];

        snprintf(what, sizeof(what), "page %d", i);
        touch(what, p + i * PAGE, false);
    }
    SHOW(munmap(p + 2 * PAGE, PAGE));
    SHOW(munmap(p, 8 * PAGE));
    SHOW(munmap(p, 8 * PAGE));
}

CASE(munmap_errors)
{
    char *p = map(2, PROT_READ);

    SHOW(munmap(p + 1, PAGE));
    SHOW(munmap(p, 0));
    SHOW(munmap(p, 1));
    touch("the first page", p, false);
    SHOW(munmap((void *)USER_END, PAGE));
    SHOW(munmap((void *)-PAGE, PAGE));
    SHOW(munmap(p, -PAGE));
    SHOW(munmap(p, -1UL));
}

CASE(mprotect_faults)
{
    char *p = map(3, PROT_READ | PROT_WRITE);

    memset(p, 0, 3 * PAGE);
    SHOW(syscall(SYS_mprotect, p + PAGE, PAGE, PROT_READ));
    touch("read", p + PAGE, false);
    touch("write", p + PAGE, true);
    touch("write before", p + PAGE - 1, true);
    touch("write behind", p + 2 * PAGE, true);
    SHOW(syscall(SYS_mprotect, p + PAGE, PAGE, PROT_NONE));
    touch("read none", p + PAGE, false);
    SHOW(syscall(SYS_mprotect, p + PAGE, PAGE, PROT_WRITE));
    touch("write-only is readable too", p + PAGE, false);
    touch("and writable", p + PAGE, true);
    SHOW(syscall(SYS_mprotect, p, 3 * PAGE, PROT_READ | PROT_WRITE));
    touch("write again", p + PAGE, true);
    SHOW(read(open("/dev/zero", O_RDONLY), p + PAGE, 1));
    SHOW(syscall(SYS_mprotect, p, PAGE, PROT_READ));
    SHOW(read(open("/dev/zero", O_RDONLY), p, 1));
}

CASE(mprotect_errors)
{
    char *p = map(3, PROT_READ | PROT_WRITE);

    MUST(munmap(p + PAGE, PAGE));
    SHOW(syscall(SYS_mprotect, p, 3 * PAGE, PROT_READ));
    touch("the part before the hole has changed", p, true);
    touch("the part behind has not", p + 2 * PAGE, true);
    SHOW(syscall(SYS_mprotect, p + 1, PAGE, PROT_READ));
    SHOW(syscall(SYS_mprotect, p, 0, PROT_READ));
    SHOW(syscall(SYS_mprotect, p + PAGE, PAGE, PROT_READ));
    SHOW(syscall(SYS_mprotect, (void *)-PAGE, PAGE, PROT_READ));
    SHOW(syscall(SYS_mprotect, p, PAGE, 0x100));
    SHOW(syscall(SYS_mprotect, p, -1UL, PROT_READ));
}

CASE(mprotect_file_in_parts)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0644));
    char *p;

    MUST(ftruncate(fd, 4 * PAGE));
    p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    MUST(close(fd));
    SHOW(mprotect(p + PAGE, PAGE, PROT_READ));
    SHOW(mprotect(p + 2 * PAGE, PAGE, PROT_READ)); /* one with the page before */
    touch("write", p + 2 * PAGE, true);
    SHOW(mprotect(p + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE)); /* all is one again */
    touch("write again", p + 2 * PAGE, true);
    SHOW(munmap(p, 4 * PAGE));
}

CASE(execution)
{
    static const char code[] = {(char)0xb8, 42, 0, 0, 0, (char)0xc3}; /* mov eax, 42; ret */
    int (*function)(void);
    char *p = map(1, PROT_READ | PROT_WRITE);

    memcpy(p, code, sizeof(code));
    function = (int (*)(void))(uintptr_t)p;
    IN_CHILD("without the right", function());
    SHOW(mprotect(p, PAGE, PROT_READ | PROT_EXEC));
    SHOW(function());
    touch("write", p, true);
    SHOW(mprotect(p, PAGE, PROT_READ));
    IN_CHILD("right taken away", function());
}

CASE(reservations)
{
    char *big =
        mmap(NULL, 512 * GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *second = mmap(NULL, 64 * GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    HOLDS(big != MAP_FAILED && second != MAP_FAILED);
    touch("reserved", big + 100 * GIB, false);
    HOLDS(map_at(big + 100 * GIB, 16 * PAGE, MAP_FIXED) == big + 100 * GIB);
    big[100 * GIB + 5] = 'x';
    VALUE(big[100 * GIB + 5]);
    touch("before", big + 100 * GIB - 1, false);
    touch("behind", big + 100 * GIB + 16 * PAGE, false);
    SHOW(mprotect(second + GIB, PAGE, PROT_READ | PROT_WRITE));
    second[GIB] = 'y';
    IN_CHILD("fork copies it", VALUE(second[GIB]));
    SHOW(munmap(big, 512 * GIB));
    SHOW(munmap(second, 64 * GIB));
}

CASE(fork_isolation)
{
    char *p = map(4, PROT_READ | PROT_WRITE);
    int ends[2];
    pid_t pid;

    memset(p, 'a', 4 * PAGE);
    MUST(pipe(ends));
    pid = SPAWN(char byte; p[0] = 'c'; MUST(read(ends[0], &byte, 1));
                say("child sees %c %c", p[0], p[PAGE]));
    p[PAGE] = 'p';
    MUST(write(ends[1], "x", 1));
    show_end("child", pid);
    say("parent sees %c %c", p[0], p[PAGE]);
    IN_CHILD("unmaps", MUST(munmap(p, 4 * PAGE)));
    say("parent sees %c", p[2 * PAGE]);
    IN_CHILD("kernel writes", MUST(read(open("/dev/zero", O_RDONLY), p, PAGE)); VALUE(p[0]));
    say("parent sees %c", p[0]);
}

CASE(shared_anonymous)
{
    char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    HOLDS(p != MAP_FAILED);
    p[0] = 'a';
    IN_CHILD("child", VALUE(p[0]); p[0] = 'b'; p[PAGE] = 'c');
    say("parent sees %c %c", p[0], p[PAGE]);
}

CASE(file_private)
{
    char *p, text[8] = "";
    int fd;

    make_file("f", "abcdefgh", 0644);
    fd = open("f", O_RDWR);
    p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    MUST(close(fd));
    say("mapped: %s", p);
    VALUE(p[100]);
    p[0] = 'X';
    show_file("f");
    fd = open("f", O_RDWR);
    MUST(pwrite(fd, "Y", 1, 1));
    say("mapped: %c", p[0]);
    SHOW(pread(fd, text, 4, 0));
    say("text: %s", text);
    SHOW(munmap(p, PAGE));
}

CASE(file_shared)
{
    char *p, *q;
    int fd;

    make_file("f", "abcdefgh", 0644);
    fd = open("f", O_RDWR);
    p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    HOLDS(p != MAP_FAILED && q != MAP_FAILED);
    p[0] = 'X';
    say("the other mapping: %c", q[0]);
    show_file("f");
    MUST(pwrite(fd, "Y", 1, 1));
    say("mapped: %c", p[1]);
    IN_CHILD("child writes", p[2] = 'Z');
    show_file("f");
    touch("write to the other mapping", q, true);
}

CASE(file_behind_the_end)
{
    char *p;
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    MUST(ftruncate(fd, (off_t)PAGE + 10));
    p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    touch("last page", p + 2 * PAGE - 1, false);
    touch("behind it", p + 2 * PAGE, false);
    SHOW(write(1, p + 2 * PAGE, 1));
    MUST(ftruncate(fd, 5));
    touch("cut off", p + PAGE, false);
    touch("still there", p + 4, false);
    MUST(ftruncate(fd, (off_t)(4 * PAGE)));
    touch("grown", p + 3 * PAGE, true);
}

CASE(file_offset)
{
    char *p;
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    MUST(pwrite(fd, "first", 5, 0));
    MUST(pwrite(fd, "second", 6, PAGE));
    p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
    say("mapped: %s", p);
    SHOW(syscall(SYS_mmap, NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, -PAGE));
    MUST(unlink("f"));
    say("mapped: %s", p);
}

CASE(brk_moves)
{
    char *start = (char *)syscall(SYS_brk, 0), *end;

    HOLDS(syscall(SYS_brk, start + 10000) == (long)(start + 10000));
    HOLDS(syscall(SYS_brk, 0) == (long)(start + 10000));
    memset(start, 'x', 10000);
    end = (char *)(((uintptr_t)start + 10000 + PAGE - 1) / PAGE * PAGE);
    touch("the rest of the page", end - 1, true);
    touch("behind", end, true);
    HOLDS(syscall(SYS_brk, start) == (long)start);
    HOLDS(syscall(SYS_brk, start + 10000) == (long)(start + 10000));
    touch("fresh again", start + 2 * PAGE, false);
    HOLDS(syscall(SYS_brk, 1L) == (long)(start + 10000));
    HOLDS(syscall(SYS_brk, -1L) == (long)(start + 10000));
    HOLDS(syscall(SYS_brk, USER_END) == (long)(start + 10000));
}

CASE(brk_stops_at_a_mapping)
{
    char *start = (char *)syscall(SYS_brk, 0);
    char *wall = (char *)(((uintptr_t)start + 20 * PAGE) / PAGE * PAGE);

    HOLDS(map_at(wall, PAGE, MAP_FIXED_NOREPLACE) == wall);
    HOLDS(syscall(SYS_brk, wall - PAGE) == (long)(wall - PAGE));
    HOLDS(syscall(SYS_brk, wall) == (long)(wall - PAGE));
    HOLDS(syscall(SYS_brk, wall + 1) == (long)(wall - PAGE));
}

CASE(brk_limit)
{
    struct rlimit limit = {1 << 20, 1 << 20};
    long start = syscall(SYS_brk, 0);

    MUST(setrlimit(RLIMIT_DATA, &limit));
    HOLDS(syscall(SYS_brk, start + (4 << 20)) == start);
    IN_CHILD("address space", limit.rlim_cur = limit.rlim_max = 16 << 20;
             MUST(setrlimit(RLIMIT_AS, &limit)); SHOW(map_at(NULL, 64 << 20, 0)));
}

static void limit_memory(int resource, size_t bytes)
{
    struct rlimit limit = {bytes, bytes};

    MUST(setrlimit(resource, &limit));
}

static void show_limited_maps(void)
{
    char *p = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    HOLDS(p != MAP_FAILED);
    SHOW(map_at(NULL, 32 << 20, 0));
    HOLDS(mmap(NULL, 32 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    HOLDS(mmap(NULL, 32 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) !=
          MAP_FAILED);
    HOLDS(mmap(p, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
               0) == p);
    HOLDS(syscall(SYS_brk, syscall(SYS_brk, 0) + (32 << 20)) == syscall(SYS_brk, 0));
    p = mmap(NULL, 32 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HOLDS(p != MAP_FAILED);
    SHOW(mprotect(p, 32 << 20, PROT_READ | PROT_WRITE));
    IN_CHILD("fork", SHOW(map_at(NULL, 32 << 20, 0)));
}

CASE(limits_of_memory)
{
    IN_CHILD("RLIMIT_DATA", limit_memory(RLIMIT_DATA, 16 << 20); show_limited_maps());
    IN_CHILD("RLIMIT_AS", limit_memory(RLIMIT_AS, 16 << 20); show_limited_maps());
}

static void vfork_with_limits(void)
{
    struct rlimit small = {64 << 10, 64 << 10};

    MUST(setrlimit(RLIMIT_STACK, &small));
    MUST(setrlimit(RLIMIT_AS, &small));
    _exit(3);
}

static int eat_stack(int kilobytes)
{
    volatile char block[1024];

    block[0] = (char)kilobytes;
    return kilobytes > 1 ? eat_stack(kilobytes - 1) + block[0] - block[0] : block[0];
}

CASE(stack_grows)
{
    struct rlimit limit = {1 << 20, RLIM_INFINITY};

    IN_CHILD("4 MiB", eat_stack(4096));
    IN_CHILD("over the limit of 8 MiB", eat_stack(64 << 10));
    MUST(setrlimit(RLIMIT_STACK, &limit));
    IN_CHILD("512 KiB of 1 MiB", eat_stack(512));
    IN_CHILD("2 MiB of 1 MiB", eat_stack(2048));
    limit.rlim_cur = 8 << 20;
    MUST(prlimit(getpid(), RLIMIT_STACK, &limit, NULL));
    IN_CHILD("2 MiB of 8 MiB", eat_stack(2048));
    limit_memory(RLIMIT_AS, 4 << 20);
    IN_CHILD("6 MiB of an address space of 4 MiB", eat_stack(6 << 10));
}

CASE(populating_grows_no_stack)
{
    char *p = mmap(NULL, 64 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    MUST(munmap(p, 64 * PAGE));
    HOLDS(map_at(p + 60 * PAGE, 4 * PAGE, MAP_FIXED | MAP_GROWSDOWN) == p + 60 * PAGE);
    SHOW(madvise(p + 59 * PAGE, PAGE, 23)); /* MADV_POPULATE_WRITE */
    SHOW(madvise(p + 59 * PAGE, 2 * PAGE, 22));
    SHOW(madvise(p + 60 * PAGE, 4 * PAGE, 23));
}

/* Limits are a process's, also while it lives in its parent's memory. */
CASE(limits_of_a_vfork_child)
{
    pid_t pid = vfork();

    if (pid == 0)
        vfork_with_limits();
    show_end("vfork", pid);
    HOLDS(mmap(NULL, 4 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    IN_CHILD("4 MiB of stack", eat_stack(4096));
}

CASE(stack_is_not_executable)
{
    volatile char code[] = {(char)0xc3};

    IN_CHILD("ret on the stack", ((void (*)(void))(uintptr_t)code)());
}

CASE(text_is_not_writable)
{
    static const char constant[] = "constant";

    touch("code", (char *)(uintptr_t)touch, true);
    touch("constants", (char *)(uintptr_t)constant, true);
}

CASE(kernel_addresses)
{
    touch("kernel text", (char *)0xffffffff80000000UL, false);
    touch("direct map", (char *)0xffff888000000000UL, true);
    touch("last byte", (char *)-1L, false);
    touch("first non-canonical byte", (char *)0x800000000000UL, false);
    touch("the guard page above it", (char *)USER_END, false);
}

CASE(madvise_forms)
{
    char *p = map(4, PROT_READ | PROT_WRITE);

    memset(p, 'x', 4 * PAGE);
    SHOW(madvise(p + PAGE, PAGE, MADV_DONTNEED));
    say("bytes: %d %d %d", p[0], p[PAGE], p[2 * PAGE]);
    SHOW(madvise(p, 4 * PAGE, MADV_WILLNEED));
    SHOW(madvise(p, 4 * PAGE, MADV_NORMAL));
    SHOW(madvise(p, 4 * PAGE, MADV_SEQUENTIAL));
    SHOW(madvise(p, 4 * PAGE, MADV_RANDOM));
    SHOW(madvise(p + 1, PAGE, MADV_DONTNEED));
    SHOW(madvise(p, 0, MADV_DONTNEED));
    SHOW(madvise(p, PAGE, 12345));
    SHOW(madvise(p, -PAGE, MADV_DONTNEED));
    MUST(munmap(p + PAGE, PAGE));
    SHOW(madvise(p, 4 * PAGE, MADV_DONTNEED));
    say("bytes: %d %d", p[0], p[3 * PAGE]);
}

CASE(file_bytes_are_code)
{
    static const char code[] = {(char)0xb8, 7, 0, 0, 0, (char)0xc3}; /* mov eax, 7; ret */
    int fd = open("f", O_RDWR | O_CREAT, 0755);
    char *p;

    MUST(write(fd, code, sizeof(code)));
    p = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    SHOW(((int (*)(void))(uintptr_t)p)());
}

CASE(system_calls_see_mappings)
{
    char *p = map(2, PROT_READ | PROT_WRITE);
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    SHOW(write(fd, p, 2 * PAGE));
    SHOW(pread(fd, p, 2 * PAGE, 0));
    MUST(mprotect(p + PAGE, PAGE, PROT_NONE));
    SHOW(pread(fd, p, 2 * PAGE, 0));
    SHOW(pread(fd, p + PAGE, 1, 0));
    SHOW(pwrite(fd, p + PAGE - 1, 2, 0));
    MUST(munmap(p + PAGE, PAGE));
    SHOW(pread(fd, p + 10, PAGE, 0));
}

CASE(grows_down)
{
    char *p = map(64, PROT_NONE), *top;

    top = p + 60 * PAGE;
    MUST(munmap(p, 60 * PAGE));
    MUST(munmap(top, 4 * PAGE));
    HOLDS(map_at(top, PAGE, MAP_FIXED | MAP_GROWSDOWN) == top);
    touch("just below", top - 1, true);
    touch("ten pages below", top - 10 * PAGE, true);
}
