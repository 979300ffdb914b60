/*
 * What /proc tells of the system (proc(5)): uptime, loadavg, stat, version, meminfo, cpuinfo; and
 * sysinfo(2).
 */
#include "tests/abi/abi.h"

#include <sched.h>
#include <sys/utsname.h>

static char text[1 << 20];

static void slurp(const char *path)
{
    if (strcmp(read_text(path, text, sizeof(text)), "ok") != 0)
        say("%s cannot be read", path);
}

CASE(loadavg)
{
    double one, five, fifteen;
    unsigned running, all;
    int newest;
    char end;
    struct sysinfo info;

    slurp("/proc/loadavg");
    VALUE(sscanf(text, "%lf %lf %lf %u/%u %d%c", &one, &five, &fifteen, &running, &all, &newest,
                 &end));
    HOLDS(one >= 0 && five >= 0 && fifteen >= 0);
    HOLDS(running >= 1 && running <= all);
    HOLDS(newest >= getpid());
    HOLDS(end == '\n');
    MUST(sysinfo(&info));
    HOLDS((double)info.loads[0] / 65536 - one < 1 && one - (double)info.loads[0] / 65536 < 1);
    HOLDS(info.procs >= 1);
}

CASE(newest_process)
{
    pid_t child = SPAWN(_exit(0));
    int newest;

    slurp("/proc/loadavg");
    newest = atoi(strrchr(text, ' '));
    HOLDS(newest >= child);
    show_end("child", child);
}

static unsigned long value_of(const char *key)
{
    char *line = strstr(text, key);

    if (line == NULL)
        say("%s is missing", key);
    return line != NULL ? strtoul(line + strlen(key), NULL, 10) : 0;
}

/* User, nice, system and idle time of the line that begins so. */
static bool times_of(const char *cpu, unsigned long times[4])
{
    char *line = strstr(text, cpu);

    return line != NULL && sscanf(line + strlen(cpu), "%lu %lu %lu %lu", &times[0], &times[1],
                                  &times[2], &times[3]) == 4;
}

static volatile unsigned long counter;

CASE(stat)
{
    unsigned long before[4], after[4], first[4], forks, switches;
    struct timespec now;
    double up;

    nap_ms(20);
    slurp("/proc/stat");
    HOLDS(times_of("cpu ", before) && times_of("cpu0 ", first));
    HOLDS(before[0] >= first[0] && before[2] >= first[2] && before[3] >= first[3]);
    forks = value_of("\nprocesses ");
    switches = value_of("\nctxt ");
    HOLDS(value_of("\nprocs_running ") >= 1);
    (void)value_of("\nprocs_blocked ");
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned long boot = value_of("\nbtime ");
    slurp("/proc/uptime");
    HOLDS(sscanf(text, "%lf", &up) == 1);
    HOLDS((double)now.tv_sec - up - (double)boot < 3 &&
          (double)now.tv_sec - up - (double)boot > -3);
    IN_CHILD(
        "child", nice(5); struct timespec used; do {
            counter++;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
        } while (used.tv_sec == 0 && used.tv_nsec < 300000000));
    nap_ms(50);
    slurp("/proc/stat");
    HOLDS(times_of("cpu ", after));
    HOLDS(after[0] + after[1] + after[2] >= before[0] + before[1] + before[2] + 20);
    HOLDS(value_of("\nprocesses ") > forks);
    HOLDS(value_of("\nctxt ") > switches);
}

CASE(version)
{
    struct utsname name;
    char expected[512];

    MUST(uname(&name));
    snprintf(expected, sizeof(expected), "%s version %s (", name.sysname, name.release);
    slurp("/proc/version");
    HOLDS(strncmp(text, expected, strlen(expected)) == 0);
    snprintf(expected, sizeof(expected), ") %s\n", name.version);
    HOLDS(strstr(text, expected) != NULL);
}

CASE(meminfo)
{
    struct sysinfo info;

    MUST(sysinfo(&info));
    slurp("/proc/meminfo");
    HOLDS(value_of("MemTotal:") == info.totalram * info.mem_unit / 1024);
    HOLDS(value_of("MemFree:") <= value_of("MemTotal:"));
    HOLDS(value_of("MemAvailable:") <= value_of("MemTotal:"));
    HOLDS(value_of("SwapTotal:") == info.totalswap * info.mem_unit / 1024);
    HOLDS(value_of("Slab:") == value_of("SReclaimable:") + value_of("SUnreclaim:"));
    HOLDS(value_of("Cached:") + 4096 >= value_of("Shmem:"));
    HOLDS(value_of("KernelStack:") > 0);
}

CASE(cpuinfo)
{
    static const char *const keys[] = {
        "vendor_id\t: ", "cpu family\t: ", "model\t\t: ", "model name\t: ",
        "stepping\t: ",  "cpu MHz\t\t: ",  "flags\t\t: ", "bogomips\t: "};
    cpu_set_t set;
    int processors = 0;

    slurp("/proc/cpuinfo");
    for (const char *at = text; (at = strstr(at, "processor\t: ")) != NULL; at++)
        processors++;
    MUST(sched_getaffinity(0, sizeof(set), &set));
    HOLDS(processors == CPU_COUNT(&set));
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strstr(text, keys[i]) == NULL)
            say("missing: %s", keys[i]);
    HOLDS(strstr(text, " sse2 ") != NULL && strstr(text, " lm ") != NULL);
    HOLDS(strncmp(text, "processor\t: 0\n", 14) == 0);
    HOLDS(strcmp(text + strlen(text) - 2, "\n\n") == 0);
}
