/*
 * /proc/PID/{oom_score,oom_score_adj} (proc(5)). What takes CAP_SYS_RESOURCE, which root does not
 * have everywhere, is in tests/hostile/oom.c.
 */
#include "tests/abi/abi.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* The number in a file of a process (0: our own), or -errno. */
static long number_of(pid_t pid, const char *name)
{
    char path[64], text[32] = "";
    ssize_t count;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", pid == 0 ? getpid() : pid, name);
    fd = open(path, O_RDONLY);
    count = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0)
        close(fd);
    return count < 0 ? -errno : strtol(text, NULL, 10);
}

static long adjustment(void)
{
    return number_of(0, "oom_score_adj");
}

/* Writes to a file of a process (0: our own): the bytes written, or -1. */
static long put(pid_t pid, const char *text)
{
    char path[64];
    long result;
    int fd, error;

    snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid == 0 ? getpid() : pid);
    fd = open(path, O_WRONLY);
    if (fd < 0)
        return -1;
    result = write(fd, text, strlen(text));
    error = errno;
    close(fd);
    errno = error;
    return result;
}

/* Files in /proc of who has changed its user are root's, but for this. */
static void become_user(void)
{
    MUST(setuid(1000));
    MUST(prctl(PR_SET_DUMPABLE, 1));
}

CASE(what_is_read_back)
{
    SHOW(put(0, "500"));
    show_file("/proc/self/oom_score_adj");
    SHOW(put(0, "17\n"));
    show_file("/proc/self/oom_score_adj");
    SHOW(put(0, "1000"));
    SHOW(put(0, "0"));
    show_file("/proc/self/oom_score_adj");
}

CASE(how_numbers_are_read)
{
    static const char *const texts[] = {
        "0x10", "010",  "+5",    " \t7 \n",    "-0",         "5x", "",    " ",   "\n", "-",
        "1 2",  "1001", "-1001", "2147483647", "2147483648", "0x", "+-5", "- 5", "08", "\v9\f",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        put(0, "3");
        SHOW(put(0, texts[i]));
        VALUE(adjustment());
    }
}

/* No more than 12 bytes are looked at. */
CASE(long_texts)
{
    SHOW(put(0, "00000000000500"));
    VALUE(adjustment());
    SHOW(put(0, "7           x"));
    VALUE(adjustment());
    SHOW(put(0, "99999999999999999999"));
    VALUE(adjustment());
}

CASE(offsets)
{
    char text[8] = "";
    int fd = (int)MUST(open("/proc/self/oom_score_adj", O_RDWR));

    SHOW(pwrite(fd, "123", 3, 100));
    SHOW(write(fd, "45", 2));
    SHOW(write(fd, "67", 2));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, sizeof(text), 1));
    say("%s", strtok(text, "\n"));
    SHOW(pread(fd, text, sizeof(text), 3));
    SHOW(write(fd, NULL, 1));
    SHOW(write(fd, (void *)-1L, 1));
    VALUE(adjustment());
}

CASE(modes)
{
    struct stat st;

    MUST(stat("/proc/self/oom_score_adj", &st));
    say("%o", st.st_mode);
    MUST(stat("/proc/self/oom_score", &st));
    say("%o", st.st_mode);
    MUST(close(open("/proc/self/oom_score_adj", O_WRONLY | O_TRUNC)));
    VALUE(adjustment());
}

CASE(who_isnt_root_may_go_up_and_back)
{
    MUST(put(0, "0"));
    become_user();
    SHOW(put(0, "200"));
    SHOW(put(0, "100"));
    SHOW(put(0, "0"));
    SHOW(put(0, "-1"));
    VALUE(adjustment());
}

CASE(of_others)
{
    pid_t roots = SPAWN(pause()), own;

    become_user();
    own = SPAWN(pause());
    SHOW(put(roots, "100"));
    SHOW(put(own, "100"));
    VALUE(number_of(roots, "oom_score_adj"));
    VALUE(number_of(own, "oom_score_adj"));
    VALUE(adjustment());
    kill(own, SIGKILL);
}

CASE(fork_inherits)
{
    MUST(put(0, "150"));
    IN_CHILD("child", VALUE(adjustment()); SHOW(put(0, "160")); VALUE(adjustment()));
    VALUE(adjustment());
}

HELPER(show_adjustment)
{
    VALUE(adjustment());
    return argc - 1;
}

CASE(exec_keeps)
{
    char *const argv[] = {(char *)"show_adjustment", NULL};

    MUST(put(0, "170"));
    execv(abi_program, argv);
}

CASE(a_vfork_child_has_its_own)
{
    pid_t pid;

    MUST(put(0, "10"));
    pid = vfork();
    if (pid == 0) {
        put(0, "20");
        _exit(adjustment() == 20 ? 0 : 1);
    }
    show_end("child", pid);
    VALUE(adjustment());
}

static int set_in_shared_memory(void *unused)
{
    (void)unused;
    put(0, "77");
    return 0;
}

CASE(who_shares_memory_shares_it)
{
    static char stack[65536] __attribute__((aligned(16)));
    pid_t pid;

    MUST(put(0, "10"));
    pid = clone(set_in_shared_memory, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
    show_end("child", pid);
    VALUE(adjustment());
}

CASE(score)
{
    long at_rest, raised;

    MUST(put(0, "0"));
    at_rest = number_of(0, "oom_score");
    HOLDS(at_rest >= 666 && at_rest < 1333);
    MUST(put(0, "500"));
    raised = number_of(0, "oom_score");
    HOLDS(raised - at_rest > 300 && raised - at_rest <= 334);
}

CASE(score_of_a_vfork_child)
{
    pid_t pid;

    MUST(put(0, "100"));
    pid = vfork();
    if (pid == 0)
        _exit(number_of(0, "oom_score") == 0 ? 0 : 1);
    show_end("child", pid);
}

CASE(of_a_zombie)
{
    siginfo_t info;
    pid_t pid;

    MUST(put(0, "100"));
    pid = SPAWN(put(0, "50"));
    MUST(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
    VALUE(number_of(pid, "oom_score_adj"));
    VALUE(number_of(pid, "oom_score"));
    SHOW(put(pid, "60"));
    VALUE(number_of(pid, "oom_score_adj"));
    MUST(waitpid(pid, NULL, 0));
}

CASE(of_who_is_gone)
{
    char path[64], text[8];
    pid_t pid = SPAWN(pause());
    int fd, score;

    snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
    fd = (int)MUST(open(path, O_RDWR));
    snprintf(path, sizeof(path), "/proc/%d/oom_score", pid);
    score = (int)MUST(open(path, O_RDONLY));
    MUST(kill(pid, SIGKILL));
    MUST(waitpid(pid, NULL, 0));
    SHOW(read(fd, text, sizeof(text)));
    SHOW(read(score, text, sizeof(text)));
    SHOW(write(fd, "1", 1));
    SHOW(write(fd, "x", 1));
}
