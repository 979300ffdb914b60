/*
 * Eight processes make, link, rename and remove names in one folder: no file is lost or found
 * twice, each knows how many names it has, folders that move into one another stay one tree, and in
 * the end all room has come back.
 */
#include "tests/stress/stress.h"

#include <dirent.h>
#include <sys/mount.h>
#include <sys/statfs.h>

#define PROCESSES 8
#define FILES 8
#define NAMES 16
#define FOLDERS 12

#define NOREPLACE 1u
#define EXCHANGE 2u

static char *name(char text[16])
{
    snprintf(text, 16, "n%u", (unsigned)below(NAMES));
    return text;
}

/* An error other than these ends the process. */
static void expect(const char *what, long result, const int *errors, size_t count)
{
    if (result >= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (errno == errors[i])
            return;
    say("%s: %s", what, errno_name(errno));
    _exit(1);
}

#define EXPECT(call, ...) \
    expect(#call, (call), (const int[]){__VA_ARGS__}, ARRAY_SIZE(((const int[]){__VA_ARGS__})))

static long rename_with(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

/* A file system in which nobody else is; its counts. */
static void enter_own(struct statfs *counts)
{
    MUST(mkdir("m", 0755));
    MUST(mount("src", "m", "tmpfs", 0, "size=1m,nr_inodes=1000"));
    MUST(chdir("m"));
    MUST(statfs(".", counts));
}

static void leave_own(const struct statfs *before)
{
    struct statfs after;

    MUST(statfs(".", &after));
    HOLDS(after.f_bfree == before->f_bfree && after.f_ffree == before->f_ffree);
    MUST(chdir(".."));
    SHOW(umount("m"));
}

static void at_once(void (*act)(long rounds), long rounds)
{
    for (uint64_t i = 0; i < PROCESSES; i++)
        SPAWN(stress_seed(i); act(rounds));
    show_ends("process", PROCESSES);
}

/* Each name is looked at: the sum of what the files say, a bit each. -1: one was found twice. */
static long files_found(void)
{
    long found = 0;

    for (unsigned i = 0; i < NAMES; i++) {
        char path[16], text[16];

        snprintf(path, sizeof(path), "n%u", i);
        if (strcmp(read_text(path, text, sizeof(text)), "ok") != 0)
            continue;
        if (found & 1l << atoi(text))
            return -1;
        found |= 1l << atoi(text);
        MUST(unlink(path));
    }
    return found;
}

static void move_files(long rounds)
{
    char from[16], to[16];

    for (; rounds > 0; rounds--) {
        if (below(4))
            EXPECT(rename_with(name(from), name(to), NOREPLACE), ENOENT, EEXIST);
        else
            EXPECT(rename_with(name(from), name(to), EXCHANGE), ENOENT);
    }
}

CASE(files_are_moved)
{
    struct statfs before;

    enter_own(&before);
    for (unsigned i = 0; i < FILES; i++) {
        char path[16], text[16];

        snprintf(path, sizeof(path), "n%u", i);
        snprintf(text, sizeof(text), "%u", i);
        make_file(path, text, 0600);
    }
    at_once(move_files, stress_count(400, 100000));
    say("found %lx", files_found());
    leave_own(&before);
}

static void change_names(long rounds)
{
    char from[16], to[16];
    int fd;

    for (; rounds > 0; rounds--) {
        switch (below(7)) {
        case 0:
            EXPECT(fd = open(name(from), O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
            if (fd >= 0)
                close(fd);
            break;
        case 1:
        case 2:
            EXPECT(link(name(from), name(to)), ENOENT, EEXIST);
            break;
        case 3:
            EXPECT(rename(name(from), name(to)), ENOENT);
            break;
        case 4:
            EXPECT(symlink("nowhere", name(to)), EEXIST);
            break;
        case 5:
            EXPECT(rename_with(name(from), name(to), EXCHANGE), ENOENT);
            break;
        default:
            EXPECT(unlink(name(from)), ENOENT);
            break;
        }
    }
}

/* Each inode of the folder has as many names as it says. */
static long wrong_links(void)
{
    struct stat of[NAMES];
    char path[16];
    long wrong = 0;
    int found = 0;

    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(path, sizeof(path), "n%u", i);
        if (lstat(path, &of[found]) == 0)
            found++;
    }
    for (int i = 0; i < found; i++) {
        nlink_t names = 0;

        for (int j = 0; j < found; j++)
            names += of[i].st_ino == of[j].st_ino;
        wrong += names != of[i].st_nlink;
    }
    return wrong;
}

static void unlink_all(void)
{
    char path[16];

    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(path, sizeof(path), "n%u", i);
        unlink(path);
    }
}

CASE(names_come_and_go)
{
    struct statfs before;

    enter_own(&before);
    at_once(change_names, stress_count(400, 100000));
    VALUE(wrong_links());
    unlink_all();
    leave_own(&before);
}

/* A way of one to three folders. */
static char *way(char text[32])
{
    size_t length = 0;

    for (uint64_t steps = 1 + below(3); steps > 0; steps--)
        length += (size_t)snprintf(text + length, 32 - length, "%sd%u", length ? "/" : "",
                                   (unsigned)below(FOLDERS));
    return text;
}

static void move_folders(long rounds)
{
    char from[32], to[32];

    for (; rounds > 0; rounds--) {
        if (below(3))
            EXPECT(rename_with(way(from), way(to), NOREPLACE), ENOENT, EEXIST, EINVAL);
        else
            EXPECT(rename_with(way(from), way(to), EXCHANGE), ENOENT, EINVAL);
    }
}

/* Removes what is below the working directory: how many folders there were. -1: the links of one
 * were wrong. */
static long folders_removed(void)
{
    DIR *dir = opendir(".");
    struct dirent *entry;
    long total = 0, below_here;
    nlink_t links = 2;
    struct stat st;

    MUST(stat(".", &st));
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        links++;
        MUST(chdir(entry->d_name));
        below_here = folders_removed();
        MUST(chdir(".."));
        MUST(rmdir(entry->d_name));
        if (below_here < 0)
            total = -1;
        if (total >= 0)
            total += 1 + below_here;
    }
    closedir(dir);
    return links == st.st_nlink ? total : -1;
}

CASE(folders_are_moved)
{
    struct statfs before;
    char path[16];

    enter_own(&before);
    for (unsigned i = 0; i < FOLDERS; i++) {
        snprintf(path, sizeof(path), "d%u", i);
        MUST(mkdir(path, 0755));
    }
    at_once(move_folders, stress_count(400, 100000));
    VALUE(folders_removed());
    leave_own(&before);
}

static void make_folders(long rounds)
{
    char from[32], to[32];

    for (; rounds > 0; rounds--) {
        switch (below(4)) {
        case 0:
        case 1:
            EXPECT(mkdir(way(to), 0755), ENOENT, EEXIST, ENOSPC); /* they grow deep */
            break;
        case 2:
            EXPECT(rename(way(from), way(to)), ENOENT, EEXIST, ENOTEMPTY, EINVAL);
            break;
        default:
            EXPECT(rmdir(way(from)), ENOENT, ENOTEMPTY);
            break;
        }
    }
}

CASE(folders_come_and_go)
{
    struct statfs before;

    enter_own(&before);
    at_once(make_folders, stress_count(400, 100000));
    HOLDS(folders_removed() >= 0);
    leave_own(&before);
}

/* Who reads the folder meanwhile sees each name at most once, and those that stay always. */
static void read_folder(long rounds)
{
    for (; rounds > 0; rounds--) {
        DIR *dir = opendir(".");
        struct dirent *entry;
        long seen = 0;

        while ((entry = readdir(dir)) != NULL)
            seen += strncmp(entry->d_name, "stays", 5) == 0;
        closedir(dir);
        if (seen == 4)
            continue;
        say("%ld of 4 are seen", seen);
        _exit(1);
    }
}

CASE(read_meanwhile)
{
    static const char *const staying[] = {"stays0", "stays1", "stays2", "stays3"};
    long rounds = stress_count(200, 50000);
    struct statfs before;

    enter_own(&before);
    for (size_t i = 0; i < ARRAY_SIZE(staying); i++)
        make_file(staying[i], "", 0600);
    for (uint64_t i = 0; i < 4; i++)
        SPAWN(stress_seed(i); change_names(rounds));
    for (uint64_t i = 0; i < 4; i++)
        SPAWN(read_folder(rounds / 4));
    show_ends("process", 8);
    for (size_t i = 0; i < ARRAY_SIZE(staying); i++)
        MUST(unlink(staying[i]));
    unlink_all();
    leave_own(&before);
}
