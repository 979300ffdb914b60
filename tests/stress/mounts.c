/*
 * Mounts that come and go while they are used: every use succeeds or fails cleanly, what was
 * written to an instance is whole or gone with it, and when all have ended nothing is mounted any
 * more.
 */
#include "tests/stress/stress.h"

#include <sys/mount.h>

#define PLACES 3
#define DETACH 2

static const char *place(unsigned which)
{
    static char text[16];

    snprintf(text, sizeof(text), "p%u", which % PLACES);
    return text;
}

/* An error that a use may meet beside who mounts and unmounts; others end the process. */
static void expect(const char *what, long result)
{
    static const int errors[] = {ENOENT, EBUSY, EEXIST, EXDEV,  ENOTDIR,  EINVAL,
                                 EROFS,  ELOOP, ENOSPC, ENOMEM, ENOTEMPTY};

    if (result >= 0)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
        if (errno == errors[i])
            return;
    say("%s: %s", what, errno_name(errno));
    _exit(1);
}

static void change_mounts(long rounds)
{
    char from[16];

    for (long i = 0; i < rounds; i++) {
        unsigned which = (unsigned)below(PLACES);

        switch (below(8)) {
        case 0:
        case 1:
            expect("mount", mount("src", place(which), "tmpfs", 0, "size=64k"));
            break;
        case 2:
            strcpy(from, place(which + 1));
            expect("bind", mount(from, place(which), NULL, MS_BIND | MS_REC, NULL));
            break;
        case 3:
            strcpy(from, place(which + 1));
            expect("move", mount(from, place(which), NULL, MS_MOVE, NULL));
            break;
        case 4:
            expect("remount", mount(NULL, place(which), NULL,
                                    MS_REMOUNT | MS_BIND | (below(2) ? MS_RDONLY : 0), NULL));
            break;
        case 5:
            expect("detach", umount2(place(which), DETACH));
            break;
        default:
            expect("umount", umount2(place(which), 0));
            break;
        }
        while (below(3) == 0 && umount2(place(which), DETACH) == 0)
            continue;
    }
}

static void use_file(const char *path)
{
    static char block[4096], back[4096];
    int fd = open(path, O_CREAT | O_RDWR, 0600);

    expect("open", fd);
    if (fd < 0)
        return;
    memset(block, (int)below(256), sizeof(block));
    if (pwrite(fd, block, sizeof(block), 0) == sizeof(block) &&
        pread(fd, back, sizeof(back), 0) != sizeof(back)) {
        say("what was written can't be read");
        _exit(1);
    }
    close(fd);
}

static void use_mounts(long rounds)
{
    static char text[65536];

    for (long i = 0; i < rounds; i++) {
        char path[32], other[32];

        snprintf(path, sizeof(path), "%s/f%u", place((unsigned)below(PLACES)), (unsigned)below(4));
        snprintf(other, sizeof(other), "%s/f%u", place((unsigned)below(PLACES)),
                 (unsigned)below(4));
        switch (below(7)) {
        case 0:
            expect("rename", rename(path, other));
            break;
        case 1:
            expect("unlink", unlink(path));
            break;
        case 2:
            expect("link", link(path, other));
            break;
        case 3:
            if (chdir(place((unsigned)below(PLACES))) == 0) {
                use_file("f0");
                expect("access", access("../p0", F_OK));
                MUST(chdir("/"));
                MUST(chdir(getenv("HERE")));
            }
            break;
        case 4:
            read_text("/proc/self/mountinfo", text, sizeof(text));
            break;
        default:
            use_file(path);
            break;
        }
    }
}

static int mounts_left(void)
{
    static char text[65536];
    const char *at = text;
    int count = 0;

    read_text("/proc/self/mounts", text, sizeof(text));
    for (; (at = strstr(at, getenv("HERE"))); at++)
        count++;
    return count;
}

CASE(mounts_under_use)
{
    long rounds = stress_count(300, 20000);
    char here[256];

    MUST(getcwd(here, sizeof(here)) ? 0 : -1);
    setenv("HERE", here, 1);
    for (unsigned i = 0; i < PLACES; i++)
        MUST(mkdir(place(i), 0777));
    for (uint64_t i = 0; i < 6; i++)
        SPAWN(stress_seed(i); if (i < 2) change_mounts(rounds); else use_mounts(rounds));
    show_ends("process", 6);
    for (unsigned i = 0; i < PLACES; i++)
        while (umount2(place(i), DETACH) == 0)
            continue;
    VALUE(mounts_left());
    for (unsigned i = 0; i < PLACES; i++) {
        char command[64];

        snprintf(command, sizeof(command), "%s/f0", place(i));
        for (char *digit = &command[strlen(command) - 1]; *digit < '4'; ++*digit)
            unlink(command);
        SHOW(rmdir(place(i)));
    }
}
