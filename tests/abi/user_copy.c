/*
 * Bad pointers: each pointer argument of each call is given addresses that the kernel must not
 * touch. What comes out must be EFAULT where Linux says so, and the caller must be none the worse
 * for it.
 */
#include "tests/abi/abi.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#define PAGE 4096L
#define ARCH_GET_FS 0x1003

/* In an argument list, what is replaced before the call. */
enum {
    BAD = 0x5ca1ab1e, /* the bad address */
    BAD_VECTOR,       /* a good iovec whose buffer is at the bad address */
    FILE_FD,          /* a file of one page, rewound */
    DIRECTORY_FD,     /* a directory, rewound */
    PIPE_FD,          /* the reading end of a pipe */
    GOOD,             /* the address of 256 zero bytes */
    NAME,             /* the address of the name of a file that is there */
};

/* A call and where its pointer stands. Where `skip` names an address, the call would block or
 * succeed with that one. */
struct bad_call {
    const char *name;
    long number;
    long arguments[6];
    const char *skip;
};

static char *no_access; /* a page nobody may touch, behind one that all may */
static char *read_only;
static int file_fd, directory_fd, pipe_fd;
static char good[256];

static const struct {
    const char *name;
    unsigned long address;
} fixed[] = {
    {"null page", 8},
    {"kernel", 0xffffffff80000000},
    {"direct map", 0xffff888000000000},
    {"non-canonical", 0x0000800000000000},
    {"end of user space", 0x00007ffffffff000},
    {"last bytes", -4UL},
};

static void prepare(void)
{
    static char page[PAGE];
    int ends[2];

    no_access = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(no_access, 'n', PAGE);
    no_access += PAGE;
    MUST(mprotect(no_access, PAGE, PROT_NONE));
    read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    file_fd = open("file", O_RDWR | O_CREAT, 0644);
    MUST(write(file_fd, page, PAGE));
    MUST(mkdir("directory", 0755));
    make_file("directory/a-name-that-is-rather-long", "", 0644);
    directory_fd = open("directory", O_RDONLY);
    MUST(pipe(ends));
    pipe_fd = ends[0];
    MUST(write(ends[1], "12345", 5));
}

static long argument(long wanted, unsigned long bad)
{
    static struct iovec vector;

    vector = (struct iovec){(void *)bad, 64};
    switch (wanted) {
    case BAD:
        return (long)bad;
    case BAD_VECTOR:
        return (long)&vector;
    case FILE_FD:
        lseek(file_fd, 0, SEEK_SET);
        return file_fd;
    case DIRECTORY_FD:
        lseek(directory_fd, 0, SEEK_SET);
        return directory_fd;
    case PIPE_FD:
        return pipe_fd;
    case GOOD:
        return (long)good;
    case NAME:
        return (long)"file";
    default:
        return wanted;
    }
}

static void try_address(const struct bad_call *call, const char *name, unsigned long bad)
{
    long a[6], result;

    if (call->skip && strstr(call->skip, name))
        return;
    for (int i = 0; i < 6; i++)
        a[i] = argument(call->arguments[i], bad);
    memset(good, 0, sizeof(good));
    result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result == -1)
        say("%s, %s: %s", call->name, name, errno_name(errno));
    else
        say("%s, %s: %ld", call->name, name, result);
}

static void try_calls(const struct bad_call *calls, size_t count)
{
    int before, after;

    prepare();
    MUST(before = dup(0));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < ARRAY_SIZE(fixed); j++)
            try_address(&calls[i], fixed[j].name, fixed[j].address);
        try_address(&calls[i], "no access", (unsigned long)no_access);
        try_address(&calls[i], "page edge", (unsigned long)no_access - 4);
        try_address(&calls[i], "read-only", (unsigned long)read_only);
    }
    MUST(after = dup(0));
    say("descriptors lost: %d", after - before - 1);
}

CASE(buffers)
{
    static const struct bad_call calls[] = {
        {"read", SYS_read, {FILE_FD, BAD, 64}, NULL},
        {"write", SYS_write, {FILE_FD, BAD, 64}, NULL},
        {"pread64", SYS_pread64, {FILE_FD, BAD, 64, 5}, NULL},
        {"pwrite64", SYS_pwrite64, {FILE_FD, BAD, 64, 5}, NULL},
        {"readv", SYS_readv, {FILE_FD, BAD, 1}, NULL},
        {"writev", SYS_writev, {FILE_FD, BAD, 1}, NULL},
        {"readv's buffer", SYS_readv, {FILE_FD, BAD_VECTOR, 1}, NULL},
        {"writev's buffer", SYS_writev, {FILE_FD, BAD_VECTOR, 1}, NULL},
        {"getdents64", SYS_getdents64, {DIRECTORY_FD, BAD, 256}, NULL},
        {"getrandom", SYS_getrandom, {BAD, 64, 0}, NULL},
        {"sendfile's offset", SYS_sendfile, {FILE_FD, FILE_FD, BAD, 1}, NULL},
        {"getcwd", SYS_getcwd, {BAD, 256}, NULL},
        {"readlink's buffer", SYS_readlink, {(long)"/proc/self/exe", BAD, 64}, NULL},
    };

    try_calls(calls, ARRAY_SIZE(calls));
}

