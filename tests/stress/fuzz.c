/*
 * A caller of random system calls with hostile arguments: addresses of the kernel, of nothing, at
 * the edge of a page, read-only ones, lengths that wrap, flags of all kinds; while others change
 * what the arguments point to, and take the memory away and bring it back. The calls follow from a
 * seed, so a run can be repeated (as far as the others let it):
 *
 *     STRESS_SEED=7 fuzz CASE
 *
 * One caller for each CPU, each with a seed of its own; in the long form they make two million
 * calls each, all cases together. Left out are the calls that end or silence the test by right:
 * reboot, exit, and signals to others. Run on Limen only: on success such calls do what they say.
 */
#include "tests/stress/stress.h"

#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

#define ARENA_PAGES 16
#define STUCK_MS 30
#define LAST_NUMBER 460

static uint64_t calls_wanted;

/* In memory that the watching parent shares. */
static struct {
    volatile uint64_t calls; /* made so far, by all children together */
    volatile uint64_t now;   /* the call at hand, for the reader of a hang */
} * progress;

static unsigned char *arena; /* readable and writable, with PROT_NONE pages behind */
static unsigned char *only_read;
static pid_t victim; /* a child of the caller's, which sleeps */

static uint64_t random_address(void)
{
    static const uint64_t bad[] = {
        0,
        8,
        0x7ffffffff000,
        0x7fffffffeff8,
        0x800000000000,
        0xffff7fffffffffff,
        0xffff800000000000,
        0xffff888000000000,
        0xffff888000100000,
        0xffffc90000000000,
        0xffffffff80000000,
        0xffffffff80200000,
        0xfffffffffffff000,
        -8UL,
        -1UL,
    };

    switch (below(8)) {
    case 0:
        return bad[below(ARRAY_SIZE(bad))];
    case 1:
        return (uint64_t)arena + ARENA_PAGES * PAGE - below(64);
    case 2:
        return (uint64_t)only_read + below(PAGE);
    case 3:
        return (uint64_t)arena + ARENA_PAGES * PAGE + below(2 * PAGE);
    default:
        return (uint64_t)arena + below(ARENA_PAGES * PAGE);
    }
}

static uint64_t random_path(void)
{
    static const char *const paths[] = {
        "a",         "b",    "d",  "d/c",  "d/../a", "link", "loop",
        ".",         "new",  "a/", "null", "zero",   "full", "/proc/self/exe",
        "missing/x", "./a/", "d/", "",     "tmpfs",
    };

    return (uint64_t)(uintptr_t)paths[below(ARRAY_SIZE(paths))];
}

static uint64_t random_argument(void)
{
    static const uint64_t odd[] = {
        -1UL,      -2UL,      -100UL,          INT32_MAX, 1UL << 31, UINT32_MAX, 1UL << 32,
        INT64_MAX, 1UL << 63, (1UL << 63) | 1, PAGE,      PAGE - 1,  PAGE + 1,   65536,
        1UL << 20, 1UL << 30, 1UL << 40,       1UL << 47, -PAGE,     -65536UL,   512,
        8,         1000,      0xfee1dead,
    };

    switch (below(10)) {
    case 0:
    case 1:
        return below(20);
    case 2:
        return odd[below(ARRAY_SIZE(odd))];
    case 3:
        return 1UL << below(32) | 1UL << below(32);
    case 4:
        return random64() >> below(64);
    case 5:
    case 6:
        return random_path();
    default:
        return random_address();
    }
}

static void fill_arena(void)
{
    uint64_t *words = (uint64_t *)(void *)arena;

    for (int i = 0; i < 64; i++)
        words[below(ARENA_PAGES * PAGE / 8)] = random_argument();
}

