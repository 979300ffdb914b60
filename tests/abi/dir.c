/*
 * Directories and links: mkdir(2), rmdir(2), rename(2), renameat2, link(2), unlink(2), mknod(2),
 * getdents64(2).
 */
#include "tests/abi/abi.h"

#include <sys/sysmacros.h>

#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE 2
#define RENAME_WHITEOUT 4

struct entry {
    uint64_t ino;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

static long links(const char *path)
{
    struct stat st;

    return stat(path, &st) < 0 ? -errno : (long)st.st_nlink;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Shows the names in a directory in order, each with its type. Buffers of so many bytes are read.
 */
static void show_names(const char *path, size_t bytes)
{
    static char buffer[4096], *names[200], line[1000];
    int fd = (int)MUST(open(path, O_RDONLY | O_DIRECTORY)), count = 0;
    long got;

    while ((got = syscall(SYS_getdents64, fd, buffer, bytes)) > 0)
        for (long at = 0; at < got;) {
            struct entry *entry = (struct entry *)(buffer + at);

            names[count] = malloc(300);
            snprintf(names[count++], 300, "%s:%d", entry->name, entry->type);
            if (entry->length % 8 || entry->length <= offsetof(struct entry, name))
                say("a bad length: %d", entry->length);
            at += entry->length;
        }
    if (got < 0)
        say("getdents64: %s", errno_name(errno));
    qsort(names, (size_t)count, sizeof(*names), compare);
    line[0] = '\0';
    for (int i = 0; i < count; i++) {
        strcat(line, " ");
        strcat(line, names[i]);
    }
    say("%s holds:%s", path, line);
    close(fd);
}

CASE(mkdir_forms)
{
    struct stat st;

    umask(022);
    SHOW(mkdir("d", 0777));
    MUST(stat("d", &st));
    say("mode %o", st.st_mode);
    SHOW(mkdir("d", 0777));
    SHOW(mkdir("missing/d", 0777));
    SHOW(mkdir("sticky", 01777));
    MUST(stat("sticky", &st));
    say("mode %o", st.st_mode);
    SHOW(mkdir("setgid", 06777));
    MUST(stat("setgid", &st));
    say("mode %o", st.st_mode);
    make_file("f", "", 0644);
    SHOW(mkdir("f", 0777));
    MUST(symlink("nowhere", "dangling"));
    SHOW(mkdir("dangling", 0777));
}

CASE(mkdir_inherits_setgid)
{
    struct stat st;

    MUST(mkdir("d", 0755));
    MUST(chown("d", 0, 42));
    MUST(chmod("d", 02755));
    SHOW(mkdir("d/e", 0755));
    MUST(stat("d/e", &st));
    say("mode %o gid %d", st.st_mode, st.st_gid);
    make_file("d/f", "", 0644);
    MUST(stat("d/f", &st));
    say("mode %o gid %d", st.st_mode, st.st_gid);
}

CASE(link_counts)
{
    MUST(mkdir("d", 0755));
    VALUE(links("d"));
    MUST(mkdir("d/a", 0755));
    MUST(mkdir("d/b", 0755));
    VALUE(links("d"));
    MUST(rmdir("d/a"));
    VALUE(links("d"));
    make_file("d/f", "", 0644);
    VALUE(links("d"));
    VALUE(links("d/f"));
    SHOW(link("d/f", "g"));
    VALUE(links("g"));
    SHOW(unlink("d/f"));
    VALUE(links("g"));
    MUST(mkdir("e", 0755));
    SHOW(rename("d/b", "e/b"));
    VALUE(links("d"));
    VALUE(links("e"));
}

CASE(rmdir_forms)
{
    MUST(mkdir("d", 0755));
    make_file("d/f", "", 0644);
    make_file("f", "", 0644);
    SHOW(rmdir("d"));
    SHOW(rmdir("f"));
    SHOW(rmdir("missing"));
    MUST(unlink("d/f"));
    SHOW(rmdir("d"));
    SHOW(rmdir("d"));
    SHOW(rmdir(""));
}

CASE(unlink_forms)
{
    MUST(mkdir("d", 0755));
    make_file("f", "", 0644);
    MUST(symlink("f", "link"));
    SHOW(unlink("d"));
    SHOW(unlink("missing"));
    SHOW(unlink("link"));
    SHOW(access("f", F_OK));
    SHOW(unlink("f"));
    SHOW(unlink("f"));
    SHOW(unlink(""));
}

CASE(link_forms)
{
    struct stat a, b;

    make_file("f", "same", 0644);
    MUST(mkdir("d", 0755));
    MUST(symlink("f", "sym"));
    SHOW(link("f", "g"));
    MUST(stat("f", &a));
    MUST(stat("g", &b));
    HOLDS(a.st_ino == b.st_ino);
    SHOW(link("f", "g"));
    SHOW(link("d", "e"));
    SHOW(link("missing", "h"));
    SHOW(link("f", "missing/h"));
    SHOW(link("f", "d"));
    SHOW(link("sym", "sym2"));
    MUST(lstat("sym2", &b));
    HOLDS(S_ISLNK(b.st_mode));
    SHOW(linkat(AT_FDCWD, "sym", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
    MUST(lstat("followed", &b));
    HOLDS(a.st_ino == b.st_ino);
    SHOW(linkat(AT_FDCWD, "f", AT_FDCWD, "h", 0x8000));
}

CASE(rename_files)
{
    make_file("a", "A", 0644);
    make_file("b", "B", 0644);
    SHOW(rename("a", "c"));
    show_file("a");
    show_file("c");
    SHOW(rename("c", "b"));
    show_file("b");
    SHOW(rename("b", "b"));
    show_file("b");
    SHOW(link("b", "b2"));
    SHOW(rename("b", "b2"));
    show_names(".", 4096);
    SHOW(rename("missing", "x"));
    SHOW(rename("b", "missing/x"));
    SHOW(rename("", "x"));
    SHOW(rename("b", ""));
}

CASE(rename_directories)
{
    MUST(mkdir("d", 0755));
    MUST(mkdir("d/sub", 0755));
    MUST(mkdir("empty", 0755));
    MUST(mkdir("full", 0755));
    make_file("full/f", "", 0644);
    make_file("f", "", 0644);
    SHOW(rename("d", "full"));
    SHOW(rename("d", "f"));
    SHOW(rename("f", "d"));
    SHOW(rename("d", "d/sub/below"));
    SHOW(rename("d/sub", "d"));
    SHOW(rename("d", "d"));
    SHOW(rename("d", "empty"));
    show_names(".", 4096);
    show_names("empty", 4096);
    SHOW(rename("empty/sub", "moved"));
    SHOW(access("moved/../full/f", F_OK));
}

CASE(rename_symlinks)
{
    struct stat st;

    make_file("f", "F", 0644);
    make_file("g", "G", 0644);
    MUST(symlink("f", "link"));
    SHOW(rename("link", "link2"));
    MUST(lstat("link2", &st));
    HOLDS(S_ISLNK(st.st_mode));
    SHOW(rename("g", "link2"));
    MUST(lstat("link2", &st));
    HOLDS(S_ISREG(st.st_mode));
    show_file("f");
    MUST(symlink("missing", "dangling"));
    SHOW(rename("dangling", "still"));
    SHOW(lstat("still", &st));
}

CASE(rename_open_target)
{
    char text[4] = "";
    int fd;

    make_file("old", "old", 0644);
    make_file("new", "new", 0644);
    fd = open("new", O_RDONLY);
    SHOW(rename("old", "new"));
    SHOW(read(fd, text, 3));
    say("text: %s", text);
    show_file("new");
}

CASE(renameat2_flags)
{
    make_file("a", "A", 0644);
    make_file("b", "B", 0644);
    MUST(mkdir("d", 0755));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE));
    show_file("b");
    show_file("c");
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "d", RENAME_EXCHANGE));
    SHOW(access("b/.", F_OK));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "missing", RENAME_EXCHANGE));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "b", RENAME_EXCHANGE | RENAME_NOREPLACE));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "x", 0x100));
}

