/*
 * /proc/kmsg and /proc/kallsyms (proc(5)).
 *
 * On Linux the log is the machine's: what else is in it, or comes meanwhile, isn't looked at.
 */
#include "tests/abi/abi.h"

#include <poll.h>
#include <sys/klog.h>

static char text[1 << 20];

static void log_line(const char *line)
{
    int fd = (int)MUST(open("/dev/kmsg", O_WRONLY));

    MUST(write(fd, line, strlen(line)));
    MUST(close(fd));
}

/* Takes all there is. */
static void drain(int fd)
{
    size_t length = 0;
    ssize_t got;

    while ((got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
}

/* What an empty log is like for read(2), poll(2), syslog(2): in a moment in which nobody logged. */
static void show_empty(int fd)
{
    struct pollfd wanted = {fd, POLLIN, 0};
    long got, ready, unread;
    int error;

    for (int tries = 0; tries < 100; tries++) {
        drain(fd);
        got = read(fd, text, 100);
        error = errno;
        ready = poll(&wanted, 1, 0);
        unread = klogctl(9, NULL, 0);
        if (got < 0 && ready == 0 && unread == 0)
            break;
    }
    errno = error;
    show_value("read", got);
    show_value("poll", ready);
    show_value("unread", unread);
}

static const char *line_of(const char *what)
{
    char *at = strstr(text, what), *end;

    if (at == NULL)
        return "not there";
    end = strchr(at, '\n');
    *end = '\0';
    while (at > text && at[-1] != '\n')
        at--;
    return at;
}

CASE(kmsg)
{
    int fd = (int)MUST(open("/proc/kmsg", O_RDONLY | O_NONBLOCK));
    struct pollfd wanted = {fd, POLLIN, 0};
    const char *line;

    drain(fd);
    log_line("<5>limen one\n");
    SHOW(poll(&wanted, 1, 5000));
    say("events %x", wanted.revents);
    HOLDS(klogctl(9, NULL, 0) > 0);
    drain(fd);
    line = line_of("limen one");
    HOLDS(strncmp(line, "<13>[", 5) == 0 && strcmp(strchr(line, ']'), "] limen one") == 0);
    show_empty(fd);
}

/* Who reads waits; what one has taken no other gets. */
CASE(kmsg_waits)
{
    int fd = (int)MUST(open("/proc/kmsg", O_RDONLY | O_NONBLOCK));
    pid_t pid;

    drain(fd);
    pid = SPAWN(for (int i = 0; i < 8; i++) { /* Linux may tell late of what came alone */
                                              nap_ms(30);
                                              log_line("limen two");
    });
    MUST(fcntl(fd, F_SETFL, 0));
    do
        memset(text, 0, 1000);
    while (read(fd, text, 999) > 0 && strstr(text, "] limen two\n") == NULL);
    HOLDS(strstr(text, "] limen two\n") != NULL);
    show_end("writer", pid);
}

static void nothing(int signo)
{
    (void)signo;
}

CASE(kmsg_and_signal)
{
    struct sigaction action = {.sa_handler = nothing};
    int fd = (int)MUST(open("/proc/kmsg", O_RDONLY | O_NONBLOCK));
    ssize_t got;

    drain(fd);
    MUST(fcntl(fd, F_SETFL, 0));
    MUST(sigaction(SIGALRM, &action, NULL));
    struct itimerval soon = {{0, 20000}, {0, 20000}};
    MUST(setitimer(ITIMER_REAL, &soon, NULL));
    while ((got = read(fd, text, 100)) > 0)
        ;
    show_value("read", got);
}

CASE(kmsg_rights)
{
    struct stat st;

    MUST(stat("/proc/kmsg", &st));
    say("%o", st.st_mode);
    IN_CHILD("user", MUST(setuid(1000)); SHOW(open("/proc/kmsg", O_RDONLY)));
    SHOW(read(open("/proc/kmsg", O_RDONLY | O_NONBLOCK), NULL, 10) < 0);
}

/* The address of a symbol, in *type its type; -1: not there. All lines are looked at. */
static unsigned long symbol(int fd, const char *name, char *type)
{
    FILE *lines = fdopen(dup(fd), "r");
    unsigned long found = -1ul, address;
    char line[1024], word[1024], kind;

    *type = '?';
    while (fgets(line, sizeof(line), lines)) {
        if (sscanf(line, "%lx %c %1023s", &address, &kind, word) != 3 || line[16] != ' ')
            say("malformed: %s", line);
        if (strcmp(word, name) == 0) {
            found = address;
            *type = kind;
        }
    }
    fclose(lines);
    return found;
}

CASE(kallsyms)
{
    int fd = (int)MUST(open("/proc/kallsyms", O_RDONLY));
    char type = '?';
    struct stat st;

    MUST(fstat(fd, &st));
    say("%o size %ld", st.st_mode, (long)st.st_size);
    HOLDS(symbol(fd, "do_syscall_64", &type) >> 47 == 0x1ffff);
    say("type %c", type);
    MUST(lseek(fd, 0, SEEK_SET));
    HOLDS(symbol(fd, "nosuchfunction", &type) == -1ul);
}

CASE(kallsyms_in_pieces)
{
    int fd = (int)MUST(open("/proc/kallsyms", O_RDONLY));
    char piece[100];
    ssize_t got;

    read(fd, text, 4000);
    SHOW(lseek(fd, 0, SEEK_SET));
    got = read(fd, piece, 17);
    HOLDS(got == 17 && memcmp(piece, text, 17) == 0);
    got = read(fd, piece, 33);
    HOLDS(got == 33 && memcmp(piece, text + 17, 33) == 0);
    SHOW(pread(fd, piece, 100, 1000));
    HOLDS(memcmp(piece, text + 1000, 100) == 0);
    SHOW(lseek(fd, 1, SEEK_SET));
    SHOW(read(fd, piece, 1));
    HOLDS(piece[0] == text[1]);
}

/* Addresses are for root, by what it was when it opened the file. */
CASE(kallsyms_rights)
{
    int fd = (int)MUST(open("/proc/kallsyms", O_RDONLY));
    char type;

    IN_CHILD("user", MUST(setuid(1000)); fd = (int)MUST(open("/proc/kallsyms", O_RDONLY));
             HOLDS(symbol(fd, "do_syscall_64", &type) == 0); say("type %c", type));
    IN_CHILD("who was root", MUST(setuid(1000)); HOLDS(symbol(fd, "do_syscall_64", &type) + 1 > 1));
    SHOW(open("/proc/kallsyms", O_WRONLY | O_TRUNC) >= 0);
}
