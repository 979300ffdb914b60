/*
 * bench.c - kernel/user boundary microbenchmark, Linux x86-64 ABI.
 *
 *   musl-gcc -static -no-pie -fno-pie -O2 -fno-stack-protector -Wall -o bench bench.c
 *
 * Rules of this file:
 *   - static, non-PIE, no /proc, no /sys, no floating point, no stdio: the only
 *     libc entry points used on purpose are clock_gettime() (so that a vDSO is
 *     used where there is one), memset/memcpy and the start-up code.
 *   - every measured operation is a raw syscall, so libc wrappers (signal
 *     masking in fork(), cancellation points, ...) are not charged to the kernel.
 *   - runs as a normal process or as PID 1.  As PID 1 it makes /dev and /tmp
 *     usable (errors ignored), runs the suite in a forked child (or inline when
 *     fork does not work), and powers the machine off.
 *   - an operation that fails prints "<op>: unsupported (<errno>)" and the
 *     suite goes on.  An operation that hangs is cut by SIGALRM where the kernel
 *     has setitimer/alarm.
 *
 * Output:  BENCH <op> <ticks> <ns>   # min=<ticks> max=<ticks> reps=<r> n=<iters>
 *   <ticks> median over the repeats of (rdtsc delta / iters), one decimal
 *   <ns>    median over the repeats of (CLOCK_MONOTONIC delta / iters)
 *
 * Arguments: names (or prefixes ending in '*') of the operations to run.
 *   "-l" lists them, "-q N" divides every iteration count by N.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

typedef unsigned long u64;
typedef long s64;

/* ------------------------------------------------------------------ */
/* raw syscalls                                                         */
/* ------------------------------------------------------------------ */
#define CLOB "rcx", "r11", "memory"
static inline long sc0(long n)
{
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n) : CLOB);
    return r;
}
static inline long sc1(long n, long a)
{
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a) : CLOB);
    return r;
}
static inline long sc2(long n, long a, long b)
{
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b) : CLOB);
    return r;
}
static inline long sc3(long n, long a, long b, long c)
{
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : CLOB);
    return r;
}
static inline long sc4(long n, long a, long b, long c, long d)
{
    long r;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : CLOB);
    return r;
}
static inline long sc6(long n, long a, long b, long c, long d, long e, long f)
{
    long r;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(r)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : CLOB);
    return r;
}
#define BAD(r) ((unsigned long)(r) > -4096UL)
#define P(x) ((long)(x))

