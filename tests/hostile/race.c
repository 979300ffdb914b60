/*
 * Threads and processes that get in each other's way: memory that is mapped, faulted in, copied by
 * fork, moved, cut off and given back at once; names and descriptors that come and go under those
 * who use them. What the calls answer is a matter of luck; that the kernel goes on, and that
 * everything comes back (test_leaks), is not.
 */
#include "tests/abi/abi.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define PAGES 64UL
#define DESCRIPTORS 200
#define RENAME_EXCHANGE_FLAG 2
#define PIPE_SIZE_SET 1031 /* F_SETPIPE_SZ */

/* One of those who race: what it does in each step, and its own luck, which repeats. */
struct racer {
    void (*step)(struct racer *racer);
    int steps;
    uint32_t seed;
    pthread_t thread;
};

static char *memory;
static int file;

static unsigned luck(struct racer *racer, unsigned below)
{
    racer->seed = racer->seed * 1103515245 + 12345;
    return (racer->seed >> 16) % below;
}

static void *racer_run(void *argument)
{
    struct racer *racer = argument;

    for (int i = 0; i < racer->steps; i++)
        racer->step(racer);
    return NULL;
}

static void race(struct racer *racers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        racers[i].seed = (uint32_t)i * 4711;
        if (pthread_create(&racers[i].thread, NULL, racer_run, &racers[i]) != 0)
            _exit(97);
    }
    for (size_t i = 0; i < count; i++)
        pthread_join(racers[i].thread, NULL);
}

static char *any_page(struct racer *racer)
{
    return memory + luck(racer, PAGES) * PAGE;
}

/* The kernel writes: it may fail where a store would kill. */
static void step_touch(struct racer *racer)
{
    int zero = open("/dev/zero", O_RDONLY);

    if (read(zero, any_page(racer), PAGE) < 0 && errno != EFAULT)
        say("read: %s", errno_name(errno));
    close(zero);
}

static void step_map(struct racer *racer)
{
    char *at = memory + luck(racer, PAGES - 4) * PAGE;
    int type = luck(racer, 2) ? MAP_SHARED : MAP_PRIVATE;

    mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | type, file,
         (off_t)(luck(racer, PAGES) * PAGE));
    if (luck(racer, 4) == 0)
        mprotect(at, 2 * PAGE, luck(racer, 2) ? PROT_READ : PROT_READ | PROT_WRITE);
    if (luck(racer, 4) == 0)
        madvise(at, 4 * PAGE, MADV_DONTNEED);
}

static void step_truncate(struct racer *racer)
{
    static const char bytes[10000];

    if (ftruncate(file, (off_t)(luck(racer, PAGES) * PAGE)) == 0)
        MUST(ftruncate(file, (off_t)(PAGES * PAGE)));
    MUST(pwrite(file, bytes, sizeof(bytes), (off_t)(luck(racer, PAGES) * PAGE)));
}

static void step_fork(struct racer *racer)
{
    pid_t pid = fork();

    if (pid == 0) {
        for (int i = 0; i < 20; i++)
            step_touch(racer);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

static void step_move(struct racer *racer)
{
    char *old = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), *new;
    size_t size = (8 + luck(racer, 16)) * PAGE;

    new = mremap(old, 8 * PAGE, size, MREMAP_MAYMOVE);
    if (new != MAP_FAILED)
        munmap(new, size);
}

CASE(memory)
{
    struct racer racers[] = {
        {.step = step_touch, .steps = 4000}, {.step = step_touch, .steps = 4000},
        {.step = step_map, .steps = 8000},   {.step = step_truncate, .steps = 500},
        {.step = step_fork, .steps = 60},    {.step = step_move, .steps = 2000}};

    file = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));
    MUST(ftruncate(file, PAGES * PAGE));
    memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    race(racers, ARRAY_SIZE(racers));
    say("survived");
}

/* A path of one to three of a few names. */
static const char *any_path(struct racer *racer, char path[16])
{
    size_t length = 0;

    for (unsigned depth = luck(racer, 3) + 1; depth > 0; depth--) {
        path[length++] = (char)('a' + luck(racer, 4));
        path[length++] = '/';
    }
    path[length - 1] = '\0';
    return path;
}

