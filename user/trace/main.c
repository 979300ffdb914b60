/*
 * trace: shows the system calls of all programs, or of one:
 *
 *   trace [-e NAMES] [-s | -c | -o | -l CALL] [-p PID | COMMAND...]
 *
 * Without COMMAND until ^C. Each call with its duration; -s sums up: count, total, average,
 * maximum; -c only counts; -o: who opened what; -l: how long CALL took, as bars. -e: only these
 * calls, with commas between them. COMMAND and -p: with all that they fork.
 *
 * It works by the files of /sys/kernel/tracing, which it needs for itself meanwhile. perf-trace(1).
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "user/trace/trace.h"

#define LOOK_MS 50

static volatile sig_atomic_t is_over;

static _Noreturn void usage(void)
{
    fprintf(stderr, "usage: trace [-e NAMES] [-s | -c | -o | -l CALL] [-p PID | COMMAND...]\n");
    exit(2);
}

static void on_signal(int signal)
{
    (void)signal;
    is_over = 1;
}

static char **options_read(int argc, char **argv, struct options *options)
{
    int letter;

    while ((letter = getopt(argc, argv, "+e:scol:p:")) != -1) {
        if (letter == 'e')
            options->names = optarg;
        else if (letter == 's')
            options->mode = MODE_SUMMARY;
        else if (letter == 'c')
            options->mode = MODE_COUNT;
        else if (letter == 'o')
            options->mode = MODE_OPENS;
        else if (letter == 'l')
            options->mode = MODE_LATENCY;
        if (letter == 'l')
            options->call = optarg;
        if (letter == 'p' && atol(optarg) > 0)
            pid_add((pid_t)atol(optarg));
        else if (letter == 'p' || letter == '?')
            usage();
    }
    return argv + optind;
}

/* The command waits for a byte that is written to `gate`; without it, it never begins. */
static pid_t command_start(char **argv, int *gate)
{
    int ends[2];
    pid_t pid;
    char byte;

    if (pipe2(ends, O_CLOEXEC) < 0)
        fail("pipe");
    pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid > 0) {
        close(ends[0]);
        *gate = ends[1];
        return pid;
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) != 1)
        _exit(1);
    execvp(argv[0], argv);
    fprintf(stderr, "trace: %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Takes what there is of trace_pipe; a line may come in two parts. Each read is an event itself:
 * there is no end to wait for. */
static void pipe_drain(int pipe, const struct options *options)
{
    static char text[32768];
    static size_t used;
    ssize_t count;

    do {
        char *line = text, *end;

        count = read(pipe, text + used, sizeof(text) - 1 - used);
        if (count <= 0)
            break;
        used += (size_t)count;
        text[used] = '\0';
        while ((end = strchr(line, '\n')) != NULL) {
            *end = '\0';
            line_see(line, options);
            line = end + 1;
        }
        used -= (size_t)(line - text);
        memmove(text, line, used);
        if (used == sizeof(text) - 1)
            used = 0;
    } while ((size_t)count > sizeof(text) / 4);
    fflush(stdout);
}

/* Until the command ends (its status), or a signal comes. */
static int watch(int pipe, pid_t command, const struct options *options)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000};
    int status = 0;

    while (!is_over) {
        if (command && waitpid(command, &status, WNOHANG) == command)
            break;
        (void)nanosleep(&pause, NULL); /* poll would find our own calls at once */
        pipe_drain(pipe, options);
    }
    pipe_drain(pipe, options);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    const struct sigaction action = {.sa_handler = on_signal};
    struct options options = {.mode = MODE_LIVE};
    char **command = options_read(argc, argv, &options);
    pid_t pid = 0;
    int pipe, gate = -1, status;

    if (*command && pids_are_few())
        usage();
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
    if (*command) {
        pid = command_start(command, &gate);
        pid_add(pid);
    }
    tracing_clear();
    pipe = pipe_open();
    if (pids_are_few())
        event_switch_on("sched:sched_process_fork");
    if (options.mode == MODE_LIVE || options.mode == MODE_OPENS)
        live_begin(&options);
    else
        summary_begin(&options);
    if (*command && write(gate, "", 1) != 1)
        fail("the command");
    status = watch(pipe, pid, &options);
    if (options.mode != MODE_LIVE && options.mode != MODE_OPENS)
        summary_print(&options);
    tracing_end();
    fflush(stdout);
    return status;
}
