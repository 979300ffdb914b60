/*
 * Being told what happens to files: inotify(7).
 */
#include "tests/abi/handler.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

static int notify_fd;
static uint32_t last_cookie;

static const char *mask_text(uint32_t mask)
{
    static const char *const names[] = {"access", "modify", "attrib",      "close_write",
                                        "close",  "open",   "from",        "to",
                                        "create", "delete", "delete_self", "move_self"};
    static char text[200];

    text[0] = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (mask & 1u << i)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", names[i]);
    if (mask & ~0xfffu)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), " %#x", mask & ~0xfffu);
    return text;
}

/* Shows what has come in. Of cookies, whether it is the one before. */
static void show(const char *what)
{
    static _Alignas(8) char buffer[8192];
    ssize_t got = read(notify_fd, buffer, sizeof(buffer));

    if (got < 0) {
        say("%s: %s", what, errno_name(errno));
        return;
    }
    say("%s:", what);
    for (char *at = buffer; at < buffer + got;) {
        struct inotify_event *event = (struct inotify_event *)at;

        say("  %d%s%s%s%s, %u", event->wd, mask_text(event->mask), event->len ? " " : "",
            event->len ? event->name : "",
            event->cookie == 0             ? ""
            : event->cookie == last_cookie ? " same"
                                           : " cookie",
            event->len);
        last_cookie = event->cookie;
        at += sizeof(*event) + event->len;
    }
}

static int watch(const char *path, uint32_t mask)
{
    return inotify_add_watch(notify_fd, path, mask);
}

static void begin(void)
{
    notify_fd = (int)MUST(inotify_init1(IN_NONBLOCK));
}

static void touch(const char *path)
{
    MUST(close((int)MUST(open(path, O_WRONLY | O_CREAT, 0644))));
}

CASE(making)
{
    SHOW(inotify_init1(0));
    SHOW(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    SHOW(fcntl(3, F_GETFL));
    SHOW(fcntl(4, F_GETFL));
    SHOW(fcntl(4, F_GETFD));
    SHOW(inotify_init1(1));
    SHOW(syscall(SYS_inotify_init));
}

CASE(add_errors)
{
    int ends[2];

    begin();
    MUST(pipe(ends));
    touch("f");
    MUST(symlink("f", "link"));
    SHOW(watch("f", 0));
    SHOW(watch("f", 0x00800000));
    SHOW(watch("f", IN_ISDIR));
    SHOW(watch("f", IN_MASK_ADD | IN_MASK_CREATE | IN_OPEN));
    SHOW(watch("missing", IN_OPEN));
    SHOW(watch("f", IN_ONLYDIR | IN_OPEN));
    SHOW(watch("link", IN_OPEN));
    SHOW(watch("link", IN_OPEN | IN_DONT_FOLLOW));
    SHOW(watch((char *)8, IN_OPEN));
    SHOW(inotify_add_watch(77, "f", IN_OPEN));
    SHOW(inotify_add_watch(ends[0], "f", IN_OPEN));
    SHOW(inotify_rm_watch(77, 1));
    SHOW(inotify_rm_watch(ends[0], 1));
    SHOW(inotify_rm_watch(notify_fd, 99));
    SHOW(inotify_rm_watch(notify_fd, -1));
    MUST(chmod("f", 0200));
    MUST(setgid(4711));
    MUST(setuid(4711));
    SHOW(watch("f", IN_OPEN));
}

CASE(a_file)
{
    char text[8];
    int fd;

    touch("f");
    begin();
    SHOW(watch("f", IN_ALL_EVENTS));
    fd = (int)MUST(open("f", O_RDWR));
    show("open");
    MUST(write(fd, "abc", 3));
    show("write");
    MUST(write(fd, "", 0));
    show("write nothing");
    MUST(pread(fd, text, 2, 0));
    show("read");
    MUST(read(fd, text, 2));
    show("read at the end");
    MUST(ftruncate(fd, 1));
    show("ftruncate");
    MUST(truncate("f", 5));
    show("truncate");
    MUST(fchmod(fd, 0600));
    show("fchmod");
    MUST(chown("f", 0, 0));
    show("chown");
    MUST(chown("f", (uid_t)-1, (gid_t)-1));
    show("chown nothing");
    MUST(close(fd));
    show("close");
    MUST(close((int)MUST(open("f", O_RDONLY))));
    show("open and close");
    MUST(close((int)MUST(open("f", O_WRONLY | O_TRUNC))));
    show("open to truncate");
    MUST(close((int)MUST(open("f", O_PATH))));
    show("a place");
}

CASE(times_of_a_file)
{
    struct timespec both[2] = {{1, 0}, {2, 0}}, access_only[2] = {{1, 0}, {0, UTIME_OMIT}};
    struct timespec modification_only[2] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};

    touch("f");
    begin();
    MUST(watch("f", IN_ALL_EVENTS));
    MUST(utimensat(AT_FDCWD, "f", both, 0));
    show("both");
    MUST(utimensat(AT_FDCWD, "f", NULL, 0));
    show("now");
    MUST(utimensat(AT_FDCWD, "f", access_only, 0));
    show("access");
    MUST(utimensat(AT_FDCWD, "f", modification_only, 0));
    show("modification");
}