static long k_fork(void)
{
    long r = sc0(SYS_fork);
    if (r == -ENOSYS)
        r = sc6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
    return r;
}
static long k_wait(long pid)
{
    long r;
    do
        r = sc4(SYS_wait4, pid, 0, 0, 0);
    while (r == -EINTR);
    return r;
}
static long k_pipe(int *fd)
{
    long r = sc1(SYS_pipe, P(fd));
    if (r == -ENOSYS)
        r = sc2(SYS_pipe2, P(fd), 0);
    return r;
}
static long k_open(const char *p, int fl, int mode)
{
    long r = sc3(SYS_open, P(p), fl, mode);
    if (r == -ENOSYS)
        r = sc4(SYS_openat, AT_FDCWD, P(p), fl, mode);
    return r;
}
static void k_exit(int c)
{
    for (;;) {
        sc1(SYS_exit_group, c);
        sc1(SYS_exit, c);
    }
}
static void *k_mmap(u64 len)
{
    return (void *)sc6(SYS_mmap, 0, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
}
static long k_munmap(void *p, u64 len)
{
    return sc2(SYS_munmap, P(p), len);
}

/* ------------------------------------------------------------------ */
/* output                                                               */
/* ------------------------------------------------------------------ */
static char obuf[512];
static int olen;
static void oflush(void)
{
    int off = 0;
    while (off < olen) {
        long r = sc3(SYS_write, 1, P(obuf + off), olen - off);
        if (r <= 0)
            break;
        off += r;
    }
    olen = 0;
}
static void os(const char *s)
{
    while (*s && olen < (int)sizeof obuf)
        obuf[olen++] = *s++;
}
static void ou(u64 v)
{
    char t[24];
    int i = 0;
    do
        t[i++] = '0' + v % 10;
    while (v /= 10);
    while (i && olen < (int)sizeof obuf)
        obuf[olen++] = t[--i];
}
static void od(s64 v)
{
    if (v < 0) {
        os("-");
        v = -v;
    }
    ou(v);
}
static void o10(s64 v) /* tenths */
{
    if (v < 0) {
        os("-");
        v = -v;
    }
    ou(v / 10);
    os(".");
    ou(v % 10);
}

/* ------------------------------------------------------------------ */
/* time                                                                 */
/* ------------------------------------------------------------------ */
static inline u64 rdtsc(void)
{
    unsigned a, d;
    __asm__ volatile("lfence; rdtsc" : "=a"(a), "=d"(d) : : "memory");
    return (u64)d << 32 | a;
}
static inline u64 now_ns(void)
{
    struct timespec ts;
    ts.tv_sec = ts.tv_nsec = 0;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (u64)ts.tv_sec * 1000000000ul + ts.tv_nsec;
}
struct tm2 {
    u64 tsc, ns; /* deltas */
    u64 t0, n0;
};
/* -DMAGIC: an interval mark for plugin/icnt.c (a no-op on any machine) */
#ifdef MAGIC
#define MARK() __asm__ volatile("xchg %%bx,%%bx" ::: "memory")
#else
#define MARK() \
    do {       \
    } while (0)
#endif
static inline void T0(struct tm2 *t)
{
    t->n0 = now_ns();
    MARK();
    t->t0 = rdtsc();
}
static inline void T1(struct tm2 *t)
{
    u64 a = rdtsc();
    MARK();
    t->tsc = a - t->t0;
    t->ns = now_ns() - t->n0;
}

/* ------------------------------------------------------------------ */
/* shared state of the operations                                       */
/* ------------------------------------------------------------------ */
static int A[2] = {-1, -1}, B[2] = {-1, -1}; /* parent -> child, child -> parent */
static int gfd = -1;
static long kid = -1;
static char c1[8];
static const char *self_path = "/bench";
static const char F_DATA[] = "/tmp/bench.dat";
static const char F_TINY[] = "/tmp/bench-tiny";
#define CHUNK 65536ul
#define FSIZE (4ul << 20)
static unsigned char big[CHUNK] __attribute__((aligned(4096)));

static void cl(int *fd)
{
    if (*fd >= 0)
        sc1(SYS_close, *fd);
    *fd = -1;
}
static void td_kid(void)
{
    cl(&A[0]);
    cl(&A[1]);
    cl(&B[0]);
    cl(&B[1]);
    cl(&gfd);
    if (kid > 0) {
        sc2(SYS_kill, kid, SIGKILL);
        k_wait(kid);
    }
    kid = -1;
}
static int rd_full(int fd, void *p, u64 n)
{
    while (n) {
        long r = sc3(SYS_read, fd, P(p), n);
        if (r == -EINTR)
            continue;
        if (r <= 0)
            return r ? (int)r : -EPIPE;
        p = (char *)p + r;
        n -= r;
    }
    return 0;
}
static int wr_full(int fd, const void *p, u64 n)
{
    while (n) {
        long r = sc3(SYS_write, fd, P(p), n);
        if (r == -EINTR)
            continue;
        if (r <= 0)
            return r ? (int)r : -EPIPE;
        p = (const char *)p + r;
        n -= r;
    }
    return 0;
}

/* child: echo one byte at a time until EOF */
static void echo_loop(int in, int out)
{
    char c[8];
    while (sc3(SYS_read, in, P(c), 1) == 1)
        if (sc3(SYS_write, out, P(c), 1) != 1)
            break;
    k_exit(0);
}
/* child: for each u64 command n read from in, write n chunks to out */
static void source_loop(int in, int out)
{
    u64 n;
    while (rd_full(in, &n, 8) == 0)
        while (n--)
            if (wr_full(out, big, CHUNK))
                k_exit(1);
    k_exit(0);
}
static int pp_run(int in, int out, long n, struct tm2 *t)
{
    T0(t);
    for (long i = 0; i < n; i++) {
        if (sc3(SYS_write, out, P(c1), 1) != 1)
            return -EPIPE;
        if (sc3(SYS_read, in, P(c1), 1) != 1)
            return -EPIPE;
    }
    T1(t);
    return 0;
}
static int bw_run(int in, int out, long n, struct tm2 *t)
{
    u64 cmd = n, left = n * CHUNK;
    int r;
    T0(t);
    if ((r = wr_full(out, &cmd, 8)))
        return r;
    while (left) {
        u64 w = left < CHUNK ? left : CHUNK;
        long g = sc3(SYS_read, in, P(big), w);
        if (g <= 0)
            return g ? (int)g : -EPIPE;
        left -= g;
    }
    T1(t);
    return 0;
}

/* ------------------------------------------------------------------ */
/* operations                                                           */
/* ------------------------------------------------------------------ */
#define OP(nm) static int nm(long n, struct tm2 *t)
#define LOOP for (long i = 0; i < n; i++)
#define CHK(x)              \
    do {                    \
        long r_ = (x);      \
        if (BAD(r_))        \
            return (int)r_; \
    } while (0)

/* calibration ------------------------------------------------------- */
OP(o_empty)
{
    T0(t);
    LOOP __asm__ volatile("" ::: "memory");
    T1(t);
    return 0;
}
OP(o_dec1000) /* mov + 1000 * (dec, jnz) = 2001 instructions */
{
    T0(t);
    LOOP
    {
        __asm__ volatile("mov $1000,%%ecx\n1: dec %%ecx\n jnz 1b" ::: "ecx", "cc");
    }
    T1(t);
    return 0;
}
OP(o_movsb)
{
    T0(t);
    LOOP
    {
        void *d = big, *s = big + 8192;
        u64 c = 4096;
        __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(c)::"memory");
    }
    T1(t);
    return 0;
}
OP(o_movsq)
{
    T0(t);
    LOOP
    {
        void *d = big, *s = big + 8192;
        u64 c = 512;
        __asm__ volatile("rep movsq" : "+D"(d), "+S"(s), "+c"(c)::"memory");
    }
    T1(t);
    return 0;
}
OP(o_rdtsc)
{
    u64 s = 0;
    T0(t);
    LOOP s += rdtsc();
    T1(t);
    c1[7] = (char)s;
    return 0;
}

