/*
 * sh: signals (POSIX, "trap" and "Signals and Error Handling"). A handler does nothing but note
 * that its signal came; the trap runs when the command at hand has ended. sigaction(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "user/sh/run.h"

/* What a signal did when the shell began. */
enum entry {
    ENTRY_UNKNOWN,
    ENTRY_DEFAULT,
    ENTRY_IGNORED
};

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"EXIT", 0},       {"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT},
    {"ILL", SIGILL},   {"TRAP", SIGTRAP},     {"ABRT", SIGABRT}, {"BUS", SIGBUS},
    {"FPE", SIGFPE},   {"KILL", SIGKILL},     {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},
    {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},     {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT},     {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU},
    {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH},
    {"IO", SIGIO},     {"PWR", SIGPWR},       {"SYS", SIGSYS},
};

volatile sig_atomic_t interrupted;
static volatile sig_atomic_t pending[TRAPS];

int signal_number(const char *name)
{
    int number = number_read(name, 10);

    if (number >= 0)
        return number < TRAPS ? number : -1;
    if (strncasecmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (strcasecmp(name, signals[i].name) == 0)
            return signals[i].number;
    }
    return -1;
}

const char *signal_name(int number, char digits[12])
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (signals[i].number == number)
            return signals[i].name;
    }
    snprintf(digits, 12, "%d", number);
    return digits;
}

static void signal_note(int number)
{
    pending[number] = 1;
}

static void interrupt_note(int number)
{
    (void)number;
    interrupted = 1;
}

/* sigsuspend(2) returns after a handler only. */
static void child_note(int number)
{
    (void)number;
}

