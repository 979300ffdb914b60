/*
 * /proc/PID/io (proc(5)): what was read and written, by a process, by a thread of it, by threads
 * that have ended.
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

struct use {
    unsigned long rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled;
};

static char block[10000];

static struct use use_of(const char *path)
{
    struct use use = {0};
    char text[512];

    if (strcmp(read_text(path, text, sizeof(text)), "ok") != 0 ||
        sscanf(text,
               "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\nread_bytes: %lu\n"
               "write_bytes: %lu\ncancelled_write_bytes: %lu\n",
               &use.rchar, &use.wchar, &use.syscr, &use.syscw, &use.read_bytes, &use.write_bytes,
               &use.cancelled) != 7)
        say("malformed: %s", text);
    return use;
}

static struct use use_now(void)
{
    return use_of("/proc/self/io");
}

/* What came on top, but for a look at it: that reads some hundred bytes. */
static void show_more(const struct use *before)
{
    struct use now = use_now(), again = use_now();
    unsigned long looks = again.syscr - now.syscr;

    say("read %lu00 in %lu, wrote %lu in %lu", (now.rchar - before->rchar) / 1000 * 10,
        now.syscr - before->syscr - looks, now.wchar - before->wchar, now.syscw - before->syscw);
}

CASE(reads_and_writes)
{
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600)), zero = open("/dev/zero", O_RDONLY);
    struct use before = use_now();

    for (int i = 0; i < 10; i++)
        MUST(write(fd, block, 100));
    MUST(pwrite(fd, block, 3000, 500));
    for (int i = 0; i < 5; i++)
        MUST(read(zero, block, 10000));
    MUST(pread(fd, block, 2000, 0));
    MUST(lseek(fd, 0, SEEK_END));
    MUST(read(fd, block, 100));
    show_more(&before);
}

CASE(vectors)
{
    int null = open("/dev/null", O_WRONLY), zero = open("/dev/zero", O_RDONLY);
    struct iovec pieces[3] = {{block, 1000}, {block, 2000}, {block, 3000}};
    struct use before = use_now();

    MUST(writev(null, pieces, 3));
    MUST(readv(zero, pieces, 3));
    show_more(&before);
}

/* What fails counts as often, if it came as far as the file. */
CASE(failures)
{
    int null = open("/dev/null", O_WRONLY), full = open("/dev/full", O_WRONLY);
    struct use before = use_now();

    SHOW(read(null, block, 10));
    SHOW(read(99, block, 10));
    SHOW(write(full, block, 10));
    SHOW(write(full, block, 10));
    SHOW(write(null, block, 0));
    show_more(&before);
}

CASE(pipes)
{
    struct use before;
    int ends[2];

    MUST(pipe2(ends, O_NONBLOCK));
    before = use_now();
    MUST(write(ends[1], block, 4000));
    MUST(read(ends[0], block, 4000));
    SHOW(read(ends[0], block, 4000));
    show_more(&before);
}

static void *write_some(void *fd)
{
    for (int i = 0; i < 7; i++)
        MUST(write((int)(long)fd, block, 1000));
    return NULL;
}

CASE(threads_that_ended)
{
    int null = open("/dev/null", O_WRONLY);
    struct use before = use_now();
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, write_some, (void *)(long)null));
    MUST(pthread_join(thread, NULL));
    nap_ms(20);
    show_more(&before);
    before = use_of("/proc/thread-self/io");
    HOLDS(before.wchar < 7000);
}

/* A child begins at nothing; its use is its parent's when that has waited for it. */
CASE(children)
{
    int null = open("/dev/null", O_WRONLY);
    struct use before = use_now();

    IN_CHILD("child", struct use mine = use_now(); HOLDS(mine.wchar == 0 && mine.syscw == 0);
             write_some((void *)(long)null));
    before.syscw = use_now().syscw - before.syscw;
    HOLDS(before.syscw >= 7 && before.syscw < 30);
}

CASE(rights)
{
    char path[64];
    struct stat st;

    MUST(stat("/proc/self/io", &st));
    say("%o", st.st_mode);
    snprintf(path, sizeof(path), "/proc/%d/io", getpid());
    IN_CHILD("user", MUST(setuid(1000)); SHOW(open(path, O_RDONLY) >= 0));
}