/* plain syscalls ----------------------------------------------------- */
OP(o_null)
{
    CHK(sc0(SYS_getppid));
    T0(t);
    LOOP sc0(SYS_getppid);
    T1(t);
    return 0;
}
OP(o_enosys) /* number beyond every table: entry + exit path only */
{
    if (sc0(5000) != -ENOSYS)
        return -EINVAL;
    T0(t);
    LOOP sc0(5000);
    T1(t);
    return 0;
}
static int s_null(void)
{
    return gfd = k_open("/dev/null", O_WRONLY, 0);
}
static int s_zero(void)
{
    return gfd = k_open("/dev/zero", O_RDONLY, 0);
}
OP(o_wrnull)
{
    if (sc3(SYS_write, gfd, P(c1), 1) != 1)
        return -EIO;
    T0(t);
    LOOP sc3(SYS_write, gfd, P(c1), 1);
    T1(t);
    return 0;
}
OP(o_rdzero)
{
    if (sc3(SYS_read, gfd, P(c1), 1) != 1)
        return -EIO;
    T0(t);
    LOOP sc3(SYS_read, gfd, P(c1), 1);
    T1(t);
    return 0;
}
static int s_file(void)
{
    int fd = k_open(F_DATA, O_RDWR | O_CREAT, 0644), r;
    if (fd < 0)
        return fd;
    for (u64 o = 0; o < FSIZE; o += CHUNK)
        if ((r = wr_full(fd, big, CHUNK)))
            return r;
    gfd = fd;
    return 0;
}
static void td_file(void)
{
    cl(&gfd);
    if (sc1(SYS_unlink, P(F_DATA)) == -ENOSYS)
        sc3(SYS_unlinkat, AT_FDCWD, P(F_DATA), 0);
}
OP(o_stat)
{
    struct stat st;
    CHK(sc2(SYS_stat, P(F_DATA), P(&st)));
    T0(t);
    LOOP sc2(SYS_stat, P(F_DATA), P(&st));
    T1(t);
    return 0;
}
OP(o_fstat)
{
    struct stat st;
    CHK(sc2(SYS_fstat, gfd, P(&st)));
    T0(t);
    LOOP sc2(SYS_fstat, gfd, P(&st));
    T1(t);
    return 0;
}
OP(o_open)
{
    long fd = sc3(SYS_open, P(F_DATA), O_RDONLY, 0);
    CHK(fd);
    CHK(sc1(SYS_close, fd));
    T0(t);
    LOOP
    {
        fd = sc3(SYS_open, P(F_DATA), O_RDONLY, 0);
        sc1(SYS_close, fd);
    }
    T1(t);
    return 0;
}
OP(o_lseek)
{
    CHK(sc3(SYS_lseek, gfd, 0, SEEK_SET));
    T0(t);
    LOOP sc3(SYS_lseek, gfd, 0, SEEK_SET);
    T1(t);
    return 0;
}
OP(o_pread1)
{
    CHK(sc4(SYS_pread64, gfd, P(c1), 1, 100));
    T0(t);
    LOOP sc4(SYS_pread64, gfd, P(c1), 1, 100);
    T1(t);
    return 0;
}
OP(o_fread) /* n = chunks; whole 4 MiB passes, 64 KiB at a time */
{
    T0(t);
    for (long i = 0; i < n; i++) {
        if (i % (long)(FSIZE / CHUNK) == 0)
            CHK(sc3(SYS_lseek, gfd, 0, SEEK_SET));
        if (sc3(SYS_read, gfd, P(big), CHUNK) != CHUNK)
            return -EIO;
    }
    T1(t);
    return 0;
}
OP(o_fwrite) /* overwrite of existing pages */
{
    T0(t);
    for (long i = 0; i < n; i++) {
        if (i % (long)(FSIZE / CHUNK) == 0)
            CHK(sc3(SYS_lseek, gfd, 0, SEEK_SET));
        if (sc3(SYS_write, gfd, P(big), CHUNK) != CHUNK)
            return -EIO;
    }
    T1(t);
    return 0;
}
OP(o_fappend) /* truncate to 0, then grow: page allocation included */
{
    CHK(sc2(SYS_ftruncate, gfd, 0));
    CHK(sc3(SYS_lseek, gfd, 0, SEEK_SET));
    T0(t);
    for (long i = 0; i < n; i++)
        if (sc3(SYS_write, gfd, P(big), CHUNK) != CHUNK)
            return -EIO;
    T1(t);
    return 0;
}
OP(o_clk_libc)
{
    struct timespec ts;
    if (clock_gettime(CLOCK_MONOTONIC, &ts))
        return -errno;
    T0(t);
    LOOP clock_gettime(CLOCK_MONOTONIC, &ts);
    T1(t);
    return 0;
}
OP(o_clk_raw)
{
    struct timespec ts;
    CHK(sc2(SYS_clock_gettime, CLOCK_MONOTONIC, P(&ts)));
    T0(t);
    LOOP sc2(SYS_clock_gettime, CLOCK_MONOTONIC, P(&ts));
    T1(t);
    return 0;
}
OP(o_yield)
{
    CHK(sc0(SYS_sched_yield));
    T0(t);
    LOOP sc0(SYS_sched_yield);
    T1(t);
    return 0;
}
static int s_yield2(void)
{
    if ((kid = k_fork()) < 0)
        return kid;
    if (kid == 0)
        for (;;)
            sc0(SYS_sched_yield);
    return 0;
}

/* signals ------------------------------------------------------------ */
struct ksa {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};
void bench_restorer(void);
__asm__(".text\n.globl bench_restorer\n.type bench_restorer,@function\n"
        "bench_restorer:\n mov $15,%eax\n syscall\n");
