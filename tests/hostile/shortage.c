/*
 * Error paths: each system call is made again and again, and each time another one of the
 * allocations that it makes is refused (/proc/self/fail-nth). It must fail in an orderly way, or do
 * without; what it had taken by then must come back, which is counted after all programs.
 *
 * The file is debug builds', and few kernels of Linux have it: run on Limen only.
 */
#include "tests/abi/abi.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#define PAGE 4096ul
#define RW (PROT_READ | PROT_WRITE)
#define TOUCHED 64
#define ALLOCATIONS_MAX 2000 /* more than any call here makes */

static int fail_fd;

static void fail_nth(unsigned nth)
{
    char text[16];
    int length = snprintf(text, sizeof(text), "%u", nth);

    while (pwrite(fail_fd, text, (size_t)length, 0) < 0) /* the one before is still to come */
        continue;
}

/* The last one was refused; if not, this look or another allocation will be. */
static bool has_failed(void)
{
    char text[16] = "";

    return pread(fail_fd, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;
}

/* What came of it: each error once. */
struct outcome {
    bool errors[256];
};

static void outcome_show(const char *what, const struct outcome *outcome)
{
    char text[200] = "";

    for (int error = 0; error < 256; error++)
        if (outcome->errors[error])
            snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", errno_name(error));
    say("%s:%s", what, text);
}

/* Makes a call as often as it has allocations that can be refused. `undo` follows each that
 * succeeds; its result is in `result`. */
#define EACH(call, undo)                                                \
    do {                                                                \
        struct outcome outcome_ = {0};                                  \
        bool goes_on_ = true;                                           \
        for (unsigned n_ = 1; goes_on_ && n_ < ALLOCATIONS_MAX; n_++) { \
            long result ABI_UNUSED;                                     \
            fail_nth(n_);                                               \
            errno = 0;                                                  \
            result = (long)(call);                                      \
            int error_ = result == -1 ? errno : 0;                      \
            goes_on_ = has_failed();                                    \
            fail_nth(0);                                                \
            outcome_.errors[error_] = true;                             \
            if (error_ == 0) {                                          \
                undo;                                                   \
            }                                                           \
        }                                                               \
        outcome_show(#call, &outcome_);                                 \
        if (goes_on_)                                                   \
            say("without end");                                         \
    } while (0)

#define NOTHING (void)0

static void begin(void)
{
    fail_fd = (int)MUST(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC));
}

/* --- Tasks --- */

static int tid_here;

static long make(unsigned long flags)
{
    long pid = syscall(SYS_clone, flags, NULL, &tid_here, &tid_here, 0);

    if (pid == 0)
        _exit(0);
    return pid;
}

#define CLONE3_PIDFD 0x1000
#define CLONE3_CLEAR_SIGHAND 0x100000000

static long make3(uint64_t flags)
{
    static int pidfd;
    uint64_t args[11] = {flags, (uintptr_t)&pidfd, 0, 0, SIGCHLD};
    long pid = syscall(SYS_clone3, args, sizeof(args));

    if (pid == 0)
        _exit(0);
    if (pid > 0 && (flags & CLONE3_PIDFD))
        MUST(close(pidfd));
    return pid;
}

static long make_vfork(void)
{
    pid_t pid = vfork();

    if (pid == 0)
        _exit(0);
    return pid;
}

static void reap(long pid)
{
    MUST(waitpid((pid_t)pid, NULL, (int)__WALL));
}

static void *do_nothing(void *unused)
{
    return unused;
}

static long make_thread(pthread_t *thread)
{
    errno = pthread_create(thread, NULL, do_nothing, NULL);
    return errno == 0 ? 0 : -1;
}

CASE(making_tasks)
{
    pthread_t thread;

    begin();
    EACH(make(SIGCHLD), reap(result));
    EACH(make_vfork(), reap(result));
    EACH(make(CLONE_FILES | CLONE_FS | SIGCHLD), reap(result));
    EACH(make(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID), reap(result));
    EACH(make3(CLONE3_PIDFD), reap(result));
    EACH(make3(CLONE3_CLEAR_SIGHAND), reap(result));
    EACH(make_thread(&thread), pthread_join(thread, NULL));
}

CASE(other_tasks)
{
    pid_t child = SPAWN(wait_for_ever(NULL));
    struct iovec there = {begin, 100}, here = {(char[100]){0}, 100};
    char text[64];

    begin();
    EACH(syscall(SYS_pidfd_open, child, 0), MUST(close((int)result)));
    EACH(syscall(SYS_process_vm_readv, child, &here, 1, &there, 1, 0), NOTHING);
    EACH(ptrace(PTRACE_SEIZE, child, NULL, NULL), MUST(ptrace(PTRACE_INTERRUPT, child, NULL, NULL));
         reap(child); MUST(ptrace(PTRACE_DETACH, child, NULL, NULL)));
    EACH(open("/proc/1/status", O_RDONLY), MUST(read((int)result, text, sizeof(text)));
         MUST(close((int)result)));
    MUST(kill(child, SIGKILL));
    reap(child);
}

HELPER(has_it_failed)
{
    int fd = open("/proc/self/fail-nth", O_RDONLY);
    char text[16] = "";

    /* If it is still to come it came in one of these, or is to be read. */
    return fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 || atoi(text) != 0 ? 1 : 0;
}

/* How a program ends that is executed short of memory, until nothing of that is refused. */
static void execute_each(const char *path)
{
    bool is_failed = false, is_killed = false, goes_on = true;
    int status = 0;

    for (unsigned n = 1; goes_on && n < ALLOCATIONS_MAX; n++) {
        pid_t child = SPAWN(begin(); fail_nth(n); execl(path, "has_it_failed", "x", NULL);
                            _exit(errno == ENOMEM ? 2 : 3));

        MUST(waitpid(child, &status, 0));
        goes_on = !WIFEXITED(status) || WEXITSTATUS(status) != 1;
        is_failed |= WIFEXITED(status) && WEXITSTATUS(status) == 2;
        is_killed |= WIFSIGNALED(status);
        if (WIFEXITED(status) && WEXITSTATUS(status) > 2)
            show_status(path, status);
        if (WIFSIGNALED(status) && WTERMSIG(status) != SIGSEGV && WTERMSIG(status) != SIGKILL)
            show_status(path, status);
    }
    HOLDS(!goes_on);
    HOLDS(is_failed);
    HOLDS(is_killed);
}

CASE(executing)
{
    char directory[200], script[300];

    MUST(symlink(abi_program, "has_it_failed"));
    MUST((long)getcwd(directory, sizeof(directory)));
    snprintf(script, sizeof(script), "#!%s/has_it_failed\n", directory);
    make_file("script", script, 0755);
    execute_each("./has_it_failed");
    execute_each("./script");
}

/* --- Signals, timers, rights --- */

CASE(signals)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    siginfo_t info = {.si_code = SI_QUEUE};
    sigset_t set;
    int id;

    begin();
    sigfillset(&set);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
    EACH(kill(getpid(), SIGUSR1), MUST(sigwaitinfo(&set, NULL)));
    EACH(syscall(SYS_rt_sigqueueinfo, getpid(), SIGRTMIN, &info), MUST(sigwaitinfo(&set, NULL)));
    EACH(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id),
         MUST(syscall(SYS_timer_delete, id)));
    EACH(signalfd(-1, &set, 0), MUST(close((int)result)));
}