CASE(mknod_forms)
{
    struct stat st;

    SHOW(mknod("regular", S_IFREG | 0640, 0));
    MUST(stat("regular", &st));
    say("mode %o", st.st_mode);
    SHOW(mknod("plain", 0600, 0));
    MUST(stat("plain", &st));
    say("mode %o", st.st_mode);
    SHOW(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
    MUST(stat("null", &st));
    say("mode %o device %d:%d", st.st_mode, major(st.st_rdev), minor(st.st_rdev));
    SHOW(open("null", O_RDWR));
    SHOW(write(3, "x", 1));
    SHOW(mknod("nobody", S_IFCHR | 0666, makedev(213, 77)));
    SHOW(open("nobody", O_RDWR));
    SHOW(mknod("block", S_IFBLK | 0666, makedev(213, 77)));
    SHOW(open("block", O_RDWR));
    SHOW(mknod("dir", S_IFDIR | 0777, 0));
    SHOW(mknod("link", S_IFLNK | 0777, 0));
    SHOW(mknod("odd", 0030000 | 0777, 0));
    SHOW(mknod("regular", S_IFREG | 0640, 0));
}

CASE(getdents_names_and_types)
{
    MUST(mkdir("d", 0755));
    MUST(mkdir("d/dir", 0755));
    make_file("d/file", "", 0644);
    MUST(symlink("x", "d/link"));
    MUST(mknod("d/char", S_IFCHR | 0644, makedev(1, 3)));
    show_names("d", 4096);
    SHOW(rmdir("d/dir"));
    show_names("d", 4096);
    MUST(mkdir("e", 0755));
    show_names("e", 4096);
}

CASE(getdents_small_buffers)
{
    char name[32], buffer[64];
    int fd;

    MUST(mkdir("d", 0755));
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "d/name-%02d", i);
        make_file(name, "", 0644);
    }
    show_names("d", 32);
    show_names("d", 100);
    fd = open("d", O_RDONLY);
    SHOW(syscall(SYS_getdents64, fd, buffer, 0));
    SHOW(syscall(SYS_getdents64, fd, buffer, 23));
    SHOW(syscall(SYS_getdents64, fd, (void *)8, 64));
    SHOW(syscall(SYS_getdents64, fd, buffer, 64) > 0);
    SHOW(syscall(SYS_getdents64, 99, buffer, 64));
    make_file("f", "", 0644);
    SHOW(syscall(SYS_getdents64, open("f", O_RDONLY), buffer, 64));
}