static void visit(const char *path)
{
    char entries[512];
    int fd = open(path, O_RDONLY | O_DIRECTORY);

    while (syscall(SYS_getdents64, fd, entries, sizeof(entries)) > 0)
        continue;
    close(fd);
}

static void step_names(struct racer *racer)
{
    char space[2][16];
    const char *path = any_path(racer, space[0]), *other = any_path(racer, space[1]);
    struct stat status;

    switch (luck(racer, 9)) {
    case 0:
        mkdir(path, 0755);
        break;
    case 1:
        rename(path, other);
        break;
    case 2:
        unlink(path);
        break;
    case 3:
        rmdir(path);
        break;
    case 4:
        close(open(path, O_CREAT | O_WRONLY, 0644));
        break;
    case 5:
        (void)!symlink(other, path);
        break;
    case 6:
        (void)!link(path, other);
        break;
    case 7:
        syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE_FLAG);
        break;
    default:
        stat(path, &status);
        visit(other);
        break;
    }
}

CASE(names)
{
    struct racer racers[] = {{.step = step_names, .steps = 5000},
                             {.step = step_names, .steps = 5000},
                             {.step = step_names, .steps = 5000},
                             {.step = step_names, .steps = 5000}};

    race(racers, ARRAY_SIZE(racers));
    say("survived");
}

static int any_descriptor(struct racer *racer)
{
    return 3 + (int)luck(racer, DESCRIPTORS);
}

static void step_descriptors(struct racer *racer)
{
    static char bytes[PAGE];
    int fd = any_descriptor(racer), ends[2];
    struct pollfd several[2] = {{.fd = fd, .events = POLLIN},
                                {.fd = any_descriptor(racer), .events = POLLOUT}};

    switch (luck(racer, 8)) {
    case 0:
        (void)!pipe2(ends, O_NONBLOCK);
        break;
    case 1:
        close(fd);
        break;
    case 2:
        dup2(fd, any_descriptor(racer));
        break;
    case 3:
        poll(several, 2, 0);
        break;
    case 4:
        (void)!write(fd, bytes, luck(racer, PAGE));
        break;
    case 5:
        (void)!read(fd, bytes, luck(racer, PAGE));
        break;
    case 6:
        fcntl(fd, PIPE_SIZE_SET, PAGE << luck(racer, 5));
        break;
    default:
        fcntl(fd, F_DUPFD_CLOEXEC, any_descriptor(racer));
        break;
    }
}

HELPER(nothing)
{
    return 0;
}

/* Ends all others in the middle of what they do. */
static void step_exec(struct racer *racer)
{
    char *const argv[] = {(char[]){"nothing"}, NULL};

    if (luck(racer, 400) == 0)
        execv(abi_program, argv);
    sched_yield();
}

CASE(descriptors)
{
    struct racer racers[] = {{.step = step_descriptors, .steps = 10000},
                             {.step = step_descriptors, .steps = 10000},
                             {.step = step_descriptors, .steps = 10000}};
    struct racer and_exec[] = {{.step = step_descriptors, .steps = 1 << 30},
                               {.step = step_descriptors, .steps = 1 << 30},
                               {.step = step_descriptors, .steps = 1 << 30},
                               {.step = step_exec, .steps = 1 << 30}};
    struct rlimit limit = {256, 256};

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    signal(SIGPIPE, SIG_IGN);
    IN_CHILD("until all is done", race(racers, ARRAY_SIZE(racers)));
    IN_CHILD("until one executes", race(and_exec, ARRAY_SIZE(and_exec)));
}

/* Children that are killed anywhere between fork and the end of another program. */
CASE(processes)
{
    char *const argv[] = {(char[]){"nothing"}, NULL};

    for (int i = 0; i < 300; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            execv(abi_program, argv);
            _exit(1);
        }
        for (int wait = 0; wait < i % 50; wait++)
            sched_yield();
        if (pid > 0 && i % 3 != 0)
            kill(pid, SIGKILL);
        visit("/proc");
        MUST(waitpid(pid, NULL, 0));
    }
    say("survived");
}
