/*
 * The system's names, what /proc/sys tells of it, and its log: uname(2), sethostname(2),
 * setdomainname(2), proc(5), /dev/kmsg.
 */
#include "tests/abi/abi.h"

#include <poll.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

static void show_names(void)
{
    struct utsname name;

    MUST(uname(&name));
    say("\"%s\" \"%s\"", name.nodename, name.domainname);
}

/* A file without what only this machine says. */
static void show_first_line(const char *path)
{
    char text[256];

    say("%s: %s %s", path, read_text(path, text, sizeof(text)), text);
}

CASE(host_name)
{
    char name[65];

    SHOW(sethostname("gate", 4));
    show_names();
    SHOW(gethostname(name, sizeof(name)));
    say("%s", name);
    SHOW(sethostname("longer name", 6));
    show_names();
    SHOW(sethostname("", 0));
    show_names();
    memset(name, 'x', sizeof(name));
    SHOW(sethostname(name, 64));
    show_names();
    SHOW(sethostname(name, 65));
    SHOW(sethostname(name, (size_t)-1));
    SHOW(sethostname(NULL, 3));
    SHOW(sethostname(NULL, 0));
    SHOW(sethostname("limen", 5));
    show_first_line("/proc/sys/kernel/hostname");
}

CASE(domain_name)
{
    SHOW(setdomainname("example.org", 11));
    show_names();
    show_first_line("/proc/sys/kernel/domainname");
    SHOW(setdomainname(NULL, 65));
    SHOW(setdomainname("(none)", 6));
}

CASE(names_by_nobody)
{
    MUST(setresuid(1000, 1000, 1000));
    SHOW(sethostname("mine", 4));
    SHOW(setdomainname("mine", 4));
    SHOW(sethostname(NULL, 99));
    SHOW(open("/proc/sys/kernel/hostname", O_WRONLY));
}

CASE(proc_sys_names)
{
    struct utsname name;
    char text[256];

    MUST(uname(&name));
    SHOW(strcmp(read_text("/proc/sys/kernel/osrelease", text, sizeof(text)), "ok"));
    HOLDS(strncmp(text, name.release, strlen(name.release)) == 0);
    SHOW(strcmp(read_text("/proc/sys/kernel/version", text, sizeof(text)), "ok"));
    HOLDS(strncmp(text, name.version, strlen(name.version)) == 0);
    show_first_line("/proc/sys/kernel/ostype");
}

CASE(proc_sys_modes)
{
    static const char *const names[] = {
        "/proc/sys",
        "/proc/sys/kernel",
        "/proc/sys/kernel/hostname",
        "/proc/sys/kernel/osrelease",
        "/proc/sys/kernel/pid_max",
        "/proc/sys/kernel/printk",
        "/proc/sys/kernel/randomize_va_space",
        "/proc/sys/fs/file-max",
        "/proc/sys/fs/file-nr",
        "/proc/sys/fs/nr_open",
        "/proc/sys/fs/pipe-max-size",
        "/proc/sys/vm/overcommit_memory",
    };
    struct stat st;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        MUST(stat(names[i], &st));
        say("%s %o", names[i], st.st_mode);
    }
    SHOW(open("/proc/sys/kernel/no_such_value", O_RDONLY));
    SHOW(open("/proc/sys/kernel/no_such_value", O_CREAT | O_RDWR, 0666) < 0);
    SHOW(mkdir("/proc/sys/d", 0777) < 0);
}

CASE(proc_sys_numbers)
{
    char text[256];
    long a, b, c, d;
    char end;

    read_text("/proc/sys/kernel/pid_max", text, sizeof(text));
    HOLDS(sscanf(text, "%ld%c", &a, &end) == 2 && end == '\n' && a > 300);
    read_text("/proc/sys/kernel/printk", text, sizeof(text));
    HOLDS(sscanf(text, "%ld\t%ld\t%ld\t%ld%c", &a, &b, &c, &d, &end) == 5 && end == '\n');
    read_text("/proc/sys/fs/file-nr", text, sizeof(text));
    HOLDS(sscanf(text, "%ld\t%ld\t%ld%c", &a, &b, &c, &end) == 4 && end == '\n');
    HOLDS(a >= 3 && b == 0 && c > a);
    read_text("/proc/sys/fs/pipe-max-size", text, sizeof(text));
    HOLDS(sscanf(text, "%ld%c", &a, &end) == 2 && a >= 4096);
}

