/* select: poll in its older clothes. The time that is left is written back, as on Linux. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/select.h>
#include <time.h>

/* What makes a descriptor ready in each of the three senses (man 2 select). */
#define READABLE (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define WRITABLE (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define EXCEPTIONAL POLLPRI

#define DAY_US (86400L * 1000000)

static bool is_in(int fd, const fd_set *set)
{
    return set && FD_ISSET(fd, set);
}

static nfds_t fds_collect(struct pollfd *fds, int count, const fd_set *readable,
                          const fd_set *writable, const fd_set *exceptional)
{
    nfds_t used = 0;

    for (int fd = 0; fd < count; fd++) {
        short events =
            (short)((is_in(fd, readable) ? POLLIN : 0) | (is_in(fd, writable) ? POLLOUT : 0) |
                    (is_in(fd, exceptional) ? POLLPRI : 0));

        if (events)
            fds[used++] = (struct pollfd){.fd = fd, .events = events};
    }
    return used;
}

/* Keeps in the set those of `fds` that are ready in its sense, and counts them. */
static int set_answer(fd_set *set, const struct pollfd *fds, nfds_t count, int events)
{
    int ready = 0;

    for (nfds_t i = 0; set && i < count; i++) {
        if (!FD_ISSET(fds[i].fd, set))
            continue;
        if (fds[i].revents & events)
            ready++;
        else
            FD_CLR(fds[i].fd, set);
    }
    return ready;
}

static bool any_invalid(const struct pollfd *fds, nfds_t count)
{
    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].revents & POLLNVAL)
            return true;
    }
    return false;
}

static long elapsed_us(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - start->tv_sec) * 1000000 + (now.tv_nsec - start->tv_nsec) / 1000;
}

/* Polls, a day at most at a time, until the timeout, which is counted down. */
static int poll_until(struct pollfd *fds, nfds_t count, struct timeval *timeout)
{
    struct timespec start;
    long wait_us, left_us;
    int result;

    if (!timeout)
        return poll(fds, count, -1);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
        errno = EINVAL;
        return -1;
    }
    if (__builtin_mul_overflow(timeout->tv_sec, 1000000, &wait_us) ||
        __builtin_add_overflow(wait_us, timeout->tv_usec, &wait_us))
        wait_us = LONG_MAX;
    left_us = wait_us;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        long step_us = left_us < DAY_US ? left_us : DAY_US;

        result = poll(fds, count, (int)((step_us + 999) / 1000));
        left_us = wait_us - elapsed_us(&start);
        left_us = left_us > 0 ? left_us : 0;
    } while (result == 0 && left_us > 0);
    *timeout = (struct timeval){left_us / 1000000, left_us % 1000000};
    return result;
}

int select(int count, fd_set *restrict readable, fd_set *restrict writable,
           fd_set *restrict exceptional, struct timeval *restrict timeout)
{
    struct pollfd fds[FD_SETSIZE];
    nfds_t used;

    if (count < 0 || count > FD_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    used = fds_collect(fds, count, readable, writable, exceptional);
    if (poll_until(fds, used, timeout) < 0)
        return -1;
    if (any_invalid(fds, used)) {
        errno = EBADF;
        return -1;
    }
    return set_answer(readable, fds, used, READABLE) + set_answer(writable, fds, used, WRITABLE) +
           set_answer(exceptional, fds, used, EXCEPTIONAL);
}
