/*
 * For the ABI tests that handle signals.
 */
#ifndef LIMEN_TESTS_ABI_HANDLER_H
#define LIMEN_TESTS_ABI_HANDLER_H

#include "tests/abi/abi.h"

/* What on_signal has seen. */
static volatile sig_atomic_t count ABI_UNUSED, last_signal ABI_UNUSED;

static ABI_UNUSED void on_signal(int signo)
{
    count++;
    last_signal = signo;
}

static ABI_UNUSED void handle(int signo, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    MUST(sigaction(signo, &action, NULL));
}

static ABI_UNUSED void handle_info(int signo, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};

    MUST(sigaction(signo, &action, NULL));
}

/* Shows a set as the list of its signals. */
static ABI_UNUSED void show_set(const char *what, const sigset_t *set)
{
    char text[400] = "";

    for (int signo = 1; signo <= 64; signo++)
        if (sigismember(set, signo) == 1)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), " %d", signo);
    say("%s:%s", what, text);
}

#endif