CASE(paths)
{
    static const struct bad_call calls[] = {
        {"open", SYS_open, {BAD, O_RDONLY}, NULL},
        {"openat", SYS_openat, {AT_FDCWD, BAD, O_RDWR | O_CREAT, 0644}, NULL},
        {"creat", SYS_creat, {BAD, 0644}, NULL},
        {"stat", SYS_stat, {BAD, GOOD}, NULL},
        {"lstat", SYS_lstat, {BAD, GOOD}, NULL},
        {"newfstatat", SYS_newfstatat, {AT_FDCWD, BAD, GOOD, 0}, NULL},
        {"access", SYS_access, {BAD, F_OK}, NULL},
        {"faccessat", SYS_faccessat, {AT_FDCWD, BAD, F_OK}, NULL},
        {"truncate", SYS_truncate, {BAD, 0}, NULL},
        {"chdir", SYS_chdir, {BAD}, NULL},
        {"rename from", SYS_rename, {BAD, NAME}, NULL},
        {"rename to", SYS_rename, {NAME, BAD}, NULL},
        {"renameat from", SYS_renameat, {AT_FDCWD, BAD, AT_FDCWD, NAME}, NULL},
        {"renameat2 to", SYS_renameat2, {AT_FDCWD, NAME, AT_FDCWD, BAD, 0}, NULL},
        {"mkdir", SYS_mkdir, {BAD, 0755}, NULL},
        {"mkdirat", SYS_mkdirat, {AT_FDCWD, BAD, 0755}, NULL},
        {"rmdir", SYS_rmdir, {BAD}, NULL},
        {"unlink", SYS_unlink, {BAD}, NULL},
        {"unlinkat", SYS_unlinkat, {AT_FDCWD, BAD, 0}, NULL},
        {"link from", SYS_link, {BAD, NAME}, NULL},
        {"link to", SYS_link, {NAME, BAD}, NULL},
        {"linkat to", SYS_linkat, {AT_FDCWD, NAME, AT_FDCWD, BAD, 0}, NULL},
        {"symlink's target", SYS_symlink, {BAD, (long)"new"}, NULL},
        {"symlink's name", SYS_symlink, {NAME, BAD}, NULL},
        {"symlinkat's name", SYS_symlinkat, {NAME, AT_FDCWD, BAD}, NULL},
        {"readlink", SYS_readlink, {BAD, GOOD, 64}, NULL},
        {"readlinkat", SYS_readlinkat, {AT_FDCWD, BAD, GOOD, 64}, NULL},
        {"chmod", SYS_chmod, {BAD, 0644}, NULL},
        {"fchmodat", SYS_fchmodat, {AT_FDCWD, BAD, 0644}, NULL},
        {"chown", SYS_chown, {BAD, 0, 0}, NULL},
        {"lchown", SYS_lchown, {BAD, 0, 0}, NULL},
        {"fchownat", SYS_fchownat, {AT_FDCWD, BAD, 0, 0, 0}, NULL},
        {"mknod", SYS_mknod, {BAD, S_IFREG | 0644, 0}, NULL},
        {"mknodat", SYS_mknodat, {AT_FDCWD, BAD, S_IFREG | 0644, 0}, NULL},
        {"utimensat", SYS_utimensat, {AT_FDCWD, BAD, 0, 0}, NULL},
        {"execve", SYS_execve, {BAD, GOOD, GOOD}, NULL},
    };

    try_calls(calls, ARRAY_SIZE(calls));
}

CASE(structures)
{
    static const struct bad_call calls[] = {
        {"stat", SYS_stat, {NAME, BAD}, NULL},
        {"lstat", SYS_lstat, {NAME, BAD}, NULL},
        {"fstat", SYS_fstat, {FILE_FD, BAD}, NULL},
        {"newfstatat", SYS_newfstatat, {AT_FDCWD, NAME, BAD, 0}, NULL},
        {"poll", SYS_poll, {BAD, 1, 0}, NULL},
        {"FIONREAD", SYS_ioctl, {PIPE_FD, FIONREAD, BAD}, NULL},
        {"FIONBIO", SYS_ioctl, {PIPE_FD, FIONBIO, BAD}, NULL},
        {"pipe", SYS_pipe, {BAD}, NULL},
        {"pipe2", SYS_pipe2, {BAD, O_CLOEXEC}, NULL},
        {"uname", SYS_uname, {BAD}, NULL},
        {"sysinfo", SYS_sysinfo, {BAD}, NULL},
        {"prlimit64 new", SYS_prlimit64, {0, RLIMIT_CORE, BAD, 0}, NULL},
        {"prlimit64 old", SYS_prlimit64, {0, RLIMIT_CORE, 0, BAD}, NULL},
        {"sched_getaffinity", SYS_sched_getaffinity, {0, 128, BAD}, NULL},
        {"PR_SET_NAME", SYS_prctl, {PR_SET_NAME, BAD}, NULL},
        {"PR_GET_NAME", SYS_prctl, {PR_GET_NAME, BAD}, NULL},
        {"ARCH_GET_FS", SYS_arch_prctl, {ARCH_GET_FS, BAD}, NULL},
        {"utimensat's times", SYS_utimensat, {AT_FDCWD, NAME, BAD, 0}, NULL},
        {"futex wait", SYS_futex, {BAD, 0, 1, 0}, "page edge, read-only"},
        {"futex timeout", SYS_futex, {GOOD, 0, 0, BAD}, NULL},
    };

    try_calls(calls, ARRAY_SIZE(calls));
}