CASE(rights)
{
    const gid_t groups[] = {1, 2, 3};

    begin();
    EACH(syscall(SYS_setgroups, 3, groups), NOTHING);
    EACH(syscall(SYS_setresgid, 5, 5, 5), NOTHING);
    EACH(syscall(SYS_setresuid, 4000 + (unsigned)getuid(), -1, -1), NOTHING);
    EACH(syscall(SYS_setfsuid, 77), NOTHING);
}

/* --- Memory --- */

static char *map(size_t pages, int flags)
{
    char *at = mmap(NULL, pages * PAGE, RW, MAP_ANONYMOUS | flags, -1, 0);

    return at;
}

static long move_break(char *to)
{
    if (syscall(SYS_brk, to) == (long)to)
        return 0;
    errno = ENOMEM;
    return -1;
}

CASE(mapping)
{
    char *at = map(64, MAP_PRIVATE);
    char *end = sbrk(0);

    begin();
    EACH((long)map(16, MAP_PRIVATE), MUST(munmap((void *)result, 16 * PAGE)));
    EACH((long)map(16, MAP_PRIVATE | MAP_POPULATE), MUST(munmap((void *)result, 16 * PAGE)));
    EACH((long)map(16, MAP_SHARED | MAP_POPULATE), MUST(munmap((void *)result, 16 * PAGE)));
    EACH((long)map(16, MAP_PRIVATE | MAP_LOCKED), MUST(munmap((void *)result, 16 * PAGE)));
    memset(at, 1, 64 * PAGE);
    EACH(mprotect(at + 8 * PAGE, 8 * PAGE, PROT_READ), MUST(mprotect(at, 64 * PAGE, RW)));
    EACH(madvise(at + 8 * PAGE, 8 * PAGE, MADV_DONTFORK),
         MUST(madvise(at, 64 * PAGE, MADV_DOFORK)));
    EACH(mlock(at + 8 * PAGE, 8 * PAGE), MUST(munlock(at, 64 * PAGE)));
    EACH(munmap(at + 8 * PAGE, 8 * PAGE),
         MUST((long)mmap(at + 8 * PAGE, 8 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                         0)));
    EACH((long)mremap(at + 16 * PAGE, 8 * PAGE, 32 * PAGE, MREMAP_MAYMOVE),
         MUST((long)mremap((void *)result, 32 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
                           at + 16 * PAGE)));
    EACH(move_break(end + 4 * PAGE), MUST(move_break(end)));
}

