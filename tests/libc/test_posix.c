/* What programs of Linux and POSIX find in smaller headers: events, trees, file systems, dates. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void events(void)
{
    struct epoll_event event = {.events = EPOLLIN}, got[4];
    struct itimerspec soon = {.it_value = {0, 1}}, left;
    int counter = eventfd(3, EFD_NONBLOCK), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    int epoll = epoll_create1(EPOLL_CLOEXEC), signals;
    struct signalfd_siginfo info;
    eventfd_t value = 0;
    sigset_t set;
    uint64_t times;

    printf("%d", eventfd_write(counter, 4));
    printf(" %d", eventfd_read(counter, &value));
    printf(" %d", (int)value);
    printf(" %d", eventfd_read(counter, &value));
    printf(" %d\n", errno == EAGAIN);
    event.data.fd = counter;
    printf("%d", epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event));
    event.data.u64 = 0x123456789abcdef0;
    printf(" %d", epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event));
    printf(" %d", epoll_wait(epoll, got, 4, 0));
    printf(" %d", timerfd_settime(timer, 0, &soon, NULL));
    printf(" %d", epoll_wait(epoll, got, 4, -1));
    printf(" %d %llx", got[0].events, (unsigned long long)got[0].data.u64);
    printf(" %d", (int)read(timer, &times, sizeof(times)));
    printf(" %d", (int)times);
    printf(" %d", timerfd_gettime(timer, &left));
    printf(" %d\n", (int)left.it_value.tv_nsec);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    eventfd_write(counter, 1);
    printf("%d", epoll_pwait(epoll, got, 4, 0, &set));
    printf(" %d\n", got[0].data.fd == counter);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signals = signalfd(-1, &set, SFD_NONBLOCK);
    raise(SIGUSR1);
    printf("%d", (int)read(signals, &info, sizeof(info)));
    printf(" %d\n", (int)info.ssi_signo == SIGUSR1);
    close(signals);
    close(counter);
    close(timer);
    close(epoll);
}

static void watches(void)
{
    char buf[1024] __attribute__((aligned(8)));
    struct inotify_event *event = (struct inotify_event *)buf;
    int fd = inotify_init1(IN_NONBLOCK);

    mkdir("watched", 0700);
    printf("%d\n", inotify_add_watch(fd, "watched", IN_CREATE) > 0);
    close(creat("watched/file", 0600));
    printf("%d", (int)read(fd, buf, sizeof(buf)) > 0);
    printf(" %x %s\n", event->mask, event->name);
    printf("%d\n", inotify_rm_watch(fd, event->wd));
    close(fd);
}

static int entry_count, sum_of_levels, deep;

static int note_entry(const char *path, const struct stat *st, int type, struct FTW *place)
{
    entry_count++;
    sum_of_levels += place->level * (type + 1) + place->base;
    if (place->level < 2)
        printf(" %s/%d/%d", path + place->base, type, S_ISDIR(st->st_mode) != 0);
    return deep && place->level == 2 ? 7 : 0;
}

static void trees(void)
{
    mkdir("tree", 0700);
    mkdir("tree/one", 0700);
    mkdir("tree/one/deeper", 0700);
    close(creat("tree/one/deeper/file", 0600));
    if (symlink("../one", "tree/one/up") < 0 || symlink("nowhere", "tree/one/deeper/dangling") < 0)
        return;
    for (int flags = 0; flags < 3; flags++) {
        static const int all[] = {FTW_PHYS, FTW_PHYS | FTW_DEPTH, 0};

        entry_count = sum_of_levels = 0;
        printf("%d", nftw("tree/", note_entry, 10, all[flags]));
        printf(" %d %d\n", entry_count, sum_of_levels);
    }
    deep = 1;
    printf(" is %d", nftw("./tree", note_entry, 10, FTW_PHYS));
    printf(" is %d", nftw("nowhere", note_entry, 10, 0));
    printf(" %d\n", errno == ENOENT);
}

static void file_systems(void)
{
    struct statvfs st, same;
    struct statfs raw;

    printf("%d %d", statvfs(".", &st), statfs(".", &raw));
    printf(" %d", st.f_bsize == (unsigned long)raw.f_bsize && st.f_frsize > 0);
    printf(" %d", (long)st.f_blocks == raw.f_blocks && st.f_namemax == 255);
    printf(" %d\n", fstatvfs(0, &same) == 0);
    printf("%d", statvfs("nowhere", &st));
    printf(" %d\n", errno == ENOENT);
}

static void files(void)
{
    struct iovec iov[2] = {{"hello ", 6}, {"world", 5}};
    char a[8] = "", b[8] = "", swapped[8] = "";
    int fd = open("data", O_RDWR | O_CREAT, 0600), status;
    char name[L_ctermid];

    printf("%d", (int)pwritev(fd, iov, 2, 3));
    iov[0] = (struct iovec){a, 4};
    iov[1] = (struct iovec){b, 7};
    printf(" %d", (int)preadv(fd, iov, 2, 5));
    printf(" %s %s", a, b);
    printf(" %d", (int)preadv(fd, iov, 2, -1));
    printf(" %d\n", errno == EINVAL);
    printf("%d", posix_fallocate(fd, 0, 100));
    printf(" %d", (int)lseek(fd, 0, SEEK_END));
    printf(" %d", posix_fallocate(fd, 0, 0) == EINVAL);
    printf(" %d %d\n", posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED),
           posix_fadvise(99, 0, 0, POSIX_FADV_WILLNEED) == EBADF);
    lseek(fd, 10, SEEK_SET);
    printf("%d", lockf(fd, F_TLOCK, 10));
    fflush(stdout);
    if (fork() == 0) {
        int other = open("data", O_RDWR);

        lseek(other, 15, SEEK_SET);
        status = lockf(other, F_TEST, 1) < 0 && (errno == EACCES || errno == EAGAIN);
        lseek(other, 25, SEEK_SET);
        _exit(status * 10 + (lockf(other, F_TEST, 0) == 0));
    }
    wait(&status);
    printf(" %d", WEXITSTATUS(status));
    printf(" %d", lockf(fd, F_ULOCK, 0));
    printf(" %d", lockf(fd, 99, 0));
    printf(" %d\n", errno == EINVAL);
    swab("abcdefg", swapped, 7);
    printf("%s %s %s\n", swapped, ctermid(name), ctermid(NULL));
    close(fd);
}

static void system_limits(void)
{
    static const int names[] = {
        _SC_ARG_MAX,          _SC_CLK_TCK,         _SC_OPEN_MAX,    _SC_PAGESIZE,
        _SC_NPROCESSORS_ONLN, _SC_VERSION,         _SC_JOB_CONTROL, _SC_THREADS,
        _SC_MONOTONIC_CLOCK,  _SC_THREAD_KEYS_MAX, _SC_ATEXIT_MAX,  _SC_GETPW_R_SIZE_MAX,
    };
    struct timeval a = {1, 900000}, b = {2, 200000}, c;
    struct timespec used;
    clockid_t clock;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        printf("%d ", sysconf(names[i]) > 0);
    printf("%ld\n", sysconf(_SC_VERSION));
    timeradd(&a, &b, &c);
    printf("%ld.%06ld", (long)c.tv_sec, (long)c.tv_usec);
    timersub(&b, &a, &c);
    printf(" %ld.%06ld\n", (long)c.tv_sec, (long)c.tv_usec);
    printf("%d", pthread_getcpuclockid(pthread_self(), &clock));
    printf(" %d", clock_gettime(clock, &used));
    printf(" %d", clock_getcpuclockid(getpid(), &clock));
    printf(" %d", clock_gettime(clock, &used));
    printf(" %d\n", clock_getcpuclockid(2000000000, &clock) == ESRCH);
    printf("%d", seteuid(geteuid()));
    printf(" %d %d\n", setegid(getegid()), getlogin() != (char *)1);
}

static void numbers(void)
{
    unsigned short state[3] = {1, 2, 3}, parameters[7] = {9, 8, 7, 6, 5, 4, 3};
    char options[] = "ro,size=10,,bad,mode=", *place = options, *value;
    char *const names[] = {"size", "ro", "mode", NULL};

    printf("%.15g\n", drand48());
    for (long i = -1; i < 2; i++) {
        srand48(i * 0x1234567890);
        printf("%.15g", drand48());
        printf(" %ld", lrand48());
        printf(" %ld", mrand48());
        printf(" %.15g", erand48(state));
        printf(" %ld", nrand48(state));
        printf(" %ld\n", jrand48(state));
    }
    printf("%d", seed48(state)[0]);
    printf(" %ld", lrand48());
    lcong48(parameters);
    printf(" %ld", lrand48());
    printf(" %ld\n", jrand48(state));
    while (*place) {
        printf("%d", getsubopt(&place, names, &value));
        printf("[%s]", value ? value : "none");
    }
    tzset();
    printf(" %s %ld %d\n", tzname[0], timezone, daylight);
}

static void tracing(void)
{
    static volatile long word = -1;
    int status;
    pid_t child = fork();

    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        _exit(word == 42 ? 5 : 6);
    }
    waitpid(child, &status, 0);
    errno = 99;
    printf("%d %ld", WIFSTOPPED(status), ptrace(PTRACE_PEEKDATA, child, &word, 0));
    printf(" %d", errno);
    printf(" %ld", ptrace(PTRACE_POKEDATA, child, &word, 42));
    printf(" %ld", ptrace(PTRACE_PEEKDATA, child, &word, 0));
    printf(" %ld", ptrace(PTRACE_PEEKDATA, child, 0, 0));
    printf(" %d", errno == EIO);
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
    printf(" %d\n", WEXITSTATUS(status));
}

static void show_time(const char *text, const char *format)
{
    struct tm tm = {.tm_year = 70, .tm_mday = 1, .tm_isdst = 0};
    const char *end = strptime(text, format, &tm);

    printf("%s: ", format);
    if (!end) {
        printf("no\n");
        return;
    }
    printf("[%s] %d-%d-%d %d:%d:%d wday %d yday %d\n", end, tm.tm_year, tm.tm_mon, tm.tm_mday,
           tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_wday, tm.tm_yday);
}

static void dates(void)
{
    static const char *const formats[] = {"%c",       "%F %T",         "%D %r",
                                          "%R %F %S", "%d %B %y %H%M", "%e.%m.%Y"};
    uint64_t state = 5;

    show_time("2024-02-29", "%Y-%m-%d");
    show_time("  7 Mar 1999 rest", "%d %b %Y");
    show_time("12:30:45 PM", "%I:%M:%S %p");
    show_time("12:30 am", "%I:%M %p");
    show_time("Sat Nov 21 18:57:18 2026", "%c");
    show_time("100%", "%C%n%%");
    show_time("21 68", "%C %y");
    show_time("69", "%y");
    show_time("68", "%y");
    show_time("1e3", "%H");
    show_time("25", "%H");
    show_time("62", "%S");
    show_time("x", "%H");
    show_time("366", "%j");
    show_time("0", "%j");
    show_time("86400", "%s");
    show_time("septemberX", "%b");
    show_time("Tuesday", "%a");
    show_time("Tues", "%A");
    show_time("+0130 x", "%z %t x");
    show_time("12", "%Q");
    show_time("", "%H");
    show_time("abc", "abd");
    for (int i = 0; i < 600; i++) {
        time_t time;
        const char *format = formats[i % 6];
        struct tm tm;
        char text[100];

        state = state * 6364136223846793005 + 1442695040888963407;
        time = (time_t)(state >> 33) * 2 - 1000000000;
        gmtime_r(&time, &tm);
        strftime(text, sizeof(text), format, &tm);
        show_time(text, format);
    }
}

int main(void)
{
    events();
    watches();
    trees();
    file_systems();
    files();
    system_limits();
    numbers();
    tracing();
    dates();
    return 0;
}
