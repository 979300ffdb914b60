/*
 * Everything at /sys/kernel/tracing that can be switched is switched, by several processes at once,
 * while others work and read: toggle ROUNDS. All ends, and all is off afterwards.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/sys/kernel/tracing/"

static long rounds;

/* Whoever switches may be refused: another was quicker. */
static void put(const char *name, const char *text)
{
    char path[128];
    int fd;

    snprintf(path, sizeof(path), FOLDER "%s", name);
    fd = open(path, O_WRONLY | O_TRUNC);
    if (fd < 0)
        exit(1);
    (void)!write(fd, text, strlen(text));
    close(fd);
}

static void take(const char *name, int flags)
{
    char path[128], bytes[4096];
    int fd;

    snprintf(path, sizeof(path), FOLDER "%s", name);
    fd = open(path, O_RDONLY | flags);
    if (fd < 0)
        exit(1);
    for (int i = 0; i < 100 && read(fd, bytes, sizeof(bytes)) > 0; i++)
        ;
    close(fd);
}

static void switch_buffers(void)
{
    put("buffer_size_kb", "16");
    put("buffer_size_kb", "64");
    put("trace", "");
}

static void switch_events(void)
{
    put("events/enable", "1");
    put("events/lock/enable", "0");
    put("tracing_on", "0");
    put("tracing_on", "1");
    put("events/enable", "0");
    put("set_event", "sched");
}

static void switch_calls(void)
{
    put("events/raw_syscalls/sys_enter/enable", "1");
    put("events/syscalls/sys_exit_getppid/enable", "1");
    put("events/raw_syscalls/sys_enter/enable", "0");
}

static void count_calls(void)
{
    put("events/limen/sys_done/trigger",
        "hist:keys=common_pid.execname,id.syscall,duration.log2");
    take("events/limen/sys_done/hist", 0);
    put("events/limen/sys_done/trigger", "!hist");
}

static void count_switches(void)
{
    put("events/sched/sched_switch/trigger", "hist:keys=prev_pid,next_pid");
    take("events/sched/sched_switch/hist", 0);
    put("events/sched/sched_switch/trigger", "!hist");
}

static void read_trace(void)
{
    take("trace", 0);
    put("trace_marker", "read");
}

static void read_pipe(void)
{
    take("trace_pipe", O_NONBLOCK);
}

static void work(void)
{
    for (int i = 0; i < 200; i++)
        (void)getppid();
    sched_yield();
    if (fork() == 0)
        _exit(0);
    wait(NULL);
}

static void (*const jobs[])(void) = {
    switch_buffers, switch_events, switch_events, switch_calls, count_calls, count_calls,
    count_switches, read_trace,    read_pipe,     read_pipe,    work,        work,
};

static void job_run(void (*job)(void))
{
    for (long i = 0; i < rounds; i++)
        job();
    exit(0);
}

int main(int argc, char **argv)
{
    int status, failed = 0;

    rounds = argc > 1 ? atol(argv[1]) : 10;
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
        if (fork() == 0)
            job_run(jobs[i]);
    while (wait(&status) > 0)
        failed += status != 0;
    put("events/enable", "0");
    put("events/limen/sys_done/trigger", "!hist");
    put("events/sched/sched_switch/trigger", "!hist");
    put("buffer_size_kb", "4");
    printf("%d failed\n", failed);
    return 0;
}
