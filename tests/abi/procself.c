/*
 * What of /proc/PID a process uses of its own (proc(5)): comm, which can be written, auxv, mounts
 * and mountinfo.
 */
#include <elf.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#include "tests/abi/abi.h"

static char text[65536];

/* --- comm --- */

static void show_comm(const char *path)
{
    int fd = (int)MUST(open(path, O_RDONLY));
    ssize_t got = read(fd, text, 100);

    for (ssize_t i = 0; i < got; i++)
        if (text[i] < ' ')
            text[i] = '.';
    say("%.*s", (int)got, text);
    close(fd);
}

static void store(const char *path, const void *bytes, size_t size)
{
    int fd = (int)MUST(open(path, O_WRONLY));

    say("write of %zu bytes", size);
    SHOW(write(fd, bytes, size));
    close(fd);
}

CASE(comm_is_written)
{
    char name[17] = "";
    struct stat st;

    MUST(stat("/proc/self/comm", &st));
    say("mode %o", st.st_mode);
    store("/proc/self/comm", "short", 5);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", "fifteen letters", 15);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", "sixteen letters!", 16);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", "much longer than a name can be", 30);
    show_comm("/proc/self/comm");
    MUST(prctl(PR_GET_NAME, name));
    say("%s", name);
    store("/proc/self/comm", "line\nend\n", 9);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", "zero\0behind", 11);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", "", 0);
    show_comm("/proc/self/comm");
    store("/proc/thread-self/comm", "thread's", 8);
    show_comm("/proc/self/comm");
    store("/proc/self/comm", (void *)8, 5);
    show_comm("/proc/self/comm");
}

CASE(comm_is_not_appended_to)
{
    const struct iovec parts[] = {{(char *)"first", 5}, {(char *)"second", 6}};
    int fd = (int)MUST(open("/proc/self/comm", O_RDWR | O_TRUNC));

    SHOW(write(fd, "one", 3));
    SHOW(write(fd, "two", 3));
    show_comm("/proc/self/comm");
    SHOW(writev(fd, parts, 2));
}

static void *wait_for_end(void *data)
{
    pid_t *tid = data;

    __atomic_store_n(tid, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
    for (;;)
        pause();
    return NULL;
}

CASE(comm_is_not_written_at)
{
    int fd = (int)MUST(open("/proc/self/comm", O_RDWR));
    char part[16] = "";

    SHOW(pwrite(fd, "abc", 3, 0));
    SHOW(pwrite(fd, "", 0, 1));
    SHOW(write(fd, "abc", 3));
    SHOW(pread(fd, part, 2, 1));
    say("%s", part);
}

CASE(comm_of_a_thread)
{
    char path[64];
    pthread_t thread;
    pid_t tid = 0;

    store("/proc/self/comm", "leader", 6);
    pthread_create(&thread, NULL, wait_for_end, &tid);
    while (__atomic_load_n(&tid, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
    show_comm(path);
    store(path, "thread", 6);
    show_comm(path);
    show_comm("/proc/self/comm");
}

CASE(comm_of_others)
{
    char path[64];
    pid_t child = SPAWN(pause());

    store("/proc/self/comm", "parent", 6);
    snprintf(path, sizeof(path), "/proc/%d/comm", child);
    store(path, "child", 5);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", child, child);
    store(path, "child", 5);
    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711)); SHOW(open(path, O_WRONLY));
             SHOW(open(path, O_RDONLY) >= 0));
    kill(child, SIGKILL);
    show_end("child", child);
}

CASE(comm_when_not_dumpable)
{
    IN_CHILD("user", MUST(setresuid(4711, 4711, 4711)); MUST(prctl(PR_SET_DUMPABLE, 0));
             SHOW(open("/proc/self/comm", O_WRONLY));
             SHOW(open("/proc/thread-self/comm", O_WRONLY) >= 0));
}

CASE(comm_of_who_has_ended)
{
    char path[64];
    pid_t child = SPAWN(pause());
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/comm", child);
    fd = (int)MUST(open(path, O_RDWR));
    kill(child, SIGKILL);
    MUST(waitpid(child, NULL, 0));
    SHOW(write(fd, "late", 4));
    SHOW(read(fd, text, 10));
}

/* --- auxv --- */

CASE(auxv)
{
    Elf64_auxv_t entries[64];
    int fd = (int)MUST(open("/proc/self/auxv", O_RDONLY));
    ssize_t got = read(fd, entries, sizeof(entries));
    size_t count = got < 0 ? 0 : (size_t)got / sizeof(entries[0]);
    struct stat st;

    MUST(fstat(fd, &st));
    say("mode %o", st.st_mode);
    HOLDS(got > 0 && got % (ssize_t)sizeof(entries[0]) == 0);
    HOLDS(count > 0 && entries[count - 1].a_type == AT_NULL && entries[count - 1].a_un.a_val == 0);
    for (size_t i = 0; i + 1 < count; i++)
        if (entries[i].a_type == AT_PAGESZ || entries[i].a_type == AT_RANDOM ||
            entries[i].a_type == AT_PHDR || entries[i].a_type == AT_EXECFN)
            say("%lu: %s", entries[i].a_type,
                entries[i].a_un.a_val == getauxval(entries[i].a_type) ? "same" : "differs");
}

CASE(auxv_of_others)
{
    char path[64];
    pid_t child = SPAWN(pause());

    snprintf(path, sizeof(path), "/proc/%d/auxv", child);
    HOLDS(read((int)MUST(open(path, O_RDONLY)), text, 4096) > 0);
    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711)); SHOW(open(path, O_RDONLY)));
    kill(child, SIGKILL);
    show_end("child", child);
    SHOW(open(path, O_RDONLY));
}

/* --- mounts --- */

CASE(mounts)
{
    char target[64] = "", *line, *state = NULL;
    int of_root = 0, of_proc = 0;

    MUST(readlink("/proc/mounts", target, sizeof(target) - 1));
    say("/proc/mounts leads to %s", target);
    read_text("/proc/mounts", text, sizeof(text));
    for (line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
        char source[64], place[64], type[64], options[256];
        int dump, pass;

        if (sscanf(line, "%63s %63s %63s %255s %d %d", source, place, type, options, &dump,
                   &pass) != 6)
            say("odd: %s", line);
        of_root += strcmp(place, "/") == 0;
        of_proc += strcmp(place, "/proc") == 0 && strcmp(type, "proc") == 0;
    }
    VALUE(of_root);
    VALUE(of_proc);
}

CASE(mountinfo)
{
    char *line, *state = NULL;
    int of_root = 0, of_proc = 0;
    struct stat st;

    MUST(stat("/proc", &st));
    read_text("/proc/self/mountinfo", text, sizeof(text));
    for (line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
        char root[64], place[64], options[256], type[64], source[64], more[256], *dash;
        unsigned id, parent, major, minor;

        dash = strstr(line, " - ");
        if (sscanf(line, "%u %u %u:%u %63s %63s %255s", &id, &parent, &major, &minor, root, place,
                   options) != 7 ||
            !dash || sscanf(dash, " - %63s %63s %255s", type, source, more) != 3)
            say("odd: %s", line);
        of_root += strcmp(place, "/") == 0;
        if (strcmp(place, "/proc") == 0) {
            of_proc++;
            HOLDS(st.st_dev == (major << 8 | minor));
            say("%s %s", root, type);
        }
    }
    VALUE(of_root);
    VALUE(of_proc);
}