static volatile long hits;
static void on_sig(int s)
{
    (void)s;
    hits++;
}
static long k_sigaction(int sig, void (*h)(int), unsigned long fl)
{
    struct ksa k = {h, 0x04000000 | fl, bench_restorer, 0};
    return sc4(SYS_rt_sigaction, sig, P(&k), 0, 8);
}
OP(o_siginst)
{
    struct ksa k = {on_sig, 0x04000000, bench_restorer, 0};
    CHK(sc4(SYS_rt_sigaction, SIGUSR1, P(&k), 0, 8));
    T0(t);
    LOOP sc4(SYS_rt_sigaction, SIGUSR1, P(&k), 0, 8);
    T1(t);
    return 0;
}
OP(o_sigdeliver)
{
    long pid = sc0(SYS_getpid);
    CHK(k_sigaction(SIGUSR1, on_sig, 0));
    hits = 0;
    CHK(sc2(SYS_kill, pid, SIGUSR1));
    if (hits != 1)
        return -EIO;
    hits = 0;
    T0(t);
    LOOP sc2(SYS_kill, pid, SIGUSR1);
    T1(t);
    return hits == n ? 0 : -EIO;
}

/* pipes, sockets ----------------------------------------------------- */
static int s_pipe1(void)
{
    return k_pipe(A);
}
OP(o_pipeself) /* write 1 + read 1, no context switch */
{
    T0(t);
    LOOP
    {
        if (sc3(SYS_write, A[1], P(c1), 1) != 1)
            return -EIO;
        if (sc3(SYS_read, A[0], P(c1), 1) != 1)
            return -EIO;
    }
    T1(t);
    return 0;
}
static int s_pp(void (*loop)(int, int))
{
    int r;
    if ((r = k_pipe(A)) || (r = k_pipe(B)))
        return r;
    if ((kid = k_fork()) < 0)
        return kid;
    if (kid == 0) {
        cl(&A[1]);
        cl(&B[0]);
        loop(A[0], B[1]);
    }
    cl(&A[0]);
    cl(&B[1]);
    return 0;
}
static int s_pipe(void)
{
    return s_pp(echo_loop);
}
static int s_pipebw(void)
{
    return s_pp(source_loop);
}
OP(o_pp)
{
    return pp_run(B[0], A[1], n, t);
}
OP(o_bw)
{
    return bw_run(B[0], A[1], n, t);
}

static int s_sock(void (*loop)(int, int))
{
    int sv[2], r;
    if ((r = sc4(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, P(sv))))
        return r;
    A[0] = sv[0];
    A[1] = sv[1];
    if ((kid = k_fork()) < 0)
        return kid;
    if (kid == 0) {
        cl(&A[1]);
        loop(A[0], A[0]);
    }
    cl(&A[0]);
    return 0;
}
static int s_unix(void)
{
    return s_sock(echo_loop);
}
static int s_unixbw(void)
{
    return s_sock(source_loop);
}
OP(o_sock)
{
    return pp_run(A[1], A[1], n, t);
}
OP(o_sockbw)
{
    return bw_run(A[1], A[1], n, t);
}

static int s_tcp(void (*loop)(int, int))
{
    static unsigned short port = 21000;
    struct sockaddr_in sa;
    int one = 1, ls, r;

    memset(&sa, 0, sizeof sa);
    sa.sin_family = AF_INET;
    sa.sin_port = htons(++port);
    sa.sin_addr.s_addr = htonl(0x7f000001);
    if ((ls = sc3(SYS_socket, AF_INET, SOCK_STREAM, 0)) < 0)
        return ls;
    gfd = ls;
    sc6(SYS_setsockopt, ls, SOL_SOCKET, SO_REUSEADDR, P(&one), 4, 0);
    if ((r = sc3(SYS_bind, ls, P(&sa), sizeof sa)) || (r = sc2(SYS_listen, ls, 1)))
        return r;
    if ((kid = k_fork()) < 0)
        return kid;
    if (kid == 0) {
        int s = sc3(SYS_socket, AF_INET, SOCK_STREAM, 0);
        cl(&gfd);
        if (s < 0 || sc3(SYS_connect, s, P(&sa), sizeof sa))
            k_exit(1);
        sc6(SYS_setsockopt, s, 6, 1, P(&one), 4, 0); /* TCP_NODELAY */
        loop(s, s);
    }
    if ((r = sc3(SYS_accept, ls, 0, 0)) < 0)
        return r;
    A[1] = r;
    sc6(SYS_setsockopt, A[1], 6, 1, P(&one), 4, 0);
    return 0;
}
static int s_tcppp(void)
{
    return s_tcp(echo_loop);
}
static int s_tcpbw(void)
{
    return s_tcp(source_loop);
}

/* processes ---------------------------------------------------------- */
OP(o_fork)
{
    T0(t);
    LOOP
    {
        long p = k_fork();
        if (p < 0)
            return p;
        if (p == 0)
            k_exit(0);
        if (k_wait(p) != p)
            return -ECHILD;
    }
    T1(t);
    return 0;
}
static int exec_run(long n, struct tm2 *t, const char *path, int vf)
{
    char *argv[] = {(char *)path, (char *)"--exit", 0};
    char *envp[] = {0};
    T0(t);
    LOOP
    {
        int st = 0;
        long p;
        if (vf) {
            /* vfork must be raw and inlined: parent and child share the stack */
            __asm__ volatile("mov $58,%%eax\n syscall\n"
                             "test %%rax,%%rax\n jnz 1f\n"
                             "mov $59,%%eax\n syscall\n"
                             "mov $127,%%edi\n mov $60,%%eax\n syscall\n"
                             "1:\n"
                             : "=&a"(p)
                             : "D"(path), "S"(argv), "d"(envp)
                             : CLOB);
            if (p < 0)
                return p;
        } else {
            p = k_fork();
            if (p < 0)
                return p;
            if (p == 0) {
                sc3(SYS_execve, P(path), P(argv), P(envp));
                k_exit(127);
            }
        }
        if (sc4(SYS_wait4, p, P(&st), 0, 0) != p)
            return -ECHILD;
        if (st)
            return -ENOEXEC;
    }
    T1(t);
    return 0;
}
OP(o_exec)
{
    return exec_run(n, t, F_TINY, 0);
}
OP(o_vexec)
{
    return exec_run(n, t, F_TINY, 1);
}
OP(o_execmusl)
{
    return exec_run(n, t, self_path, 0);
}