CASE(a_folder)
{
    int fd;

    MUST(mkdir("d", 0755));
    begin();
    SHOW(watch("d", IN_ALL_EVENTS));
    fd = (int)MUST(open("d/f", O_RDWR | O_CREAT, 0644));
    show("open to make");
    MUST(write(fd, "abc", 3));
    MUST(fchmod(fd, 0600));
    MUST(close(fd));
    show("write, chmod, close");
    MUST(mkdir("d/sub", 0755));
    MUST(symlink("f", "d/symbolic"));
    MUST(mkfifo("d/fifo", 0600));
    show("mkdir, symlink, mkfifo");
    MUST(link("d/f", "d/a-name-of-16-by"));
    show("link");
    MUST(unlink("d/a-name-of-16-by"));
    MUST(unlink("d/f"));
    MUST(rmdir("d/sub"));
    show("unlink, rmdir");
    MUST(chmod("d", 0700));
    show("chmod of itself");
    MUST(rename("d", "e"));
    show("its own renaming");
    MUST(unlink("e/symbolic"));
    MUST(unlink("e/fifo"));
    MUST(rmdir("e"));
    show("its own end");
    SHOW(inotify_rm_watch(notify_fd, 1));
}

CASE(reading_a_folder)
{
    char entries[1000];
    int fd;

    MUST(mkdir("d", 0755));
    begin();
    SHOW(watch("d", IN_ALL_EVENTS));
    fd = (int)MUST(open("d", O_RDONLY));
    MUST(syscall(SYS_getdents64, fd, entries, sizeof(entries)));
    MUST(close(fd));
    show("getdents");
}

CASE(renaming)
{
    MUST(mkdir("a", 0755));
    MUST(mkdir("b", 0755));
    touch("a/f");
    touch("a/g");
    begin();
    SHOW(watch("a", IN_ALL_EVENTS));
    SHOW(watch("b", IN_ALL_EVENTS));
    SHOW(watch("a/f", IN_ALL_EVENTS));
    MUST(rename("a/f", "a/h"));
    show("within");
    MUST(rename("a/h", "b/f"));
    show("to another");
    MUST(rename("a/g", "b/f"));
    show("over another");
    MUST(mkdir("a/d", 0755));
    MUST(rename("a/d", "b/d"));
    show("a folder");
    MUST(mkdir("a/x", 0755));
    touch("b/y");
    show("before");
    MUST(syscall(SYS_renameat2, AT_FDCWD, "a/x", AT_FDCWD, "b/y", 2));
    show("exchange");
    MUST(link("b/f", "b/same"));
    show("before");
    MUST(rename("b/f", "b/same"));
    show("of two names of one file");
}

