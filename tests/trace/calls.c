/*
 * Makes so many calls that nobody else makes (sched_get_priority_max), in so many processes at
 * once: calls PROCESSES CALLS. Each of the processes makes CALLS. Says how many it made.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void child_run(unsigned long calls)
{
    for (unsigned long i = 0; i < calls; i++)
        if (sched_get_priority_max(SCHED_FIFO) != 99)
            _exit(1);
    _exit(0);
}

int main(int argc, char **argv)
{
    unsigned long processes = argc > 2 ? strtoul(argv[1], NULL, 10) : 1;
    unsigned long calls = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    unsigned long made = 0;
    int status;

    for (unsigned long i = 0; i < processes; i++)
        if (fork() == 0)
            child_run(calls);
    while (wait(&status) > 0)
        made += status == 0 ? calls : 0;
    printf("%lu\n", made);
    return 0;
}
