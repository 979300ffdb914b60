/*
 * Ten thousand open files in one process: looked for, polled, watched, inherited, closed.
 */
#include "tests/stress/stress.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

#define FILES 10000

static int fds[FILES];

static void raise_limit(void)
{
    struct rlimit limit = {FILES + 10, FILES + 10};

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
}

static void close_all(void)
{
    for (int i = 0; i < FILES; i++)
        MUST(close(fds[i]));
}

CASE(regular_files)
{
    long rounds = stress_count(1, 50), wrong = 0;
    char name[20], text[20];

    raise_limit();
    for (; rounds > 0; rounds--) {
        for (int i = 0; i < FILES; i++) {
            snprintf(name, sizeof(name), "%d", i);
            fds[i] = (int)MUST(open(name, O_RDWR | O_CREAT, 0600));
            MUST(write(fds[i], name, sizeof(name)));
            MUST(unlink(name));
        }
        for (int i = FILES - 1; i >= 0; i--) {
            snprintf(name, sizeof(name), "%d", i);
            MUST(pread(fds[i], text, sizeof(text), 0));
            wrong += strcmp(name, text) != 0;
        }
        close_all();
    }
    VALUE(wrong);
}

CASE(the_limit)
{
    int made = 0;

    raise_limit();
    while (dup(0) >= 0)
        made++;
    say("%s", errno_name(errno));
    VALUE(made);
    MUST(close(5000));
    SHOW(dup(0));
    SHOW(dup(0));
}

CASE(all_are_polled)
{
    static struct pollfd wanted[FILES];
    long rounds = stress_count(3, 300), ready = 0;
    uint64_t one = 1;

    raise_limit();
    stress_seed(1);
    for (int i = 0; i < FILES; i++) {
        fds[i] = (int)MUST(eventfd(0, EFD_NONBLOCK));
        wanted[i] = (struct pollfd){fds[i], POLLIN, 0};
    }
    for (long round = 0; round < rounds; round++) {
        int which = fds[below(FILES)];
        pid_t pid = SPAWN(nap_ms(5); MUST(write(which, &one, sizeof(one))));

        ready += poll(wanted, FILES, -1);
        MUST(read(which, &one, sizeof(one)));
        MUST(waitpid(pid, NULL, 0));
    }
    HOLDS(ready == rounds);
    close_all();
}

CASE(all_are_watched)
{
    long rounds = stress_count(1000, 1000000), wrong = 0;
    struct epoll_event event;
    uint64_t one = 1;
    int epfd;

    raise_limit();
    stress_seed(2);
    epfd = (int)MUST(epoll_create1(0));
    for (int i = 0; i < FILES; i++) {
        fds[i] = (int)MUST(eventfd(0, EFD_NONBLOCK));
        event = (struct epoll_event){.events = EPOLLIN, .data.u32 = (uint32_t)i};
        MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &event));
    }
    for (long round = 0; round < rounds; round++) {
        uint32_t which = (uint32_t)below(FILES);

        MUST(write(fds[which], &one, sizeof(one)));
        wrong += epoll_wait(epfd, &event, 1, -1) != 1 || event.data.u32 != which;
        MUST(read(fds[which], &one, sizeof(one)));
    }
    VALUE(wrong);
    close_all();
    SHOW(epoll_wait(epfd, &event, 1, 0));
}

CASE(all_are_inherited)
{
    long rounds = stress_count(3, 300), wrong = 0;
    int status;

    raise_limit();
    for (int i = 0; i < FILES; i++)
        fds[i] = (int)MUST(dup(0));
    for (; rounds > 0; rounds--) {
        pid_t pid = SPAWN(close_all());

        MUST(waitpid(pid, &status, 0));
        wrong += status != 0;
    }
    VALUE(wrong);
    close_all();
}
