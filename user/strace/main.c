/*
 * strace [-cCfqrtTvxy] [-e WHICH] [-o FILE] [-s SIZE] [-S SORT] [-a COLUMN] {-p PID | PROGRAM...}:
 * shows each system call that a program makes, and each signal it gets. The options are those of
 * Linux's strace, and so is each line.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/strace/strace.h"

#define PIDS_MAX 64

struct options options = {.print = true, .string_max = 32, .align = 40, .sort = "time"};

static pid_t pids[PIDS_MAX];
static int pid_count;

static _Noreturn void usage_exit(void)
{
    fprintf(stderr, "usage: strace [-cCfqrtTvxy] [-e WHICH] [-o FILE] [-s SIZE] [-S SORT] "
                    "[-a COLUMN] {-p PID | PROGRAM [ARGUMENT]...}\n");
    exit(1);
}

static long number_option(const char *text, long least)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (*end || end == text || number < least || number > 1 << 20) {
        fprintf(stderr, "strace: invalid number '%s'\n", text);
        exit(1);
    }
    return number;
}

static void sort_option(const char *text)
{
    static const char *const known[] = {"time", "calls", "errors", "name", "nothing"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i], text) == 0) {
            options.sort = known[i];
            return;
        }
    }
    fprintf(stderr, "strace: invalid sortby: '%s'\n", text);
    exit(1);
}

static void pid_option(const char *text)
{
    if (pid_count == PIDS_MAX) {
        fprintf(stderr, "strace: too many processes\n");
        exit(1);
    }
    pids[pid_count++] = (pid_t)number_option(text, 1);
}

static void flag_option(int letter)
{
    switch (letter) {
    case 'c':
        options.count = true;
        options.print = false;
        break;
    case 'C':
        options.count = true;
        break;
    case 'f':
        options.follow = true;
        break;
    case 'q':
        options.quiet++;
        break;
    case 'r':
        options.relative = true;
        break;
    case 't':
        options.clock += options.clock < 3;
        break;
    case 'T':
        options.durations = true;
        break;
    case 'v':
        options.verbose = true;
        break;
    case 'x':
        options.hex += options.hex < 2;
        break;
    case 'y':
        options.paths = true;
        break;
    default:
        usage_exit();
    }
}

static void options_parse(int argc, char **argv)
{
    int letter;

    while ((letter = getopt(argc, argv, "+a:cCe:fo:p:qrs:S:tTvxy")) != -1) {
        switch (letter) {
        case 'a':
            options.align = (int)number_option(optarg, 0);
            break;
        case 'e':
            if (!filter_parse(optarg))
                exit(1);
            break;
        case 'o':
            options.file = optarg;
            break;
        case 'p':
            pid_option(optarg);
            break;
        case 's':
            options.string_max = (size_t)number_option(optarg, 0);
            break;
        case 'S':
            sort_option(optarg);
            break;
        default:
            flag_option(letter);
        }
    }
    if (!argv[optind] && !pid_count)
        usage_exit();
}

/* Those that tell us to end, and to let the tracees go before. */
void deadly_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGQUIT);
    sigaddset(set, SIGPIPE);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

/*
 * They are blocked, and waited for with the tracees. With -o our own child has the terminal: ^C
 * and ^\ are for it, and it is its end that ends us.
 */
static void signals_prepare(bool has_child)
{
    sigset_t set;

    deadly_signals(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (has_child && options.file) {
        signal(SIGINT, SIG_IGN);
        signal(SIGQUIT, SIG_IGN);
    }
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTTIN, SIG_IGN);
}

/* Ends as our child did: by the same signal, if it was one. */
static int status_repeat(int status)
{
    if (status <= 0xff)
        return status;
    sigset_t none;

    sigemptyset(&none);
    signal(status & 0x7f, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    raise(status & 0x7f);
    return 128 + (status & 0x7f);
}

int main(int argc, char **argv)
{
    options_parse(argc, argv);
    if (!output_open(options.file)) {
        fprintf(stderr, "strace: Can't fopen '%s': %s\n", options.file, strerror(errno));
        return 1;
    }
    for (int i = 0; i < pid_count; i++)
        process_attach(pids[i]);
    if (argv[optind] && !program_start(argv + optind))
        return 1;
    if (!tracees)
        return 1;
    signals_prepare(argv[optind]);

    int status = loop_run();

    if (interrupted)
        tracees_release(interrupted);
    if (options.count)
        count_print();
    return interrupted ? 128 + interrupted : status_repeat(status);
}