CASE(getdents_rewind)
{
    char buffer[1024];
    int fd, first, again;

    MUST(mkdir("d", 0755));
    make_file("d/a", "", 0644);
    make_file("d/b", "", 0644);
    fd = open("d", O_RDONLY);
    first = (int)syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
    SHOW(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)));
    SHOW(lseek(fd, 0, SEEK_SET));
    again = (int)syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
    HOLDS(first == again);
    MUST(unlink("d/a"));
    SHOW(lseek(fd, 0, SEEK_SET));
    HOLDS(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)) < first);
}

CASE(getdents_behind_the_end)
{
    static const long places[] = {1L << 30,    INT32_MAX,     0x80000000, 0x8000ffff,
                                  0x1000000ff, INT64_MAX - 1, INT64_MAX};
    char buffer[4096];
    int fd = (int)MUST(open("/proc", O_RDONLY | O_DIRECTORY));

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        SHOW(lseek(fd, places[i], SEEK_SET));
        SHOW(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)));
    }
}

CASE(getdents_while_unlinking)
{
    char name[32], buffer[128];
    int fd, removed = 0;
    long got;

    MUST(mkdir("d", 0755));
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "d/%d", i);
        make_file(name, "", 0644);
    }
    fd = open("d", O_RDONLY);
    while ((got = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) > 0)
        for (long at = 0; at < got; at += ((struct entry *)(buffer + at))->length) {
            struct entry *entry = (struct entry *)(buffer + at);

            removed += unlinkat(fd, entry->name, 0) == 0;
        }
    VALUE(removed);
    SHOW(rmdir("d"));
    SHOW(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)));
}

CASE(removed_directory_is_dead)
{
    struct stat st;
    int fd;

    MUST(mkdir("d", 0755));
    fd = open("d", O_RDONLY | O_DIRECTORY);
    SHOW(rmdir("d"));
    SHOW(openat(fd, "f", O_CREAT | O_WRONLY, 0644));
    SHOW(mkdirat(fd, "e", 0755));
    SHOW(fstat(fd, &st));
    VALUE(st.st_nlink);
    SHOW(mkdir("d", 0755));
    SHOW(faccessat(fd, ".", F_OK, 0));
}

CASE(rename_cannot_make_a_loop)
{
    MUST(mkdir("a", 0755));
    MUST(mkdir("a/b", 0755));
    MUST(mkdir("a/b/c", 0755));
    SHOW(rename("a", "a/b/c/d"));
    SHOW(rename("a/b", "a/b/c"));
    SHOW(rename("a/b/c", "a"));
    SHOW(rename("a/b/c", "c"));
    SHOW(rename("a", "c/a"));
    SHOW(access("c/a/b", F_OK));
}
