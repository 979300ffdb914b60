/* lockf: locks, as fcntl's, from where the file stands. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Whether somebody else has a lock there. */
static int lock_test(int fd, struct flock *lock)
{
    if (fcntl(fd, F_GETLK, lock) < 0)
        return -1;
    if (lock->l_type == F_UNLCK || lock->l_pid == getpid())
        return 0;
    errno = EACCES;
    return -1;
}

int lockf(int fd, int command, off_t length)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};

    switch (command) {
    case F_TEST:
        return lock_test(fd, &lock);
    case F_ULOCK:
        lock.l_type = F_UNLCK;
        return fcntl(fd, F_SETLK, &lock);
    case F_LOCK:
        return fcntl(fd, F_SETLKW, &lock);
    case F_TLOCK:
        return fcntl(fd, F_SETLK, &lock);
    default:
        errno = EINVAL;
        return -1;
    }
}