CASE(touching)
{
    char *at = map(TOUCHED, MAP_PRIVATE);

    begin();
    EACH((memset(at, 1, TOUCHED * PAGE), 0), MUST(madvise(at, TOUCHED * PAGE, MADV_DONTNEED)));
    memset(at, 2, TOUCHED * PAGE);
    IN_CHILD("child", begin(); EACH((at[0] = 3, at[PAGE] = 4, 0), NOTHING));
}

/* --- Files --- */

#define CLOSE MUST(close((int)result))

CASE(names)
{
    char text[4096];
    int dir;

    begin();
    dir = (int)MUST(open(".", O_RDONLY | O_DIRECTORY));
    make_file("old", "contents", 0644);
    EACH(open("new", O_CREAT | O_EXCL | O_RDWR, 0644), CLOSE; MUST(unlink("new")));
    EACH(open(".", O_TMPFILE | O_RDWR, 0644), CLOSE);
    EACH(mkdir("new", 0755), MUST(rmdir("new")));
    EACH(mknod("new", S_IFIFO | 0644, 0), MUST(unlink("new")));
    EACH(symlink("target", "new"), MUST(unlink("new")));
    EACH(link("old", "new"), MUST(unlink("new")));
    EACH(rename("old", "new"), MUST(rename("new", "old")));
    EACH(setxattr("old", "user.name", "value", 5, 0), MUST(removexattr("old", "user.name")));
    EACH(syscall(SYS_getdents64, dir, text, sizeof(text)), MUST(lseek(dir, 0, SEEK_SET)));
    EACH(readlink("/proc/self/exe", text, sizeof(text)), NOTHING);
    MUST(mkdir("mounted", 0755));
    EACH(mount("none", "mounted", "tmpfs", 0, NULL), MUST(umount("mounted")));
    EACH(inotify_init1(0), CLOSE);
}

CASE(descriptors)
{
    sigset_t set;
    int ends[2];

    begin();
    sigemptyset(&set);
    EACH(pipe(ends), MUST(close(ends[0])); MUST(close(ends[1])));
    EACH(fcntl(fail_fd, F_DUPFD, 300), CLOSE);
    EACH(epoll_create1(0), CLOSE);
    EACH(eventfd(0, 0), CLOSE);
    EACH(timerfd_create(CLOCK_MONOTONIC, 0), CLOSE);
    EACH(open("/dev/ptmx", O_RDWR | O_NOCTTY), CLOSE);
}

CASE(contents)
{
    static char block[8 * PAGE];
    struct flock lock = {.l_type = F_WRLCK, .l_start = 10, .l_len = 10};
    struct flock part = {.l_type = F_UNLCK, .l_start = 15, .l_len = 1};
    struct epoll_event event = {.events = EPOLLIN};
    struct pollfd fds[100];
    int ends[2], fd, watch, epoll;
    fd_set set;

    begin();
    MUST(pipe(ends));
    fd = (int)MUST(open("file", O_CREAT | O_RDWR, 0644));
    watch = inotify_init1(0);
    epoll = epoll_create1(0);
    EACH(pwrite(fd, block, sizeof(block), 100), MUST(ftruncate(fd, 0)));
    EACH(fallocate(fd, 0, 0, sizeof(block)), MUST(ftruncate(fd, 0)));
    MUST(pwrite(fd, block, sizeof(block), 0));
    EACH(write(ends[1], block, 2 * PAGE), MUST(read(ends[0], block, sizeof(block))));
    EACH(splice(fd, &(off_t){0}, ends[1], NULL, 2 * PAGE, 0),
         MUST(read(ends[0], block, sizeof(block))));
    EACH(sendfile(ends[1], fd, &(off_t){0}, 2 * PAGE), MUST(read(ends[0], block, sizeof(block))));
    EACH(fcntl(fd, F_SETLK, &lock), MUST(fcntl(fd, F_SETLK, &part));
         MUST(fcntl(fd, F_SETLK, &(struct flock){.l_type = F_UNLCK})));
    MUST(fcntl(fd, F_SETLK, &lock));
    EACH(fcntl(fd, F_SETLK, &part), MUST(fcntl(fd, F_SETLK, &lock)));
    EACH(inotify_add_watch(watch, ".", IN_ALL_EVENTS), MUST(inotify_rm_watch(watch, (int)result)));
    EACH(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event),
         MUST(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL)));
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        fds[i] = (struct pollfd){ends[0], POLLIN, 0};
    EACH(poll(fds, ARRAY_SIZE(fds), 1), NOTHING);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    EACH(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){0, 1000}), FD_SET(ends[0], &set));
    EACH((long)mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE | MAP_POPULATE, fd, 0),
         MUST(munmap((void *)result, 8 * PAGE)));
}
