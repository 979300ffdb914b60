/*
 * /proc/PID/fd, /proc/PID/fdinfo and /proc/PID/task (proc(5)).
 */
#include "tests/abi/abi.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static char text[4096];

static const char *slurp(const char *path)
{
    return read_text(path, text, sizeof(text));
}

static const char *link_of(const char *path)
{
    static char target[512];
    ssize_t length = readlink(path, target, sizeof(target) - 1);

    if (length < 0)
        return errno_name(errno);
    target[length] = '\0';
    return target;
}

static const char *fd_path(int fd)
{
    static char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return path;
}

/* What a link says, without the folder that the case runs in. */
static void show_link(int fd)
{
    const char *target = link_of(fd_path(fd)), *slash = strrchr(target, '/');

    say("link of %d: %s", fd, slash != NULL && strncmp(target, "/tmp/", 5) == 0 ? slash : target);
}

/* Names of a directory that are numbers, in order. */
static void show_numbers(const char *path, long base)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int own;

    if (dir == NULL) {
        say("%s: %s", path, errno_name(errno));
        return;
    }
    own = dirfd(dir);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && atol(entry->d_name) != own && atol(entry->d_name) >= base)
            say("entry +%ld of type %d", atol(entry->d_name) - base, entry->d_type);
    closedir(dir);
}

static void close_all(void)
{
    for (int fd = 3; fd < 64; fd++)
        close(fd);
}

CASE(links)
{
    int ends[2];
    struct stat st;
    char expected[64];

    close_all();
    MUST(open("file", O_RDWR | O_CREAT, 0600));
    MUST(open("file", O_RDONLY));
    MUST(open("file", O_WRONLY));
    MUST(open(".", O_RDONLY | O_DIRECTORY));
    MUST(open("file", O_PATH));
    MUST(open("/dev/null", O_RDWR));
    for (int fd = 3; fd <= 8; fd++) {
        show_link(fd);
        MUST(lstat(fd_path(fd), &st));
        say("mode %o, size %ld", st.st_mode, (long)st.st_size);
    }
    MUST(pipe(ends));
    MUST(fstat(ends[0], &st));
    snprintf(expected, sizeof(expected), "pipe:[%lu]", st.st_ino);
    HOLDS(strcmp(link_of(fd_path(ends[0])), expected) == 0);
    HOLDS(strcmp(link_of(fd_path(ends[1])), expected) == 0);
    MUST(unlink("file"));
    show_link(3);
    MUST(close(3));
    SHOW(readlink("/proc/self/fd/3", expected, sizeof(expected)));
    SHOW(open("/proc/self/fd/3", O_RDONLY));
    SHOW(open("/proc/self/fd/03", O_RDONLY));
    SHOW(open("/proc/self/fd/x", O_RDONLY));
    SHOW(open("/proc/self/fd/-1", O_RDONLY));
    SHOW(open("/proc/self/fd/4294967300", O_RDONLY));
    SHOW(open("/proc/self/fd/4", O_RDONLY | O_NOFOLLOW));
    SHOW(open("/proc/self/fd/new", O_RDWR | O_CREAT, 0600));
}

CASE(list)
{
    close_all();
    MUST(dup2(0, 5));
    MUST(dup2(0, 7));
    show_numbers("/proc/self/fd", 3);
    show_numbers("/proc/self/fdinfo", 3);
    show_numbers("/proc/thread-self/fd", 3);
}

CASE(open_again)
{
    int fd, again, ends[2];
    char buffer[16] = "";

    close_all();
    fd = (int)MUST(open("file", O_RDWR | O_CREAT, 0400));
    MUST(write(fd, "hello", 5));
    again = (int)MUST(open(fd_path(fd), O_RDONLY));
    SHOW(read(again, buffer, sizeof(buffer)));
    say("%s", buffer);
    HOLDS(lseek(fd, 0, SEEK_CUR) == 5);
    MUST(unlink("file"));
    again = (int)MUST(open(fd_path(fd), O_RDWR));
    SHOW(pread(again, buffer, sizeof(buffer), 1));
    MUST(fchmod(fd, 0));
    MUST(fchown(fd, 1, 1));
    IN_CHILD("another user", MUST(setresuid(4711, 4711, 4711)); MUST(prctl(PR_SET_DUMPABLE, 1));
             SHOW(open(fd_path(fd), O_RDONLY)));
    MUST(pipe(ends));
    again = (int)MUST(open(fd_path(ends[0]), O_WRONLY));
    SHOW(write(again, "by path", 7));
    SHOW(read(ends[0], buffer, sizeof(buffer)));
    MUST(close(again));
    MUST(close(ends[1]));
    again = (int)MUST(open(fd_path(ends[0]), O_RDONLY)); /* the other end is gone: no waiting */
    SHOW(read(again, buffer, sizeof(buffer)));
    struct pollfd poll_fd = {.fd = again, .events = POLLIN};
    SHOW(poll(&poll_fd, 1, 0));
    VALUE(poll_fd.revents);
    MUST(close(again));
    MUST(mkdir("folder", 0700));
    MUST(close(open("folder/inside", O_CREAT | O_WRONLY, 0600)));
    fd = (int)MUST(open("folder", O_PATH));
    snprintf(text, sizeof(text), "%s/inside", fd_path(fd));
    SHOW(access(text, F_OK));
    snprintf(text, sizeof(text), "%s/inside", fd_path(ends[0]));
    SHOW(access(text, F_OK));
}

