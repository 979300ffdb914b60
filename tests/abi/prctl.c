/*
 * prctl(2) on sleeps and timing, personality(2), setfsuid(2), setfsgid(2), waitid(2) of a pidfd,
 * RLIMIT_NICE.
 */
#include "tests/abi/abi.h"

#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>

CASE(timer_slack)
{
    SHOW(prctl(PR_GET_TIMERSLACK));
    SHOW(prctl(PR_SET_TIMERSLACK, 123ul));
    SHOW(prctl(PR_GET_TIMERSLACK));
    IN_CHILD("child", SHOW(prctl(PR_GET_TIMERSLACK)); SHOW(prctl(PR_SET_TIMERSLACK, 7ul));
             SHOW(prctl(PR_GET_TIMERSLACK)); SHOW(prctl(PR_SET_TIMERSLACK, 0ul));
             SHOW(prctl(PR_GET_TIMERSLACK)));
    SHOW(prctl(PR_SET_TIMERSLACK, 0ul));
    SHOW(prctl(PR_GET_TIMERSLACK));
}

CASE(timing)
{
    SHOW(prctl(PR_GET_TIMING));
    SHOW(prctl(PR_SET_TIMING, PR_TIMING_STATISTICAL));
    SHOW(prctl(PR_SET_TIMING, PR_TIMING_TIMESTAMP));
}

HELPER(show_personality)
{
    VALUE(personality(0xffffffff));
    return 0;
}

CASE(personality)
{
    char *const argv[] = {(char *)"show_personality", NULL};
    char text[32] = "";
    int fd;

    SHOW(personality(0xffffffff));
    SHOW(personality(ADDR_NO_RANDOMIZE));
    SHOW(personality(0xffffffff));
    fd = (int)MUST(open("/proc/self/personality", O_RDONLY));
    MUST(read(fd, text, sizeof(text) - 1));
    say("%.8s", text);
    IN_CHILD("child", SHOW(personality(0xffffffff)));
    IN_CHILD("program", execv(abi_program, argv));
    SHOW(personality(PER_LINUX));
    SHOW(personality(0xffffffff));
}

CASE(setfsuid_answers)
{
    SHOW(setfsuid(7));
    SHOW(setfsuid(8));
    SHOW(setfsuid((uid_t)-1));
    SHOW(setfsuid((uid_t)-1));
    MUST(setresuid(1, 2, 3));
    SHOW(setfsuid(1));
    SHOW(setfsuid(3));
    SHOW(setfsuid(9));
    SHOW(setfsuid(0));
    SHOW(setfsuid((uid_t)-1));
    SHOW(setresuid((uid_t)-1, 1, (uid_t)-1));
    SHOW(setfsuid((uid_t)-1));
}

CASE(setfsgid_answers)
{
    SHOW(setfsgid(7));
    SHOW(setfsgid((gid_t)-1));
    MUST(setresgid(1, 2, 3));
    MUST(setresuid(1, 2, 3));
    SHOW(setfsgid(1));
    SHOW(setfsgid(3));
    SHOW(setfsgid(9));
    SHOW(setfsgid((gid_t)-1));
}

/* File rights go by these ids, and nothing else does. */
CASE(setfsuid_counts_for_files)
{
    struct stat st;

    make_file("secret", "text", 0600);
    make_file("theirs", "text", 0600);
    MUST(chown("theirs", 4711, 4711));
    MUST(chmod(".", 0777));
    setfsuid(4711);
    SHOW(open("secret", O_RDONLY));
    SHOW(open("theirs", O_RDONLY) >= 0);
    MUST(close(open("made", O_CREAT | O_WRONLY, 0644)));
    MUST(stat("made", &st));
    VALUE(st.st_uid);
    VALUE(geteuid());
    SHOW(access("secret", R_OK)); /* by the real ids */
    SHOW(chmod("secret", 0644));
    SHOW(prctl(PR_GET_DUMPABLE));
    SHOW(kill(getppid(), 0));
    setfsuid(0);
    SHOW(open("secret", O_RDONLY) >= 0);
}

CASE(setfsgid_counts_for_files)
{
    struct stat st;

    make_file("group", "text", 0040);
    MUST(chown("group", 0, 4711));
    MUST(chmod(".", 0777));
    MUST(setresuid(4712, 4712, 0));
    SHOW(open("group", O_RDONLY));
    MUST(setresuid(-1, 0, -1));
    setfsgid(4711);
    MUST(setresuid(-1, 4712, -1));
    SHOW(open("group", O_RDONLY) >= 0);
    MUST(close(open("made", O_CREAT | O_WRONLY, 0644)));
    MUST(stat("made", &st));
    VALUE(st.st_gid);
    VALUE(getegid());
}

CASE(waitid_of_a_pidfd)
{
    siginfo_t info;

    SHOW(waitid(P_PIDFD, 0, &info, WEXITED));
    SHOW(waitid(P_PIDFD, 99, &info, WEXITED));
    SHOW(waitid(P_PIDFD, (id_t)-1, &info, WEXITED));
    SHOW(waitid(4, 1, &info, WEXITED));
}

/* What counts is the limit of whose nice value it is. */
CASE(nice_limit_of_the_other)
{
    pid_t child;
    int ends[2];
    char byte;

    MUST(pipe(ends));
    child = SPAWN(nice(10); MUST(setresuid(4711, 4711, 4711)); write(ends[1], "x", 1); pause());
    MUST(read(ends[0], &byte, 1));
    MUST(setresuid(4711, 4711, 4711));
    SHOW(setpriority(PRIO_PROCESS, (id_t)child, 15));
    SHOW(setpriority(PRIO_PROCESS, (id_t)child, 14));
    SHOW(getpriority(PRIO_PROCESS, (id_t)child));
    MUST(kill(child, SIGKILL));
    show_end("child", child);
}
