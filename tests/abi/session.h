/*
 * What the tests of sessions and their terminals share (job.c, hangup.c).
 */
#ifndef LIMEN_TESTS_SESSION_H
#define LIMEN_TESTS_SESSION_H

#include "tests/abi/pty.h"

/* SPAWN within SPAWN. */
#pragma GCC diagnostic ignored "-Wshadow"

/* Runs a block in a child that leads a session of its own; the terminal isn't its yet. */
#define IN_SESSION(...)      \
    IN_CHILD("the leader", { \
        open_pair();         \
        MUST(setsid());      \
        __VA_ARGS__;         \
    })

/* The same, with the terminal. */
#define AT_TERMINAL(...)                  \
    IN_SESSION({                          \
        MUST(ioctl(slave, TIOCSCTTY, 0)); \
        __VA_ARGS__;                      \
    })

/* A member of the session in a process group of its own. */
#define IN_BACKGROUND(what, ...) \
    IN_CHILD(what, {             \
        MUST(setpgid(0, 0));     \
        __VA_ARGS__;             \
    })

static ABI_UNUSED void note_signal(int signo)
{
    say("got %s", signal_name(signo));
}

static ABI_UNUSED void note(int signo)
{
    struct sigaction action = {.sa_handler = note_signal};

    sigaction(signo, &action, NULL);
}

/* Waits for a signal with a deadline that only a fault reaches. */
static ABI_UNUSED void await_signal(int signo)
{
    const struct timespec limit = {20, 0};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    sigprocmask(SIG_BLOCK, &set, NULL);
    say("waited for %s: %s", signal_name(signo),
        sigtimedwait(&set, NULL, &limit) == signo ? "it came" : errno_name(errno));
}

static ABI_UNUSED void block(int signo)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Where the process's terminal is /proc/self/stat tells: fields 7 and 8. */
static ABI_UNUSED void show_terminal(void)
{
    char text[512], state;
    int parent, group, session, number, foreground;

    if (strcmp(read_text("/proc/self/stat", text, sizeof(text)), "ok") != 0 ||
        sscanf(strrchr(text, ')'), ") %c %d %d %d %d %d", &state, &parent, &group, &session,
               &number, &foreground) != 6)
        say("/proc/self/stat?");
    else
        say("terminal %d, foreground %s", number,
            foreground == -1          ? "-1"
            : foreground == getpgrp() ? "own"
            : foreground == getsid(0) ? "the leader's"
                                      : "another");
}

#endif