CASE(deleted_linked_back)
{
    int fd;

    close_all();
    fd = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));
    SHOW(linkat(AT_FDCWD, fd_path(fd), AT_FDCWD, "second", AT_SYMLINK_FOLLOW));
    MUST(unlink("file"));
    MUST(unlink("second"));
    SHOW(linkat(AT_FDCWD, fd_path(fd), AT_FDCWD, "third", AT_SYMLINK_FOLLOW));
    SHOW(linkat(AT_FDCWD, fd_path(fd), AT_FDCWD, "third", 0));
    SHOW(chmod(fd_path(fd), 0640));
    struct stat st;
    MUST(fstat(fd, &st));
    VALUE(st.st_mode & 0777);
}

CASE(info)
{
    int fd;

    close_all();
    fd = (int)MUST(open("file", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    MUST(write(fd, "hello", 5));
    say("%s", slurp("/proc/self/fdinfo/3"));
    say("%.*s", (int)(strstr(text, "mnt_id") - text), text);
    MUST(lseek(fd, 2, SEEK_SET));
    MUST(fcntl(fd, F_SETFD, 0));
    MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
    slurp("/proc/self/fdinfo/3");
    say("%.*s", (int)(strstr(text, "mnt_id") - text), text);
    HOLDS(strstr(text, "\nino:\t") != NULL);
    MUST(close(fd));
    say("%s", slurp("/proc/self/fdinfo/3"));
    struct stat st;
    MUST(stat("/proc/self/fdinfo", &st));
    say("mode %o", st.st_mode);
    MUST(stat("/proc/self/fd", &st));
    say("mode %o", st.st_mode);
    MUST(stat("/proc/self/task", &st));
    say("mode %o", st.st_mode);
}

CASE(info_of_closed)
{
    int fd, info;
    char byte;

    close_all();
    fd = (int)MUST(dup(0));
    info = (int)MUST(open("/proc/self/fdinfo/3", O_RDONLY));
    MUST(close(fd));
    SHOW(read(info, &byte, 1));
}

/* Shows what a child of another user may see of us. */
static void show_rights(void)
{
    pid_t parent = getpid();
    char path[64], target[64];

    IN_CHILD("stranger", MUST(setresgid(4711, 4711, 4711)); MUST(setresuid(4711, 4711, 4711));
             snprintf(path, sizeof(path), "/proc/%d/fd", parent); SHOW(open(path, O_RDONLY));
             snprintf(path, sizeof(path), "/proc/%d/fd/0", parent);
             SHOW(readlink(path, target, sizeof(target))); SHOW(open(path, O_RDONLY));
             snprintf(path, sizeof(path), "/proc/%d/fdinfo", parent); SHOW(open(path, O_RDONLY));
             snprintf(path, sizeof(path), "/proc/%d/fdinfo/0", parent); SHOW(open(path, O_RDONLY));
             snprintf(path, sizeof(path), "/proc/%d/exe", parent);
             SHOW(readlink(path, target, sizeof(target)) > 0);
             snprintf(path, sizeof(path), "/proc/%d/maps", parent); SHOW(open(path, O_RDONLY));
             snprintf(path, sizeof(path), "/proc/%d/task", parent); SHOW(open(path, O_RDONLY) >= 0);
             snprintf(path, sizeof(path), "/proc/%d/task/%d/cwd", parent, parent);
             SHOW(readlink(path, target, sizeof(target))));
}

CASE(others)
{
    show_rights();
}

CASE(not_dumpable)
{
    pid_t parent;
    char path[64], target[64];
    struct stat st;

    close_all();
    MUST(setresgid(4711, 4711, 4711));
    MUST(setresuid(4711, 4711, 4711));
    MUST(stat("/proc/self/fd", &st));
    VALUE(st.st_uid);
    MUST(stat("/proc/self", &st));
    VALUE(st.st_uid);
    SHOW(open("/proc/self/fd", O_RDONLY) >= 0);
    SHOW(readlink("/proc/self/fd/0", target, sizeof(target)) > 0);
    SHOW(open("/proc/self/environ", O_RDONLY));
    parent = getpid();
    IN_CHILD("of the same user", snprintf(path, sizeof(path), "/proc/%d/fd/0", parent);
             SHOW(readlink(path, target, sizeof(target))));
    MUST(prctl(PR_SET_DUMPABLE, 1));
    MUST(stat("/proc/self/fd", &st));
    VALUE(st.st_uid);
    IN_CHILD("of the same user, dumpable", snprintf(path, sizeof(path), "/proc/%d/fd/0", parent);
             SHOW(readlink(path, target, sizeof(target)) > 0));
}

static pid_t second;

static void *sleep_named(void *unused)
{
    (void)unused;
    prctl(PR_SET_NAME, "second");
    __atomic_store_n(&second, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
    pause();
    return NULL;
}

static void show_comm(const char *path)
{
    const char *result = slurp(path);

    say("%s %s", result, strtok(text, "\n"));
}

CASE(tasks)
{
    pthread_t thread;
    char path[64];
    pid_t self = getpid();
    struct stat st;
    struct dirent *entry;
    bool saw_self = false, saw_second = false;
    int count = 0;
    DIR *dir;

    close_all();
    pthread_create(&thread, NULL, sleep_named, NULL);
    while (__atomic_load_n(&second, __ATOMIC_ACQUIRE) == 0)
        nap_ms(1);
    dir = opendir("/proc/self/task");
    while ((entry = readdir(dir)) != NULL) {
        count++;
        saw_self = saw_self || atol(entry->d_name) == self;
        saw_second = saw_second || atol(entry->d_name) == second;
    }
    VALUE(count);
    HOLDS(saw_self);
    HOLDS(saw_second);
    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", second);
    show_comm(path);
    snprintf(path, sizeof(path), "/proc/%d/comm", second);
    show_comm(path);
    show_comm("/proc/self/comm");
    snprintf(path, sizeof(path), "/proc/%d/status", second);
    slurp(path);
    HOLDS(atol(strstr(text, "\nTgid:") + 6) == self);
    HOLDS(atol(strstr(text, "\nPid:") + 5) == second);
    HOLDS(strstr(text, "\nThreads:\t2\n") != NULL);
    snprintf(path, sizeof(path), "/proc/self/task/%d/task", self);
    SHOW(stat(path, &st));
    snprintf(path, sizeof(path), "/proc/self/task/%d", getppid());
    SHOW(stat(path, &st));
    snprintf(path, sizeof(path), "%d/task/%d", self, self);
    HOLDS(strcmp(link_of("/proc/thread-self"), path) == 0);
    SHOW(open("/proc/self/task/1", O_RDONLY));
}

CASE(of_a_zombie)
{
    pid_t child = SPAWN(_exit(3));
    siginfo_t info;
    char path[64];

    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    snprintf(path, sizeof(path), "/proc/%d/fd", child);
    show_numbers(path, 0);
    snprintf(path, sizeof(path), "/proc/%d/cwd", child);
    say("cwd: %s", link_of(path));
    snprintf(path, sizeof(path), "/proc/%d/exe", child);
    say("exe: %s", link_of(path));
    snprintf(path, sizeof(path), "/proc/%d/environ", child);
    say("environ: %s", slurp(path));
    snprintf(path, sizeof(path), "/proc/%d/maps", child);
    say("maps: %s", slurp(path));
    snprintf(path, sizeof(path), "/proc/%d/fd", child);
    int dir = (int)MUST(open(path, O_RDONLY));
    snprintf(path, sizeof(path), "/proc/%d/stat", child);
    int stat_fd = (int)MUST(open(path, O_RDONLY));
    MUST(waitpid(child, NULL, 0));
    SHOW(syscall(SYS_getdents64, dir, path, sizeof(path)));
    SHOW(read(stat_fd, path, sizeof(path)));
    SHOW(openat(dir, "0", O_RDONLY));
    SHOW(fchdir(dir));
}

/* A process opens and closes while another reads its descriptors: nothing worse than ENOENT. */
CASE(churn)
{
    char path[64], target[64];
    pid_t child = SPAWN(for (;;) {
        int fd = open("/dev/null", O_RDONLY);
        int copy = dup2(fd, 20);
        close(copy);
        close(fd);
    });

    for (int i = 0; i < 3000; i++) {
        snprintf(path, sizeof(path), "/proc/%d/fd/20", child);
        if (readlink(path, target, sizeof(target)) < 0 && errno != ENOENT)
            say("readlink: %s", errno_name(errno));
        snprintf(path, sizeof(path), "/proc/%d/fdinfo/20", child);
        int fd = open(path, O_RDONLY);
        if (fd < 0 && errno != ENOENT)
            say("open: %s", errno_name(errno));
        if (fd >= 0 && read(fd, target, sizeof(target)) < 0 && errno != ENOENT)
            say("read: %s", errno_name(errno));
        close(fd);
    }
    kill(child, SIGKILL);
    show_end("child", child);
}

HELPER(who)
{
    return (int)geteuid() != 0;
}

/* A program becomes root's by its set-user-ID bit, also while others look at its folders. */
CASE(looked_at_while_it_executes)
{
    char *const argv[] = {(char *)"who", NULL};
    volatile pid_t *victim =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char path[64], target[256];
    int status, failures = 0;
    pid_t lookers[3];

    copy_program("program");
    MUST(chmod("program", 04755));
    for (size_t i = 0; i < ARRAY_SIZE(lookers); i++)
        lookers[i] = SPAWN(for (;;) {
            snprintf(path, sizeof(path), "/proc/%d/cwd", *victim);
            (void)!readlink(path, target, sizeof(target));
        });
    for (int i = 0; i < 100; i++) {
        pid_t child =
            SPAWN(*victim = getpid(); MUST(setresuid(4711, 4711, 4711)); execv("program", argv));

        MUST(waitpid(child, &status, 0));
        failures += status != 0;
    }
    VALUE(failures);
    for (size_t i = 0; i < ARRAY_SIZE(lookers); i++) {
        kill(lookers[i], SIGKILL);
        show_end("looker", lookers[i]);
    }
}

HELPER(nap)
{
    usleep(500);
    return 0;
}

static void *execute_nap(void *pause_us)
{
    char *const argv[] = {(char *)"nap", NULL};

    usleep((useconds_t)(uintptr_t)pause_us);
    execv(abi_program, argv);
    return NULL;
}

static void *open_and_close(void *unused)
{
    int ends[2];

    for (int i = 0; i < 5; i++)
        if (pipe(ends) == 0) {
            close(ends[0]);
            usleep(100);
            close(ends[1]);
        }
    return unused;
}

/* Threads come and go, one executes a program, the user changes, the first thread ends first. */
static void live_hastily(unsigned number)
{
    pthread_t thread;

    for (int i = 0; i < 3; i++)
        pthread_create(&thread, NULL, open_and_close, NULL);
    if (number % 2 == 0)
        pthread_create(&thread, NULL, execute_nap, (void *)(uintptr_t)(number * 37 % 2000));
    if (number % 3 == 0)
        syscall(SYS_setresuid, 4711, 4711, 4711);
    if (number % 5 == 0)
        usleep(number * 71 % 3000);
    if (number % 4 == 0)
        syscall(SYS_exit, 0);
    _exit(0);
}

/* Reads all files and links below a directory, and opens what the links lead to. */
static void read_all(const char *path, int depth)
{
    DIR *dir = opendir(path);
    char name[512], buffer[4096];
    struct dirent *entry;
    int fd;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR && depth > 0)
            read_all(name, depth - 1);
        if (entry->d_type == DT_LNK)
            (void)!readlink(name, buffer, sizeof(buffer));
        fd = open(name, O_RDONLY | O_NONBLOCK);
        while (fd >= 0 && entry->d_type == DT_REG && read(fd, buffer, sizeof(buffer)) > 0)
            continue;
        close(fd);
    }
    if (dir != NULL)
        closedir(dir);
}

/* Processes change and end while others read all there is to know about them. */
CASE(dying)
{
    char path[64];

    for (unsigned i = 0; i < 60; i++) {
        pid_t child = SPAWN(live_hastily(i)), reader;

        snprintf(path, sizeof(path), "/proc/%d", child);
        reader = SPAWN(MUST(setresuid(4711, 4711, 4711)); read_all(path, 2); read_all(path, 2));
        read_all(path, 2);
        if (waitpid(child, NULL, 0) != child)
            say("the child is lost");
        if (waitpid(reader, NULL, 0) != reader)
            say("the reader is lost");
    }
    say("done");
}
