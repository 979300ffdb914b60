/*
 * What /proc/PID/fdinfo tells of locks (proc(5)): those that were made by the descriptor's file,
 * for itself or for the process.
 */
#include "tests/abi/abi.h"

#include <sys/file.h>

#define OFD_SETLK 37

static void show_locks(pid_t pid, int fd)
{
    char path[64], text[4096];
    int shown = 0;

    snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
    MUST(strcmp(read_text(path, text, sizeof(text)), "ok") == 0 ? 0 : -1);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char number[16], kind[16], advice[16], type[16], place[64], first[32], last[32];
        int owner;

        if (sscanf(line, "lock:\t%15s %15s %15s %15s %d %63s %31s %31s", number, kind, advice, type,
                   &owner, place, first, last) != 8)
            continue;
        say("%s %s %s %s %s %s %s", number, kind, advice, type,
            owner == -1    ? "nobody"
            : owner == pid ? "its"
                           : "another's",
            first, last);
        shown++;
    }
    if (shown == 0)
        say("none");
}

static int set_lock(int fd, int command, int type, off_t start, off_t length)
{
    struct flock lock = {.l_type = (short)type, .l_start = start, .l_len = length};

    return fcntl(fd, command, &lock);
}

CASE(none)
{
    show_locks(getpid(), (int)MUST(open("f", O_RDWR | O_CREAT, 0600)));
}

CASE(each_kind)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));

    SHOW(set_lock(fd, F_SETLK, F_WRLCK, 100, 50));
    SHOW(set_lock(fd, OFD_SETLK, F_RDLCK, 200, 0));
    SHOW(set_lock(fd, F_SETLK, F_RDLCK, 0, 10));
    SHOW(flock(fd, LOCK_EX));
    show_locks(getpid(), fd);
    SHOW(set_lock(fd, F_SETLK, F_UNLCK, 0, 0));
    show_locks(getpid(), fd);
    SHOW(flock(fd, LOCK_SH));
    show_locks(getpid(), fd);
    SHOW(flock(fd, LOCK_UN));
    show_locks(getpid(), fd);
}

/* Two openings of one file tell each of its own. */
CASE(two_openings)
{
    int a = (int)MUST(open("f", O_RDWR | O_CREAT, 0600)), b = (int)MUST(open("f", O_RDWR));

    SHOW(set_lock(a, F_SETLK, F_WRLCK, 0, 10));
    SHOW(set_lock(b, F_SETLK, F_WRLCK, 100, 10));
    SHOW(set_lock(b, OFD_SETLK, F_WRLCK, 200, 10));
    SHOW(flock(b, LOCK_SH));
    show_locks(getpid(), a);
    show_locks(getpid(), b);
}

/* A lock that grows stays where it was made first. */
CASE(merged)
{
    int a = (int)MUST(open("f", O_RDWR | O_CREAT, 0600)), b = (int)MUST(open("f", O_RDWR));

    SHOW(set_lock(a, F_SETLK, F_WRLCK, 0, 10));
    SHOW(set_lock(b, F_SETLK, F_WRLCK, 10, 10));
    show_locks(getpid(), a);
    show_locks(getpid(), b);
    SHOW(set_lock(a, F_SETLK, F_UNLCK, 5, 5));
    show_locks(getpid(), a);
}

/* By one description, and of another process: flock's and the description's. */
CASE(of_another_process)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));
    pid_t pid;

    SHOW(set_lock(fd, F_SETLK, F_WRLCK, 0, 10));
    SHOW(flock(fd, LOCK_EX));
    SHOW(set_lock(fd, OFD_SETLK, F_RDLCK, 20, 10));
    pid = SPAWN(set_lock(fd, F_SETLK, F_RDLCK, 50, 10); pause());
    await_sleep(pid);
    show_locks(getpid(), fd);
    show_locks(pid, fd);
    MUST(kill(pid, SIGKILL));
    MUST(waitpid(pid, NULL, 0));
}

CASE(dup)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600)), other = (int)MUST(dup(fd));

    SHOW(set_lock(fd, F_SETLK, F_WRLCK, 0, 10));
    show_locks(getpid(), other);
    MUST(close(other));
    show_locks(getpid(), fd);
}