CASE(signals)
{
    static const struct bad_call calls[] = {
        {"rt_sigaction new", SYS_rt_sigaction, {SIGUSR1, BAD, 0, 8}, NULL},
        {"rt_sigaction old", SYS_rt_sigaction, {SIGUSR1, 0, BAD, 8}, NULL},
        {"rt_sigprocmask new", SYS_rt_sigprocmask, {SIG_BLOCK, BAD, 0, 8}, NULL},
        {"rt_sigprocmask old", SYS_rt_sigprocmask, {SIG_BLOCK, 0, BAD, 8}, NULL},
        {"rt_sigpending", SYS_rt_sigpending, {BAD, 8}, NULL},
        {"rt_sigsuspend", SYS_rt_sigsuspend, {BAD, 8}, "read-only"},
        {"sigaltstack new", SYS_sigaltstack, {BAD, 0}, "read-only"},
        {"sigaltstack old", SYS_sigaltstack, {0, BAD}, NULL},
    };

    try_calls(calls, ARRAY_SIZE(calls));
}

CASE(times)
{
    static const struct bad_call calls[] = {
        {"nanosleep", SYS_nanosleep, {BAD, 0}, NULL},
        {"clock_nanosleep", SYS_clock_nanosleep, {CLOCK_MONOTONIC, 0, BAD, 0}, NULL},
        {"clock_gettime", SYS_clock_gettime, {CLOCK_MONOTONIC, BAD}, NULL},
        {"clock_getres", SYS_clock_getres, {CLOCK_MONOTONIC, BAD}, NULL},
        {"gettimeofday", SYS_gettimeofday, {BAD, 0}, NULL},
        {"gettimeofday's zone", SYS_gettimeofday, {0, BAD}, NULL},
        {"time", SYS_time, {BAD}, NULL},
    };

    try_calls(calls, ARRAY_SIZE(calls));
}

CASE(wrapping_lengths)
{
    char byte;

    prepare();
    SHOW(read(file_fd, &byte, -1L));
    SHOW(read(file_fd, (void *)-4096L, 8192));
    SHOW(read(file_fd, (void *)0x7fffffffe000, 1L << 47));
    SHOW(write(file_fd, (void *)-1L, 2));
    SHOW(write(file_fd, &byte, INT64_MIN));
    SHOW(syscall(SYS_getdents64, directory_fd, -16L, 256));
    SHOW(syscall(SYS_getrandom, -16L, 32L, 0));
    SHOW(syscall(SYS_poll, -8L, 2, 0));
    SHOW(syscall(SYS_readv, file_fd, -16L, 2));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, -4L, NULL, 8));
}

CASE(nothing_to_copy)
{
    prepare();
    SHOW(read(file_fd, (void *)0xffffffff80000000, 0));
    SHOW(read(file_fd, (void *)8, 0));
    SHOW(write(file_fd, (void *)0xffffffff80000000, 0));
    SHOW(write(file_fd, (void *)8, 0));
    SHOW(syscall(SYS_getrandom, 8L, 0, 0));
    SHOW(syscall(SYS_poll, 8L, 0, 0));
    SHOW(syscall(SYS_readv, file_fd, 8L, 0));
    SHOW(lseek(file_fd, 4096, SEEK_SET));
    SHOW(read(file_fd, (void *)8, 10));
    SHOW(read(file_fd, (void *)0xffffffff80000000, 10));
}

CASE(nothing_is_written_elsewhere)
{
    unsigned char *page = (unsigned char *)mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int wrong = 0;

    prepare();
    memset(page, 0xaa, 3 * PAGE);
    MUST(mprotect(page + PAGE, PAGE, PROT_NONE));
    SHOW(syscall(SYS_uname, page + PAGE - 10));
    SHOW(syscall(SYS_read, file_fd, page + PAGE - 10, 0));
    MUST(mprotect(page + PAGE, PAGE, PROT_READ | PROT_WRITE));
    for (long i = PAGE; i < 3 * PAGE; i++)
        wrong += page[i] != 0xaa;
    VALUE(wrong);
}