CASE(the_end_of_a_file)
{
    int fd;

    touch("f");
    MUST(link("f", "g"));
    fd = (int)MUST(open("f", O_RDONLY));
    begin();
    SHOW(watch("f", IN_ALL_EVENTS));
    MUST(unlink("f"));
    show("a name less");
    MUST(unlink("g"));
    show("no name");
    MUST(close(fd));
    show("closed");
    touch("f");
    SHOW(watch("f", IN_OPEN));
    MUST(unlink("f"));
    show("not asked for");
}

CASE(masks)
{
    touch("f");
    begin();
    SHOW(watch("f", IN_OPEN));
    touch("f");
    show("open");
    SHOW(watch("f", IN_CLOSE_WRITE));
    touch("f");
    show("replaced");
    SHOW(watch("f", IN_OPEN | IN_MASK_ADD));
    touch("f");
    show("added");
    SHOW(watch("f", IN_OPEN | IN_MASK_CREATE));
    touch("g");
    SHOW(watch("g", IN_OPEN | IN_MASK_CREATE));
    SHOW(inotify_rm_watch(notify_fd, 1));
    show("removed");
    SHOW(watch("f", IN_OPEN));
}

CASE(one_shot)
{
    touch("f");
    begin();
    SHOW(watch("f", IN_OPEN | IN_ONESHOT));
    touch("f");
    touch("f");
    show("twice");
    SHOW(inotify_rm_watch(notify_fd, 1));
    SHOW(watch("f", IN_OPEN | IN_ONESHOT));
}

CASE(files_that_have_gone)
{
    int fd;

    for (int which = 0; which < 2; which++) {
        MUST(mkdir("d", 0755));
        fd = (int)MUST(open("d/f", O_WRONLY | O_CREAT, 0644));
        begin();
        SHOW(watch("d", IN_ALL_EVENTS | (which ? IN_EXCL_UNLINK : 0)));
        MUST(write(fd, "a", 1));
        MUST(unlink("d/f"));
        show("unlink");
        MUST(write(fd, "a", 1));
        MUST(close(fd));
        show("write, close");
        MUST(rmdir("d"));
        MUST(close(notify_fd));
    }
}

CASE(what_repeats)
{
    int fd;

    touch("f");
    touch("g");
    fd = (int)MUST(open("f", O_WRONLY));
    begin();
    MUST(watch("f", IN_MODIFY | IN_ATTRIB));
    for (int i = 0; i < 5; i++)
        MUST(write(fd, "a", 1));
    show("five times");
    MUST(write(fd, "a", 1));
    MUST(fchmod(fd, 0600));
    MUST(write(fd, "a", 1));
    show("in turn");
}

CASE(small_buffers)
{
    char buffer[100];
    int bytes;

    MUST(mkdir("d", 0755));
    begin();
    MUST(watch("d", IN_CREATE | IN_OPEN));
    SHOW(ioctl(notify_fd, FIONREAD, &bytes));
    VALUE(bytes);
    touch("d/a");
    touch("d/a-name-of-16-by");
    SHOW(ioctl(notify_fd, FIONREAD, &bytes));
    VALUE(bytes);
    SHOW(read(notify_fd, buffer, 16));
    SHOW(read(notify_fd, buffer, 31));
    SHOW(read(notify_fd, buffer, 32));
    SHOW(read(notify_fd, buffer, 100));
    SHOW(read(notify_fd, buffer, 100));
    SHOW(read(notify_fd, buffer, 0));
    touch("d/a");
    SHOW(read(notify_fd, (void *)8, 100));
    SHOW(read(notify_fd, buffer, 100));
    SHOW(write(notify_fd, buffer, 16));
    SHOW(ioctl(notify_fd, 0x5401, buffer));
}

