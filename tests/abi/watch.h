/*
 * For the ABI tests that watch descriptors.
 */
#ifndef LIMEN_TESTS_ABI_WATCH_H
#define LIMEN_TESTS_ABI_WATCH_H

#include "tests/abi/handler.h"

#include <sys/epoll.h>

#define EVENTS 16

static struct epoll_event events[EVENTS] ABI_UNUSED;

static ABI_UNUSED int make_epoll(void)
{
    return (int)MUST(epoll_create1(0));
}

static ABI_UNUSED int add(int epfd, int fd, uint32_t wanted)
{
    struct epoll_event event = {.events = wanted, .data.u64 = (uint64_t)fd << 32 | 0xabc};

    return epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

static ABI_UNUSED int modify(int epfd, int fd, uint32_t wanted)
{
    struct epoll_event event = {.events = wanted, .data.u64 = (uint64_t)fd << 32 | 0xdef};

    return epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event);
}

/* Shows what is ready now, in order. */
static ABI_UNUSED void look_some(const char *what, int epfd, int max)
{
    int found = epoll_wait(epfd, events, max, 0);
    char text[400] = "";

    for (int i = 0; i < found; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), ", %d %#x",
                 (int)(events[i].data.u64 >> 32), events[i].events);
    if (found < 0)
        say("%s: %s", what, errno_name(errno));
    else
        say("%s: %d%s", what, found, text);
}

static ABI_UNUSED void look(const char *what, int epfd)
{
    look_some(what, epfd, EVENTS);
}

static ABI_UNUSED void put(int fd)
{
    if (write(fd, "x", 1) != 1)
        say("cannot write: %s", errno_name(errno));
}

static ABI_UNUSED void take(int fd)
{
    char byte;

    if (read(fd, &byte, 1) != 1)
        say("cannot read: %s", errno_name(errno));
}

#endif