/* a 129-byte static ELF: mov $60,%eax; xor %edi,%edi; syscall */
static const struct {
    unsigned char eh[64];
    unsigned char ph[56];
    unsigned char code[9];
} __attribute__((packed)) tiny = {
    {0x7f, 'E', 'L',  'F', 2,    1, 1, 0, 0,  0, 0,  0, 0, 0, 0,  0, 2, 0, 62, 0, 1, 0,
     0,    0,   0x78, 0,   0x40, 0, 0, 0, 0,  0, 64, 0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0,
     0,    0,   0,    0,   0,    0, 0, 0, 64, 0, 56, 0, 1, 0, 64, 0, 0, 0, 0,  0},
    {1, 0, 0,   0, 5, 0, 0, 0,    0, 0, 0, 0,    0, 0,   0, 0, 0, 0, 0x40,
     0, 0, 0,   0, 0, 0, 0, 0x40, 0, 0, 0, 0,    0, 129, 0, 0, 0, 0, 0,
     0, 0, 129, 0, 0, 0, 0, 0,    0, 0, 0, 0x10, 0, 0,   0, 0, 0, 0},
    {0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05},
};
static int s_tiny(void)
{
    int fd = k_open(F_TINY, O_WRONLY | O_CREAT | O_TRUNC, 0755), r;
    if (fd < 0)
        return fd;
    r = wr_full(fd, &tiny, sizeof tiny);
    sc1(SYS_close, fd);
    return r;
}

/* memory ------------------------------------------------------------- */
static int mm_run(long n, struct tm2 *t, int pages, int touch)
{
    u64 len = pages * 4096ul;
    T0(t);
    LOOP
    {
        volatile char *p = k_mmap(len);
        if (BAD(p))
            return P(p);
        if (touch)
            for (u64 o = 0; o < len; o += 4096)
                p[o] = 1;
        CHK(k_munmap((void *)p, len));
    }
    T1(t);
    return 0;
}
OP(o_mm0)
{
    return mm_run(n, t, 1, 0);
}
OP(o_mm1)
{
    return mm_run(n, t, 1, 1);
}
OP(o_mm256)
{
    return mm_run(n, t, 256, 1);
}
OP(o_fault) /* n = pages: only the touching is timed */
{
    u64 len = n * 4096ul;
    volatile char *p = k_mmap(len);
    if (BAD(p))
        return P(p);
    T0(t);
    for (u64 o = 0; o < len; o += 4096)
        p[o] = 1;
    T1(t);
    return k_munmap((void *)p, len);
}
OP(o_brk) /* grow by one page, touch it, shrink */
{
    long cur = sc1(SYS_brk, 0);
    long base = (cur + 4095) & ~4095l;
    if (sc1(SYS_brk, base) != base || sc1(SYS_brk, base + 4096) != base + 4096)
        return -ENOMEM;
    sc1(SYS_brk, base);
    T0(t);
    LOOP
    {
        sc1(SYS_brk, base + 4096);
        *(volatile char *)base = 1;
        sc1(SYS_brk, base);
    }
    T1(t);
    sc1(SYS_brk, cur);
    return 0;
}
OP(o_mprotect) /* RO then RW on one touched page */
{
    volatile char *p = k_mmap(4096);
    if (BAD(p))
        return P(p);
    p[0] = 1;
    CHK(sc3(SYS_mprotect, P(p), 4096, PROT_READ));
    CHK(sc3(SYS_mprotect, P(p), 4096, PROT_READ | PROT_WRITE));
    T0(t);
    LOOP
    {
        sc3(SYS_mprotect, P(p), 4096, PROT_READ);
        sc3(SYS_mprotect, P(p), 4096, PROT_READ | PROT_WRITE);
    }
    T1(t);
    return k_munmap((void *)p, 4096);
}
OP(o_cow) /* n = pages, written in a child while the parent still maps them */
{
    u64 len = n * 4096ul, res[2];
    int r;
    volatile char *p = k_mmap(len);
    if (BAD(p))
        return P(p);
    for (u64 o = 0; o < len; o += 4096)
        p[o] = 1;
    if ((r = k_pipe(A)))
        return r;
    kid = k_fork();
    if (kid < 0)
        return kid;
    if (kid == 0) {
        T0(t);
        for (u64 o = 0; o < len; o += 4096)
            p[o] = 2;
        T1(t);
        res[0] = t->tsc;
        res[1] = t->ns;
        wr_full(A[1], res, sizeof res);
        k_exit(0);
    }
    if ((r = rd_full(A[0], res, sizeof res)))
        return r;
    k_wait(kid);
    kid = -1;
    t->tsc = res[0];
    t->ns = res[1];
    for (u64 o = 0; o < len; o += 4096)
        if (p[o] != 1)
            return -EFAULT; /* not copy-on-write at all */
    cl(&A[0]);
    cl(&A[1]);
    return k_munmap((void *)p, len);
}

