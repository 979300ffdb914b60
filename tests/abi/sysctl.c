/*
 * What is written to /proc/sys (proc(5)) takes effect. On Linux these values are the machine's: so
 * this runs on Limen alone, and what is expected was written by hand, after the manual.
 */
#include "tests/abi/abi.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/klog.h>
#include <sys/mman.h>

#define ROOM 8

/* Writes a value: what was there before is in old. */
static void set_value(const char *name, const char *value, char *old)
{
    char path[128];
    int fd;

    snprintf(path, sizeof(path), "/proc/sys/%s", name);
    MUST(strcmp(read_text(path, old, 32), "ok") == 0 ? 0 : -1);
    fd = (int)MUST(open(path, O_WRONLY));
    MUST(write(fd, value, strlen(value)));
    MUST(close(fd));
}

static void put_back(const char *name, const char *old)
{
    char ignored[32];

    set_value(name, old, ignored);
}

CASE(inotify_instances)
{
    char old[32];
    int first;

    set_value("fs/inotify/max_user_instances", "2", old);
    first = (int)MUST(inotify_init());
    SHOW(inotify_init() >= 0);
    SHOW(inotify_init());
    MUST(close(first));
    SHOW(inotify_init() >= 0);
    put_back("fs/inotify/max_user_instances", old);
    SHOW(inotify_init() >= 0);
}

CASE(inotify_watches)
{
    int fd = (int)MUST(inotify_init());
    char old[32];

    make_file("a", "", 0600);
    make_file("b", "", 0600);
    set_value("fs/inotify/max_user_watches", "1", old);
    SHOW(inotify_add_watch(fd, "a", IN_OPEN));
    SHOW(inotify_add_watch(fd, "b", IN_OPEN));
    SHOW(inotify_rm_watch(fd, 1));
    SHOW(inotify_add_watch(fd, "b", IN_OPEN));
    put_back("fs/inotify/max_user_watches", old);
    SHOW(inotify_add_watch(fd, "a", IN_OPEN));
}

/* An instance keeps the limit that there was when it was made. */
CASE(inotify_events)
{
    struct inotify_event events[ROOM];
    char old[32];
    int fd;
    ssize_t got;

    make_file("a", "", 0600);
    make_file("b", "", 0600);
    set_value("fs/inotify/max_queued_events", "3", old);
    fd = (int)MUST(inotify_init());
    put_back("fs/inotify/max_queued_events", old);
    SHOW(inotify_add_watch(fd, "a", IN_OPEN));
    SHOW(inotify_add_watch(fd, "b", IN_OPEN));
    for (int i = 0; i < 6; i++)
        MUST(close((int)MUST(open(i % 2 ? "a" : "b", O_RDONLY))));
    got = read(fd, events, sizeof(events));
    for (size_t i = 0; i < (size_t)got / sizeof(events[0]); i++)
        say("watch %d mask %x", events[i].wd, events[i].mask);
}

CASE(epoll_watches)
{
    int epfd = (int)MUST(epoll_create1(0)), ends[2];
    struct epoll_event event = {.events = EPOLLIN};
    char old[32];

    MUST(pipe(ends));
    set_value("fs/epoll/max_user_watches", "1", old);
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[1], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[1], &event));
    put_back("fs/epoll/max_user_watches", old);
}

/* There are more tasks than twenty already: the kernel's own. */
CASE(threads_max)
{
    pid_t pids[64];
    char old[32];
    int made = 0;

    set_value("kernel/threads-max", "40", old);
    while (made < 64 && (pids[made] = fork()) >= 0) {
        if (pids[made] == 0)
            _exit(pause());
        made++;
    }
    say("fork: %s", errno_name(errno));
    HOLDS(made > 0 && made < 40);
    for (int i = 0; i < made; i++) {
        MUST(kill(pids[i], SIGKILL));
        MUST(waitpid(pids[i], NULL, 0));
    }
    put_back("kernel/threads-max", old);
    IN_CHILD("child", say("forked"));
}

CASE(max_map_count)
{
    char old[32];
    char *p;

    p = mmap(NULL, 64 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    set_value("vm/max_map_count", "3", old);
    SHOW(mprotect(p + 4096, 4096, PROT_NONE));
    SHOW(munmap(p + 4096, 4096));
    put_back("vm/max_map_count", old);
    SHOW(mprotect(p + 4096, 4096, PROT_NONE));
}

CASE(dmesg_restrict)
{
    char old[32], text[16];

    IN_CHILD("user", MUST(setuid(1000)); SHOW(klogctl(3, text, sizeof(text)) >= 0);
             SHOW(open("/dev/kmsg", O_RDONLY) >= 0));
    set_value("kernel/dmesg_restrict", "1", old);
    SHOW(klogctl(3, text, sizeof(text)) >= 0);
    IN_CHILD("user", MUST(setuid(1000)); SHOW(klogctl(3, text, sizeof(text)));
             SHOW(open("/dev/kmsg", O_RDONLY)); SHOW(klogctl(10, NULL, 0)));
    put_back("kernel/dmesg_restrict", old);
}

CASE(file_max)
{
    char old[32];

    set_value("fs/file-max", "1", old);
    SHOW(open("/dev/null", O_RDONLY) >= 0); /* root may */
    put_back("fs/file-max", old);
}

CASE(boot_id)
{
    char a[64], b[64];

    read_text("/proc/sys/kernel/random/boot_id", a, sizeof(a));
    read_text("/proc/sys/kernel/random/boot_id", b, sizeof(b));
    HOLDS(strlen(a) == 37 && strcmp(a, b) == 0);
    read_text("/proc/sys/kernel/random/uuid", a, sizeof(a));
    read_text("/proc/sys/kernel/random/uuid", b, sizeof(b));
    HOLDS(strlen(a) == 37 && strcmp(a, b) != 0);
    HOLDS(a[14] == '4' && strchr("89ab", a[19]) != NULL);
}