static void handler_set(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    /* What a trap is for cuts reads short; the end of a child only wakes who waits for it. */
    action.sa_flags = handler == child_note ? SA_RESTART : 0;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* Learns, once, what a signal did before the shell changed it. */
static void entry_learn(struct shell *sh, int number)
{
    struct sigaction action;

    if (sh->entry[number] != ENTRY_UNKNOWN || sigaction(number, NULL, &action) < 0)
        return;
    sh->entry[number] = action.sa_handler == SIG_IGN ? ENTRY_IGNORED : ENTRY_DEFAULT;
}

/* What the shell itself, without a trap, does with a signal. */
static void (*shell_handler(const struct shell *sh, int number))(int)
{
    bool keyboard = number == SIGQUIT || number == SIGTERM;
    bool stop = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;

    if (number == SIGCHLD)
        return child_note;
    if (sh->interactive && number == SIGINT)
        return interrupt_note;
    if ((sh->interactive && keyboard) || (sh->options[OPTION_MONITOR] && stop))
        return SIG_IGN;
    return sh->entry[number] == ENTRY_IGNORED ? SIG_IGN : SIG_DFL;
}

/* A signal that is ignored when a script begins stays so, whatever its traps say (POSIX). */
void signal_update(struct shell *sh, int number)
{
    const char *trap = sh->traps[number];

    entry_learn(sh, number);
    if (sh->entry[number] == ENTRY_IGNORED && !sh->interactive)
        handler_set(number, SIG_IGN);
    else if (!trap)
        handler_set(number, shell_handler(sh, number));
    else if (*trap == '\0')
        handler_set(number, SIG_IGN);
    else
        handler_set(number, signal_note);
}

/* Who started the shell may have ignored SIGCHLD; then nothing would tell how a child ended. */
void signals_begin(struct shell *sh)
{
    handler_set(SIGCHLD, SIG_DFL);
    signal_update(sh, SIGCHLD);
    if (!sh->interactive)
        return;
    signal_update(sh, SIGINT);
    signal_update(sh, SIGQUIT);
    signal_update(sh, SIGTERM);
}

void signals_release(struct shell *sh)
{
    for (int number = 1; number < TRAPS; number++) {
        bool ignored = sh->traps[number] && *sh->traps[number] == '\0';

        if (sh->entry[number] != ENTRY_UNKNOWN && !ignored)
            handler_set(number, sh->entry[number] == ENTRY_IGNORED ? SIG_IGN : SIG_DFL);
    }
}

void signals_resume(struct shell *sh)
{
    for (int number = 1; number < TRAPS; number++) {
        if (sh->entry[number] != ENTRY_UNKNOWN)
            signal_update(sh, number);
    }
}

void signals_child(struct shell *sh)
{
    signals_release(sh);
    for (int number = 0; number < TRAPS; number++) {
        pending[number] = 0;
        if (sh->traps[number] && *sh->traps[number]) {
            free(sh->traps[number]);
            sh->traps[number] = NULL;
        }
    }
    interrupted = 0;
    signal_update(sh, SIGCHLD);
}

int trap_pending(const struct shell *sh)
{
    for (int number = 1; number < TRAPS; number++) {
        if (pending[number] && sh->traps[number] && *sh->traps[number])
            return number;
    }
    return 0;
}

static bool signal_came(const struct shell *sh)
{
    return trap_pending(sh) || (sh->interactive && interrupted);
}

/*
 * Signals are blocked but in ppoll(2), so that none can come between the look for it and the wait.
 * Where nobody looks for signals there is nothing to do.
 */
bool input_await(struct shell *sh, int fd)
{
    struct pollfd input = {.fd = fd, .events = POLLIN};
    bool watched = sh->interactive, ready = false;
    sigset_t all, before;

    for (int number = 1; number < TRAPS; number++)
        watched |= sh->traps[number] != NULL;
    if (!watched)
        return true;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    while (!ready && !signal_came(sh))
        ready = ppoll(&input, 1, NULL, &before) >= 0 || errno != EINTR;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready && !signal_came(sh); /* both may have come: ^C, and what was typed after it */
}

/*
 * $? is, after a trap, what it was before, unless the trap ends the shell. A signal that comes
 * while one runs has its turn after it: a flood of them is not to run traps in traps.
 */
void traps_run(struct shell *sh)
{
    for (int number; !sh->in_trap && (number = trap_pending(sh)) && !sh->unwind;) {
        char *action = string_copy(sh->traps[number]);
        int status = sh->status;

        pending[number] = 0;
        sh->in_trap = true;
        shell_run_text(sh, action);
        sh->in_trap = false;
        free(action);
        if (!sh->unwind)
            sh->status = status;
    }
}

static int traps_print(struct shell *sh)
{
    int status = 0;

    for (int number = 0; number < TRAPS; number++) {
        struct text line;
        char digits[12];

        if (!sh->traps[number])
            continue;
        text_begin(&line, &sh->arena);
        text_add(&line, "trap -- ");
        text_add_quoted(&line, sh->traps[number]);
        text_add_char(&line, ' ');
        text_add(&line, signal_name(number, digits));
        text_add_char(&line, '\n');
        status |= print(sh, line.bytes);
    }
    return status;
}

/* trap [ACTION SIGNAL...]: - as the action, or a number in its place, takes the trap away. */
int run_trap(struct shell *sh, char **arguments)
{
    const char *action = NULL;

    arguments++;
    if (*arguments && strcmp(*arguments, "--") == 0)
        arguments++;
    if (!*arguments || (strcmp(*arguments, "-p") == 0 && !arguments[1]))
        return traps_print(sh);
    if (arguments[1] && number_read(*arguments, 10) < 0)
        action = *arguments++;
    else if (!arguments[1] && strcmp(*arguments, "-") == 0)
        return 0;
    if (action && strcmp(action, "-") == 0)
        action = NULL;
    for (; *arguments; arguments++) {
        int number = signal_number(*arguments);

        if (number < 0) {
            shell_error(sh, "trap: %s: no such signal", *arguments);
            return 1;
        }
        free(sh->traps[number]);
        sh->traps[number] = action ? string_copy(action) : NULL;
        pending[number] = 0;
        if (number > 0 && number != SIGKILL && number != SIGSTOP)
            signal_update(sh, number);
    }
    return 0;
}