static bool left_out(long number)
{
    static const short numbers[] = {
        SYS_exit,
        SYS_exit_group,
        SYS_reboot,
        SYS_kill,
        SYS_tkill,
        SYS_tgkill,
        SYS_rt_sigqueueinfo,
        SYS_rt_tgsigqueueinfo,
        SYS_pause,
        424, /* pidfd_send_signal */
    };

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* One call. It must not use the stack between a fork and the child's end. */
static inline __attribute__((always_inline)) void call(long number, const uint64_t *a)
{
    register uint64_t r10 __asm__("r10") = a[3];
    register uint64_t r8 __asm__("r8") = a[4];
    register uint64_t r9 __asm__("r9") = a[5];

    /* In a child that a fork has made: exit_group(0). */
    __asm__ volatile("cmpl $56, %%eax; je 1f\n\t"
                     "cmpl $57, %%eax; je 1f\n\t"
                     "cmpl $58, %%eax; je 1f\n\t"
                     "cmpl $435, %%eax; je 1f\n\t"
                     "syscall; jmp 2f\n"
                     "1:\n\t"
                     "syscall; testq %%rax, %%rax; jnz 2f\n\t"
                     "movl $60, %%eax; xorl %%edi, %%edi; syscall\n"
                     "2:"
                     : "+a"(number)
                     : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory", "cc");
}

/* What root may do to others ends or stops those who watch, by right: so it is done to oneself, or
 * to one's own child. */
static void keep_from_others(long number, uint64_t *a)
{
    switch (number) {
    case SYS_process_vm_readv:
    case SYS_process_vm_writev:
        a[0] = (uint64_t)victim;
        break;
    case SYS_ptrace:
        a[1] = (uint64_t)victim;
        break;
    case SYS_prlimit64:
    case SYS_setpgid:
    case SYS_sched_setparam:
    case SYS_sched_setscheduler:
    case SYS_sched_setattr:
    case SYS_sched_setaffinity:
        a[0] = 0;
        break;
    case SYS_setpriority:
        a[1] = 0;
        break;
    default:
        break;
    }
}

static void call_at_random(void)
{
    uint64_t a[6];
    long number = (long)below(LAST_NUMBER);

    for (int i = 0; i < 6; i++)
        a[i] = random_argument();
    if (left_out(number))
        return;
    keep_from_others(number, a);
    progress->now = (uint64_t)number;
    call(number, a);
}

/* What there is to work on: names, and descriptors from 0 on. The directory is made the root: what
 * a call writes to the arena (getcwd's "/tmp/...") may be another's path. */
static void prepare(uid_t uid)
{
    int ends[2];

    MUST(mkdir("proc", 0555));
    MUST(mount("proc", "proc", "proc", 0, NULL));
    MUST(chroot("."));
    MUST(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
    MUST(mknod("zero", S_IFCHR | 0666, makedev(1, 5)));
    MUST(mknod("full", S_IFCHR | 0666, makedev(1, 7)));
    MUST(mkdir("d", 0777));
    make_file("a", "0123456789", 0666);
    make_file("d/c", "", 0666);
    MUST(symlink("a", "link"));
    MUST(symlink("loop", "loop"));
    for (int fd = 0; fd < 3; fd++)
        MUST(dup2((int)MUST(open("null", O_RDWR)), fd));
    MUST(open("a", O_RDWR));
    MUST(open(".", O_RDONLY));
    MUST(open("zero", O_RDWR));
    MUST(pipe2(ends, O_NONBLOCK));
    if (uid != 0)
        MUST(setuid(uid));
}

#define HOSTILE_WORDS 64
static uint64_t hostile_words[HOSTILE_WORDS];

/* A thread of the caller: what the arguments point to becomes read-only, unreadable, is unmapped,
 * and is there again. It has a generator of its own, so that the calls still follow from the seed.
 */
static void *change_memory(void *unused)
{
    unsigned turn = 0;

    for (;; turn = turn * 1103515245 + 12345) {
        unsigned char *page = arena + (turn >> 16) % ARENA_PAGES * PAGE;

        mprotect(page, PAGE, (turn >> 8) % 2 ? PROT_READ : PROT_NONE);
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
        if ((turn >> 9) % 8 == 0)
            mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                 0);
        ((uint64_t *)(void *)page)[turn % (PAGE / 8)] = hostile_words[(turn >> 10) % HOSTILE_WORDS];
        if ((turn >> 9) % 16 == 1)
            nap_ms(1);
    }
    return unused;
}

static void fuzz_child(uid_t uid, uint64_t my_seed, bool racing)
{
    pthread_t thread;

    stress_seed(my_seed);
    MUST(setpgid(0, 0));
    prepare(uid);
    victim = SPAWN(wait_for_ever(NULL));
    fill_arena();
    for (int i = 0; i < HOSTILE_WORDS; i++)
        hostile_words[i] = random_argument();
    if (racing)
        pthread_create(&thread, NULL, change_memory, NULL);
    while (progress->calls < calls_wanted) {
        progress->calls++;
        if (!racing && progress->calls % 32 == 0) /* else it may not be writable now */
            fill_arena();
        call_at_random();
    }
}

/* Interrupts the child again and again, and ends it if it gets stuck for all that. */
static void watch(pid_t pid)
{
    uint64_t last = 0;
    int still_ms = 0;

    while (waitpid(pid, NULL, WNOHANG) != pid) {
        kill(pid, SIGUSR1);
        kill(pid, SIGCONT);
        nap_ms(1);
        still_ms = progress->calls == last ? still_ms + 1 : 0;
        last = progress->calls;
        if (still_ms > STUCK_MS) {
            kill(-pid, SIGKILL);
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
            return;
        }
    }
    kill(-pid, SIGKILL);
}

/* Takes away what was mounted below the folder: the end of a list is on top of its beginning. */
static void unmount_below(const char *folder)
{
    static char text[65536];
    char here[256], place[512], found[512];
    bool any = true;

    MUST(getcwd(here, sizeof(here)) ? 0 : -1);
    snprintf(place, sizeof(place), " %s/%s", here, folder);
    while (any) {
        any = false;
        if (strcmp(read_text("/proc/self/mounts", text, sizeof(text)), "ok") != 0)
            return;
        for (const char *at = text; (at = strstr(at, place)) != NULL; at++)
            any = sscanf(at, " %511s", found) == 1;
        if (any && umount2(found, MNT_DETACH) < 0)
            return;
    }
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    remove(path);
    return 0;
}

static void fuzz(uint64_t first_seed, uid_t uid, bool racing)
{
    struct sigaction interrupt = {.sa_handler = only_interrupt}; /* no SA_RESTART */

    /* For the children, who may be interrupted before they could say so. */
    MUST(sigaction(SIGUSR1, &interrupt, NULL));
    calls_wanted = (uint64_t)stress_count(2000, 500000);
    progress = map_shared(PAGE);
    arena = map_shared((ARENA_PAGES + 2) * PAGE);
    MUST(mprotect(arena + ARENA_PAGES * PAGE, 2 * PAGE, PROT_NONE));
    only_read = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (uint64_t generation = 0; progress->calls < calls_wanted; generation++) {
        char name[32];
        pid_t pid;

        snprintf(name, sizeof(name), "g%d", (int)generation);
        MUST(mkdir(name, 0777));
        MUST(chmod(name, 0777));
        pid = SPAWN(MUST(chdir(name)); fuzz_child(uid, first_seed + generation, racing));
        watch(pid);
        progress->calls++;
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        unmount_below(name);
        nftw(name, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
}

static void fuzz_on_all_cpus(uint64_t first_seed, uid_t uid, bool racing)
{
    cpu_set_t cpus;
    int count;

    MUST(sched_getaffinity(0, sizeof(cpus), &cpus));
    count = CPU_COUNT(&cpus);
    for (int i = 0; i < count; i++) {
        char name[32];

        snprintf(name, sizeof(name), "cpu%d", i);
        MUST(mkdir(name, 0777));
        MUST(chmod(name, 0777));
        SPAWN(MUST(chdir(name)); fuzz(first_seed + 100000 * (uint64_t)i, uid, racing));
    }
    for (int i = 0; i < count; i++)
        MUST(waitpid(-1, NULL, 0));
    say("survived");
}

CASE(as_root)
{
    fuzz_on_all_cpus(1000, 0, false);
}

CASE(as_user)
{
    fuzz_on_all_cpus(2000, 1000, false);
}

CASE(as_root_racing)
{
    fuzz_on_all_cpus(3000, 0, true);
}

CASE(as_user_racing)
{
    fuzz_on_all_cpus(4000, 1000, true);
}