CASE(waiting)
{
    struct pollfd wanted;
    char buffer[100];
    pid_t pid;

    touch("f");
    notify_fd = (int)MUST(inotify_init1(0));
    MUST(watch("f", IN_OPEN));
    wanted = (struct pollfd){notify_fd, -1, 0};
    SHOW(poll(&wanted, 1, 0));
    pid = SPAWN(nap_ms(30); touch("f"));
    SHOW(poll(&wanted, 1, -1));
    VALUE(wanted.revents);
    show_end("child", pid);
    show("open");
    pid = SPAWN(nap_ms(30); touch("f"));
    SHOW(read(notify_fd, buffer, 100));
    show_end("child", pid);
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    SHOW(read(notify_fd, buffer, 100));
    end_pester(pid);
}

/* 16384 events, and one that says that there were more. */
CASE(overflow)
{
    static char buffer[65536];
    int bytes, fd, count_of_events = 0, overflows = 0;
    ssize_t got;

    touch("f");
    fd = (int)MUST(open("f", O_RDWR));
    begin();
    MUST(watch("f", IN_MODIFY | IN_ACCESS));
    for (int i = 0; i < 10000; i++) {
        MUST(pwrite(fd, "a", 1, 0));
        MUST(pread(fd, buffer, 1, 0));
    }
    MUST(ioctl(notify_fd, FIONREAD, &bytes));
    VALUE(bytes);
    while ((got = read(notify_fd, buffer, sizeof(buffer))) > 0) {
        for (char *at = buffer; at < buffer + got; at += sizeof(struct inotify_event)) {
            const struct inotify_event *event = (const struct inotify_event *)at;

            count_of_events++;
            overflows += event->mask == IN_Q_OVERFLOW && event->wd == -1 && event->len == 0;
        }
    }
    VALUE(count_of_events);
    VALUE(overflows);
    MUST(pwrite(fd, "a", 1, 0));
    show("after it");
}

CASE(several_instances)
{
    int first, second;

    touch("f");
    first = (int)MUST(inotify_init1(IN_NONBLOCK));
    second = (int)MUST(inotify_init1(IN_NONBLOCK));
    SHOW(inotify_add_watch(first, "f", IN_OPEN));
    SHOW(inotify_add_watch(second, "f", IN_CLOSE));
    touch("f");
    notify_fd = first;
    show("first");
    MUST(close(first));
    touch("f");
    notify_fd = second;
    show("second");
}

CASE(a_file_and_its_folder)
{
    touch("f");
    begin();
    SHOW(watch(".", IN_OPEN | IN_MODIFY));
    SHOW(watch("f", IN_OPEN | IN_CLOSE));
    touch("f");
    show("both");
}

CASE(sendfile_is_told)
{
    int in, out;

    make_file("in", "abc", 0644);
    in = (int)MUST(open("in", O_RDONLY));
    out = (int)MUST(open("out", O_WRONLY | O_CREAT, 0644));
    begin();
    SHOW(watch("in", IN_ALL_EVENTS));
    SHOW(watch("out", IN_ALL_EVENTS));
    SHOW(sendfile(out, in, NULL, 3));
    show("sendfile");
}

CASE(instances_of_a_user)
{
    int made = 0;

    MUST(setgid(4712));
    MUST(setuid(4712));
    while (inotify_init1(0) >= 0)
        made++;
    say("%d, then %s", made, errno_name(errno));
}

CASE(in_proc)
{
    char path[40], text[600] = "";

    begin();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", notify_fd);
    MUST(readlink(path, text, sizeof(text) - 1));
    say("%s", text);
    MUST(watch(".", IN_OPEN | IN_CLOSE));
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", notify_fd);
    read_text(path, text, sizeof(text));
    HOLDS(strstr(text, "inotify wd:1 ino:") != NULL);
    HOLDS(strstr(text, " mask:38 ignored_mask:0") != NULL);
}
