/* kill: sends a signal to processes or, by -PGID, to process groups. kill(2), signal(7). */
#include <signal.h>

#include "user/tool.h"

static const char usage[] = "kill [-s NAME | -SIGNAL] PID..., or kill -l";

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP}, {"ABRT", SIGABRT},     {"BUS", SIGBUS},   {"FPE", SIGFPE},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1},     {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},     {"TERM", SIGTERM}, {"STKFLT", SIGSTKFLT},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT},     {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU},
    {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH},
    {"POLL", SIGPOLL}, {"PWR", SIGPWR},       {"SYS", SIGSYS},
};

enum {
    SIGNALS = sizeof(signals) / sizeof(signals[0]),
    SIGNAL_LAST = 64
};

/* The number of the signal called TEXT (SIGTERM, TERM or 15); 0 asks whether a process is there. */
static int signal_parse(const char *text)
{
    unsigned long number;

    if (number_parse(text, 10, SIGNAL_LAST, &number))
        return (int)number;
    if (strncmp(text, "SIG", 3) == 0)
        text += 3;
    for (int i = 0; i < SIGNALS; i++) {
        if (strcmp(text, signals[i].name) == 0)
            return signals[i].number;
    }
    fprintf(stderr, "kill: %s: no such signal\n", text);
    exit(2);
}

static int signals_list(void)
{
    for (int i = 0; i < SIGNALS; i++)
        printf("%2d %s\n", signals[i].number, signals[i].name);
    return tool_finish("kill", 0);
}

static int target_kill(const char *text, int signal_number)
{
    unsigned long id;
    bool group = *text == '-';

    if (!number_parse(text + group, 10, INT_MAX, &id)) {
        fprintf(stderr, "kill: %s: not a process id\n", text);
        return 1;
    }
    return kill(group ? -(pid_t)id : (pid_t)id, signal_number) < 0 ? tool_fail("kill", text) : 0;
}

int main(int argc, char **argv)
{
    int signal_number = SIGTERM, status = 0;
    char **targets = argv + 1;

    if (argc == 2 && strcmp(argv[1], "-l") == 0)
        return signals_list();
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        signal_number = signal_parse(argv[2]);
        targets = argv + 3;
    } else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0) {
        signal_number = signal_parse(argv[1] + 1);
        targets = argv + 2;
    }
    if (*targets && strcmp(*targets, "--") == 0)
        targets++;
    if (!*targets)
        tool_usage(usage);
    for (; *targets; targets++)
        status |= target_kill(*targets, signal_number);
    return status;
}
