/*
 * What the system tells: uname(2), sysinfo(2), getrandom(2), sched_getaffinity(2), arch_prctl(2),
 * syslog(2).
 */
#include "tests/abi/abi.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/utsname.h>

/* asm/prctl.h, which musl does not have. */
#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004

CASE(uname_fields)
{
    struct utsname name;

    memset(&name, 'x', sizeof(name));
    SHOW(uname(&name));
    say("sysname %s, machine %s", name.sysname, name.machine);
    HOLDS(strncmp(name.release, "6.", 2) == 0);
    HOLDS(name.version[0] == '#');
    HOLDS(strlen(name.nodename) < 65);
    SHOW(syscall(SYS_uname, 8));
}

CASE(sysinfo_is_sane)
{
    struct sysinfo info;

    SHOW(sysinfo(&info));
    HOLDS(info.totalram > 0 && info.freeram > 0 && info.freeram < info.totalram);
    HOLDS(info.mem_unit >= 1);
    HOLDS(info.totalram * info.mem_unit >= 64 << 20);
    HOLDS(info.procs >= 1);
    HOLDS(info.uptime < 100UL * 365 * 86400);
    SHOW(syscall(SYS_sysinfo, 8));
}

CASE(getrandom_forms)
{
    unsigned char a[64] = {0}, b[64] = {0};

    SHOW(getrandom(a, sizeof(a), 0));
    SHOW(getrandom(b, sizeof(b), GRND_NONBLOCK));
    HOLDS(memcmp(a, b, sizeof(a)) != 0);
    SHOW(getrandom(a, 0, 0));
    SHOW(getrandom(a, 1, GRND_RANDOM));
    SHOW(getrandom(a, 1, 0x100));
    SHOW(getrandom(a, 1, GRND_RANDOM | 4));
    SHOW(getrandom((void *)8, 1, 0));
}

CASE(random_devices)
{
    unsigned char a[64] = {0}, b[64] = {0};
    int fd = open("/dev/urandom", O_RDWR);

    SHOW(read(fd, a, sizeof(a)));
    SHOW(read(fd, b, sizeof(b)));
    HOLDS(memcmp(a, b, sizeof(a)) != 0);
    SHOW(write(fd, a, 10));
    SHOW(read(open("/dev/random", O_RDONLY), a, 5));
}

CASE(full_device)
{
    char text[4] = "xxx";
    int fd = open("/dev/full", O_RDWR);

    SHOW(write(fd, text, 4));
    SHOW(read(fd, text, 4));
    HOLDS(memcmp(text, "\0\0\0\0", 4) == 0);
}

CASE(affinity)
{
    unsigned long mask[16] = {0};

    HOLDS(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask) > 0);
    HOLDS(mask[0] & 1);
    SHOW(syscall(SYS_sched_getaffinity, 0, 0, mask));
    SHOW(syscall(SYS_sched_getaffinity, 0, 12, mask));
    SHOW(syscall(SYS_sched_getaffinity, 999999, sizeof(mask), mask));
    SHOW(syscall(SYS_sched_getaffinity, 0, sizeof(mask), 8));
    SHOW(sched_yield());
}

CASE(thread_pointers)
{
    unsigned long base = 0, was = 0;

    SHOW(syscall(SYS_arch_prctl, ARCH_GET_FS, &was));
    HOLDS(was != 0);
    SHOW(syscall(SYS_arch_prctl, ARCH_GET_GS, &base));
    VALUE(base);
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_GS, &was));
    SHOW(syscall(SYS_arch_prctl, ARCH_GET_GS, &base));
    HOLDS(base == (unsigned long)&was);
    __asm__ volatile("movq %%gs:0, %0" : "=r"(base));
    HOLDS(base == was);
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_GS, 0xffffffff80000000UL));
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_GS, 0x7ffffffff000UL));
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_GS, 0x800000000000UL));
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_FS, 0xffff888000000000UL));
    SHOW(syscall(SYS_arch_prctl, ARCH_GET_FS, 8));
    SHOW(syscall(SYS_arch_prctl, 0x9999, 0));
    IN_CHILD("child", MUST(syscall(SYS_arch_prctl, ARCH_GET_GS, &base));
             HOLDS(base == (unsigned long)&was));
}