/* threads and futex -------------------------------------------------- */
static volatile int fa, fb, ftid, ferr, fstop;
static int fpriv = 128;
static char tstack[16384] __attribute__((aligned(16)));
static void fpost(volatile int *p)
{
    __atomic_store_n(p, 1, __ATOMIC_SEQ_CST);
    if (sc3(SYS_futex, P(p), 1 | fpriv, 1) < 0)
        ferr = 1;
}
static void fwait(volatile int *p)
{
    while (__atomic_exchange_n(p, 0, __ATOMIC_SEQ_CST) == 0) {
        long r = sc4(SYS_futex, P(p), 0 | fpriv, 0, 0);
        if (r < 0 && r != -EAGAIN && r != -EINTR) {
            ferr = 1;
            return;
        }
    }
}
static void thr_main(void)
{
    while (!ferr) {
        fwait(&fa);
        if (fstop)
            break;
        fpost(&fb);
    }
}
static void thr_nop(void)
{
}
/* raw clone; the child calls fn on its own stack and exits without touching TLS */
long thr_clone(long flags, void *sp, volatile int *ptid, volatile int *ctid, void (*fn)(void));
__asm__(".text\n.globl thr_clone\n.type thr_clone,@function\n"
        "thr_clone:\n"
        " mov %rcx,%r10\n mov %r8,%r9\n xor %r8d,%r8d\n mov $56,%eax\n syscall\n"
        " test %rax,%rax\n jnz 1f\n"
        " xor %ebp,%ebp\n call *%r9\n mov $60,%eax\n xor %edi,%edi\n syscall\n hlt\n"
        "1: ret\n");
static long thr_go(void (*fn)(void))
{
    long fl = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x100000 | 0x200000;
    ftid = 1;
    return thr_clone(fl, tstack + sizeof tstack - 64, &ftid, &ftid, fn);
}
static int thr_join(void)
{
    int v;
    while ((v = ftid) != 0) {
        /* the kernel's CLEARTID wake is a shared (non-private) one */
        long r = sc4(SYS_futex, P(&ftid), 0, v, 0);
        if (r < 0 && r != -EAGAIN && r != -EINTR)
            return r;
    }
    return 0;
}
static int s_futex(void)
{
    long r;
    fa = fb = ferr = fstop = 0;
    fpriv = 128;
    r = sc3(SYS_futex, P(&fa), 1 | 128, 1);
    if (r < 0) {
        fpriv = 0;
        r = sc3(SYS_futex, P(&fa), 1, 1);
        if (r < 0)
            return r;
    }
    r = thr_go(thr_main);
    return r < 0 ? r : 0;
}
static void td_futex(void)
{
    if (ftid) {
        fstop = 1;
        fpost(&fa);
        if (!ferr)
            thr_join();
    }
}
OP(o_futex)
{
    T0(t);
    LOOP
    {
        fpost(&fa);
        fwait(&fb);
        if (ferr)
            return -ENOSYS;
    }
    T1(t);
    return 0;
}
OP(o_futexwake) /* wake with no waiter */
{
    CHK(sc3(SYS_futex, P(&fa), 1 | 128, 1));
    T0(t);
    LOOP sc3(SYS_futex, P(&fa), 1 | 128, 1);
    T1(t);
    return 0;
}
OP(o_thread)
{
    T0(t);
    LOOP
    {
        long r = thr_go(thr_nop);
        if (r < 0)
            return r;
        if ((r = thr_join()))
            return r;
    }
    T1(t);
    return 0;
}