CASE(proc_tables)
{
    static char text[1 << 20];

    SHOW(strcmp(read_text("/proc/interrupts", text, sizeof(text)), "ok"));
    HOLDS(strstr(text, "CPU0") != NULL && strstr(text, "IO-APIC") != NULL);
    SHOW(strcmp(read_text("/proc/partitions", text, sizeof(text)), "ok"));
    HOLDS(strncmp(text, "major minor  #blocks  name\n\n", 28) == 0);
    SHOW(strcmp(read_text("/proc/vmstat", text, sizeof(text)), "ok"));
    HOLDS(strncmp(text, "nr_free_pages ", 14) == 0);
    SHOW(strcmp(read_text("/proc/devices", text, sizeof(text)), "ok"));
    HOLDS(strncmp(text, "Character devices:\n", 19) == 0);
    HOLDS(strstr(text, "  1 ") != NULL && strstr(text, "  5 ") != NULL);
}

/* Reads records until one with this text; shows its priority, or what ended the search. */
static void find_record(int fd, const char *wanted)
{
    char record[8192];
    ssize_t length;
    unsigned priority;
    unsigned long long number, micros;

    while ((length = read(fd, record, sizeof(record) - 1)) > 0) {
        char *text;

        record[length] = '\0';
        text = strchr(record, ';');
        if (text == NULL || strncmp(text + 1, wanted, strlen(wanted)) != 0)
            continue;
        if (sscanf(record, "%u,%llu,%llu", &priority, &number, &micros) == 3)
            say("priority %u, text \"%.*s\"", priority, (int)strcspn(text + 1, "\n"), text + 1);
        return;
    }
    show_value("read", length);
}

static void put_record(int fd, const char *text)
{
    SHOW(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

CASE(kmsg)
{
    struct stat st;
    int fd = (int)MUST(open("/dev/kmsg", O_RDWR | O_NONBLOCK));

    MUST(fstat(fd, &st));
    VALUE(major(st.st_rdev));
    VALUE(minor(st.st_rdev));
    SHOW(lseek(fd, 0, SEEK_END));
    put_record(fd, "limen-a one\n");
    find_record(fd, "limen-a");
    put_record(fd, "<3>limen-b two\n");
    find_record(fd, "limen-b");
    put_record(fd, "<14>limen-c three\n");
    find_record(fd, "limen-c");
    put_record(fd, "<x>limen-d four\n");
    find_record(fd, "<x>limen-d");
    find_record(fd, "nobody writes this");
}

CASE(kmsg_seeks)
{
    char record[8192];
    int fd = (int)MUST(open("/dev/kmsg", O_RDONLY | O_NONBLOCK));

    SHOW(lseek(fd, 5, SEEK_SET));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(read(fd, record, sizeof(record)) > 0);
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(read(fd, record, 3));
    SHOW(read(fd, record, sizeof(record)) > 0);
    SHOW(write(fd, "x", 1));
}

CASE(kmsg_polls)
{
    int fd = (int)MUST(open("/dev/kmsg", O_RDWR | O_NONBLOCK));
    struct pollfd item = {.fd = fd, .events = POLLIN};
    pid_t writer;

    MUST(lseek(fd, 0, SEEK_END));
    writer = SPAWN({
        nap_ms(50);
        MUST(write(fd, "limen-e\n", 8));
    });
    SHOW(poll(&item, 1, -1));
    HOLDS(item.revents & POLLIN);
    MUST(fcntl(fd, F_SETFL, 0)); /* it may have been another's */
    find_record(fd, "limen-e");
    show_end("the writer", writer);
    MUST(lseek(fd, 0, SEEK_SET));
    SHOW(poll(&item, 1, 0));
}

CASE(kmsg_waits)
{
    int fd = (int)MUST(open("/dev/kmsg", O_RDWR));
    pid_t writer;

    MUST(lseek(fd, 0, SEEK_END));
    writer = SPAWN({
        nap_ms(50);
        MUST(write(fd, "limen-f\n", 8));
    });
    find_record(fd, "limen-f");
    show_end("the writer", writer);
}