CASE(syslog_forms)
{
    char text[16];

    SHOW(syscall(SYS_syslog, 3, text, -1));
    SHOW(syscall(SYS_syslog, 3, NULL, 10));
    SHOW(syscall(SYS_syslog, 3, text, 0));
    HOLDS(syscall(SYS_syslog, 10, NULL, 0) > 0);
    SHOW(syscall(SYS_syslog, 77, text, 10));
    MUST(setuid(1000));
    SHOW(syscall(SYS_syslog, 5, NULL, 0));
}

CASE(set_tid_address_gives_the_tid)
{
    int tid;

    HOLDS(syscall(SYS_set_tid_address, &tid) == gettid());
    SHOW(syscall(SYS_set_robust_list, &tid, 1));
}

CASE(tid_is_cleared_at_exit)
{
    /* CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID: the child shares our memory and just ends. */
    static int tid = 77;
    long pid;

    __asm__ volatile("movq %[tid], %%r10; xorl %%r8d, %%r8d; syscall\n\t"
                     "testq %%rax, %%rax; jnz 1f\n\t"
                     "movl %[exit], %%eax; xorl %%edi, %%edi; syscall\n"
                     "1:"
                     : "=a"(pid)
                     : "a"(SYS_clone), "D"(0x00204100 | SIGCHLD), "S"(0),
                       "d"(0), [tid] "r"(&tid), [exit] "i"(SYS_exit)
                     : "rcx", "r8", "r10", "r11", "memory");
    show_end("child", (pid_t)pid);
    VALUE(tid);
}

/* Only who shares its memory with others has somebody to tell. */
CASE(tid_is_not_cleared_for_nobody)
{
    int *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    *word = 77;
    IN_CHILD("alone", syscall(SYS_set_tid_address, word));
    VALUE(*word);
    IN_CHILD("exec", syscall(SYS_set_tid_address, word); execl("missing", "x", NULL);
             execl(abi_program, "end_at_once", NULL));
    VALUE(*word);
}

HELPER(end_at_once)
{
    return 5;
}

CASE(futex_forms)
{
    static int word = 5;
    const struct timespec short_time = {0, 1000000}, bad = {0, 1000000000};

    SHOW(syscall(SYS_futex, &word, 0, 4, NULL, NULL, 0));
    SHOW(syscall(SYS_futex, &word, 0, 5, &short_time, NULL, 0));
    SHOW(syscall(SYS_futex, &word, 0, 5, &bad, NULL, 0));
    SHOW(syscall(SYS_futex, &word, 1, 1, NULL, NULL, 0));
    SHOW(syscall(SYS_futex, (char *)&word + 1, 0, 5, NULL, NULL, 0));
    SHOW(syscall(SYS_futex, 8, 0, 5, NULL, NULL, 0));
    SHOW(syscall(SYS_futex, &word, 127, 5, NULL, NULL, 0));
}

CASE(robust_list)
{
    static long mine[3];
    pid_t parent = getpid();
    size_t length = 0;
    void *head = NULL;
    int status;

    MUST(syscall(SYS_set_robust_list, mine, 24));
    SHOW(syscall(SYS_get_robust_list, 0, &head, &length));
    HOLDS(head == mine);
    VALUE(length);
    SHOW(syscall(SYS_get_robust_list, getpid(), &head, &length));
    SHOW(syscall(SYS_get_robust_list, 0x7fffffff, &head, &length));
    SHOW(syscall(SYS_get_robust_list, 0, 8, &length));
    SHOW(syscall(SYS_get_robust_list, 0, &head, 8));
    if (fork() == 0) {
        SHOW(syscall(SYS_get_robust_list, 0, &head, &length));
        HOLDS(head == NULL);
        MUST(setresuid(4711, 4711, 4711));
        SHOW(syscall(SYS_get_robust_list, parent, &head, &length));
        _exit(0);
    }
    MUST(wait(&status));
}