/* ------------------------------------------------------------------ */
/* table                                                                */
/* ------------------------------------------------------------------ */
struct op {
    const char *name;
    int (*run)(long, struct tm2 *);
    int (*setup)(void);
    void (*teardown)(void);
    long n;
    int reps;
};
static const struct op ops[] = {
    /* calibration: ticks per known instruction count */
    {"cal_empty_loop", o_empty, 0, 0, 100000, 7},
    {"cal_2001_insn", o_dec1000, 0, 0, 1000, 7},
    {"cal_rep_movsb_4096", o_movsb, 0, 0, 500, 7},
    {"cal_rep_movsq_512", o_movsq, 0, 0, 500, 7},
    {"cal_lfence_rdtsc", o_rdtsc, 0, 0, 10000, 7},
    /* entry/exit and cheap calls */
    {"enosys_syscall", o_enosys, 0, 0, 10000, 15},
    {"null_syscall", o_null, 0, 0, 10000, 15},
    {"write_devnull_1", o_wrnull, s_null, td_kid, 10000, 15},
    {"read_devzero_1", o_rdzero, s_zero, td_kid, 10000, 15},
    {"clock_gettime_libc", o_clk_libc, 0, 0, 10000, 15},
    {"clock_gettime_raw", o_clk_raw, 0, 0, 10000, 15},
    {"sched_yield", o_yield, 0, 0, 10000, 15},
    {"sched_yield_2p", o_yield, s_yield2, td_kid, 5000, 15},
    /* files */
    {"open_close", o_open, s_file, td_file, 5000, 15},
    {"stat", o_stat, s_file, td_file, 5000, 15},
    {"fstat", o_fstat, s_file, td_file, 5000, 15},
    {"lseek", o_lseek, s_file, td_file, 5000, 15},
    {"pread_1", o_pread1, s_file, td_file, 5000, 15},
    {"file_read_64k", o_fread, s_file, td_file, 64, 11},
    {"file_write_64k", o_fwrite, s_file, td_file, 64, 11},
    {"file_append_64k", o_fappend, s_file, td_file, 64, 11},
    /* signals */
    {"sig_install", o_siginst, 0, 0, 10000, 15},
    {"sig_deliver", o_sigdeliver, 0, 0, 5000, 15},
    /* memory */
    {"mmap_munmap_1", o_mm0, 0, 0, 2000, 15},
    {"mmap_touch_munmap_1", o_mm1, 0, 0, 2000, 15},
    {"mmap_touch_munmap_256", o_mm256, 0, 0, 16, 15},
    {"fault_anon_page", o_fault, 0, 0, 256, 31},
    {"fault_cow_page", o_cow, 0, td_kid, 256, 15},
    {"brk_touch_page", o_brk, 0, 0, 2000, 15},
    {"mprotect_pair", o_mprotect, 0, 0, 2000, 15},
    /* pipes */
    {"pipe_self_1", o_pipeself, s_pipe1, td_kid, 5000, 15},
    {"pipe_pingpong", o_pp, s_pipe, td_kid, 2000, 15},
    {"pipe_bw_64k", o_bw, s_pipebw, td_kid, 64, 11},
    /* processes */
    {"fork_exit_wait", o_fork, 0, 0, 100, 11},
    {"fork_exec_wait", o_exec, s_tiny, 0, 100, 11},
    {"vfork_exec_wait", o_vexec, s_tiny, 0, 100, 11},
    {"fork_exec_wait_musl", o_execmusl, 0, 0, 50, 11},
    /* threads */
    {"futex_wake_none", o_futexwake, 0, 0, 10000, 15},
    {"thread_create_join", o_thread, 0, 0, 500, 11},
    {"futex_pingpong", o_futex, s_futex, td_futex, 2000, 15},
    /* sockets */
    {"unix_pingpong", o_sock, s_unix, td_kid, 2000, 15},
    {"unix_bw_64k", o_sockbw, s_unixbw, td_kid, 64, 11},
    {"tcp_pingpong", o_sock, s_tcppp, td_kid, 1000, 15},
    {"tcp_bw_64k", o_sockbw, s_tcpbw, td_kid, 64, 11},
};
#define NOPS (sizeof ops / sizeof ops[0])
#define MAXREP 64
static s64 med_ticks[NOPS]; /* tenths */
static s64 med_ns[NOPS];

static void sort(s64 *a, int n)
{
    for (int i = 1; i < n; i++) {
        s64 v = a[i];
        int j = i;
        for (; j && a[j - 1] > v; j--)
            a[j] = a[j - 1];
        a[j] = v;
    }
}
static jmp_buf bail;
static volatile int in_op;
static void on_alarm(int s)
{
    (void)s;
    if (in_op)
        longjmp(bail, 1);
}
static void set_alarm(int sec)
{
    struct {
        long is, iu, vs, vu;
    } it = {0, 0, sec, 0};
    sc3(SYS_setitimer, 0, P(&it), 0);
}
static void unsup(const char *name, s64 e)
{
    os(name);
    os(": unsupported (");
    od(e);
    os(")\n");
    oflush();
}
static long quick = 1;
static void run_op(unsigned k)
{
    static s64 tk[MAXREP], ns[MAXREP];
    const struct op *o = &ops[k];
    volatile int r = 0;
    long n = o->n / quick;
    struct tm2 t;

    if (n < 2)
        n = 2;
    med_ticks[k] = -1;
    k_sigaction(SIGALRM, on_alarm, 0x40000000); /* SA_NODEFER */
    set_alarm(120);
    if (setjmp(bail)) {
        in_op = 0;
        unsup(o->name, -ETIMEDOUT);
        td_kid();
        return;
    }
    in_op = 1;
    if (o->setup)
        r = o->setup();
    if (r >= 0)
        r = o->run(n / 4 > 2 ? n / 4 : 2, &t); /* warm-up */
    for (int i = 0; r >= 0 && i < o->reps; i++) {
        r = o->run(n, &t);
        tk[i] = (s64)(t.tsc * 10 + n / 2) / n;
        ns[i] = (s64)(t.ns * 10 + n / 2) / n;
    }
    if (o->teardown)
        o->teardown();
    in_op = 0;
    set_alarm(0);
    if (r < 0) {
        unsup(o->name, r);
        return;
    }
    sort(tk, o->reps);
    sort(ns, o->reps);
    med_ticks[k] = tk[o->reps / 2];
    med_ns[k] = ns[o->reps / 2];
    os("BENCH ");
    os(o->name);
    os(" ");
    o10(med_ticks[k]);
    os(" ");
    o10(med_ns[k]);
    os("   # min=");
    o10(tk[0]);
    os(" max=");
    o10(tk[o->reps - 1]);
    os(" reps=");
    ou(o->reps);
    os(" n=");
    ou(n);
    os("\n");
    oflush();
}
static s64 find(const char *nm, int ns)
{
    for (unsigned i = 0; i < NOPS; i++)
        if (!strcmp(ops[i].name, nm))
            return med_ticks[i] <= 0 ? -1 : ns ? med_ns[i] : med_ticks[i];
    return -1;
}
static void derived(const char *nm, const char *a, s64 div, const char *b, s64 bdiv)
{
    /* a/div - b/bdiv */
    if (find(a, 0) < 0 || find(b, 0) < 0)
        return;
    os("BENCH ");
    os(nm);
    os(" ");
    o10(find(a, 0) / div - find(b, 0) / bdiv);
    os(" ");
    o10(find(a, 1) / div - find(b, 1) / bdiv);
    os("   # derived\n");
    oflush();
}
static int match(const char *pat, const char *nm)
{
    u64 l = strlen(pat);
    return !strcmp(pat, nm) || (l && pat[l - 1] == '*' && !strncmp(pat, nm, l - 1));
}
/* A kernel hands words of its command line it does not know to PID 1: an
 * argument that names no operation at all is not a filter. */
static int wanted(const char *nm, int argc, char **argv)
{
    int any = 0;
    for (int i = 1; i < argc; i++) {
        if (match(argv[i], nm))
            return 1;
        for (unsigned k = 0; k < NOPS && !any; k++)
            any = match(argv[i], ops[k].name);
    }
    return !any;
}
static void ident(void)
{
    char u[6 * 65];
    unsigned a, b, c, d, v[3];

    memset(u, 0, sizeof u);
    if (!BAD(sc1(SYS_uname, P(u)))) {
        os("# kernel: ");
        os(u);
        os(" ");
        os(u + 2 * 65);
        os(" ");
        os(u + 4 * 65);
        os("\n");
    }
    __asm__ volatile("cpuid" : "=a"(a), "=b"(v[0]), "=c"(v[2]), "=d"(v[1]) : "a"(0), "c"(0));
    os("# cpu: ");
    for (int i = 0; i < 12; i++) {
        char ch[2] = {((char *)v)[i], 0};
        os(ch);
    }
    b = d = 0;
    if (a >= 7)
        __asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
    /* these two decide whether the kernel copies bytes or quadwords with rep */
    os(" erms=");
    ou(b >> 9 & 1);
    os(" fsrm=");
    ou(d >> 4 & 1);
    os("\n");
    oflush();
}
static void suite(int argc, char **argv)
{
    u64 t0 = rdtsc(), n0 = now_ns();
    os("BENCH-START\n");
    ident();
    os("# tsc at start ");
    ou(t0);
    os(", CLOCK_MONOTONIC ");
    ou(n0);
    os(" ns\n");
    oflush();
    memset(big, 'x', sizeof big);
    for (unsigned i = 0; i < NOPS; i++)
        if (wanted(ops[i].name, argc, argv))
            run_op(i);
    derived("ctx_switch_pipe", "pipe_pingpong", 2, "pipe_self_1", 1);
    derived("exec_minus_fork", "fork_exec_wait", 1, "fork_exit_wait", 1);
    os("# tsc delta ");
    ou(rdtsc() - t0);
    os(" ticks over ");
    ou(now_ns() - n0);
    os(" ns\nBENCH-END\n");
    oflush();
}

/* ------------------------------------------------------------------ */
/* PID 1 duties                                                         */
/* ------------------------------------------------------------------ */
static void lo_up(void)
{
    struct {
        char name[16];
        short flags;
        char pad[22];
    } ifr;
    int s = sc3(SYS_socket, AF_INET, SOCK_DGRAM, 0);
    if (s < 0)
        return;
    memset(&ifr, 0, sizeof ifr);
    memcpy(ifr.name, "lo", 3);
    ifr.flags = 1 | 0x40;               /* IFF_UP | IFF_RUNNING */
    sc3(SYS_ioctl, s, 0x8914, P(&ifr)); /* SIOCSIFFLAGS */
    sc1(SYS_close, s);
}
int main(int argc, char **argv)
{
    int pid1 = sc0(SYS_getpid) == 1;

    if (argc > 1 && !strcmp(argv[1], "--exit"))
        return 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-l")) {
            for (unsigned k = 0; k < NOPS; k++) {
                os(ops[k].name);
                os("\n");
                oflush();
            }
            return 0;
        }
        if (!strcmp(argv[i], "-q") && i + 1 < argc) {
            quick = 0;
            for (char *c = argv[i + 1]; *c >= '0' && *c <= '9'; c++)
                quick = quick * 10 + *c - '0';
            if (quick < 1)
                quick = 1;
        }
    }
    if (pid1) {
        long fd, p;
        sc2(SYS_mkdir, P("/dev"), 0755);
        sc2(SYS_mkdir, P("/tmp"), 0777);
        fd = k_open("/dev/null", O_RDWR, 0);
        if (fd < 0)
            sc6(SYS_mount, P("dev"), P("/dev"), P("devtmpfs"), 0, 0, 0);
        else
            sc1(SYS_close, fd);
        fd = k_open("/dev/null", O_RDWR, 0);
        if (fd < 0) {
            sc3(SYS_mknod, P("/dev/null"), S_IFCHR | 0666, 0x103);
            sc3(SYS_mknod, P("/dev/zero"), S_IFCHR | 0666, 0x105);
        } else
            sc1(SYS_close, fd);
        sc6(SYS_mount, P("tmp"), P("/tmp"), P("tmpfs"), 0, 0, 0);
        if (sc3(SYS_write, 1, 0, 0) < 0) { /* no fd 1 */
            fd = k_open("/dev/console", O_RDWR, 0);
            if (fd >= 0)
                for (int i = 0; i < 3; i++)
                    sc2(SYS_dup2, fd, i);
        }
        lo_up();
        self_path = argc && argv[0] && argv[0][0] == '/' ? argv[0] : "/init";
        p = k_fork();
        if (p == 0) {
            suite(argc, argv);
            k_exit(0);
        }
        if (p < 0)
            suite(argc, argv);
        else
            k_wait(p);
        sc0(SYS_sync);
        sc4(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, 0); /* power off */
        sc4(SYS_reboot, 0xfee1dead, 672274793, 0x01234567, 0); /* restart */
        return 0;
    }
    if (argc && argv[0])
        self_path = argv[0];
    lo_up();
    suite(argc, argv);
    return 0;
}
