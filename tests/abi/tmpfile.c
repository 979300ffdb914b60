/*
 * Files without a name, O_TMPFILE in open(2), linkat(2); and names without a file, RENAME_WHITEOUT
 * in rename(2).
 */
#include "tests/abi/abi.h"

#include <dirent.h>
#include <sys/sysmacros.h>

static void show_names(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int count = 0;

    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(dir);
    say("%s: %d names", path, count);
}

static void show_links(int fd)
{
    struct stat st;

    MUST(fstat(fd, &st));
    say("mode %06o links %ld size %ld", st.st_mode, (long)st.st_nlink, (long)st.st_size);
}

static int give_name(int fd, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

CASE(tmpfile_has_no_name)
{
    int fd;

    SHOW(fd = open(".", O_TMPFILE | O_RDWR, 0666));
    show_links(fd);
    show_names(".");
    SHOW(write(fd, "hidden", 6));
    SHOW(lseek(fd, 1, SEEK_SET));
    show_links(fd);
    say("flags %#o", fcntl(fd, F_GETFL) & ~(O_LARGEFILE | 0100000));
    SHOW(rmdir("../tmpfile_has_no_name"));
}

CASE(tmpfile_gets_a_name)
{
    int fd = (int)MUST(open(".", O_TMPFILE | O_WRONLY, 0640));

    MUST(write(fd, "now seen", 8));
    SHOW(give_name(fd, "f"));
    show_links(fd);
    show_file("f");
    SHOW(give_name(fd, "g"));
    show_links(fd);
    SHOW(linkat(fd, "", AT_FDCWD, "h", AT_EMPTY_PATH));
    SHOW(give_name(fd, "f"));
    MUST(unlink("f"));
    MUST(unlink("g"));
    MUST(unlink("h"));
    show_links(fd);
    SHOW(give_name(fd, "again"));
}

CASE(tmpfile_exclusive_stays_nameless)
{
    int fd;

    SHOW(fd = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600));
    SHOW(give_name(fd, "f"));
    SHOW(linkat(fd, "", AT_FDCWD, "f", AT_EMPTY_PATH));
    show_names(".");
}

CASE(tmpfile_modes)
{
    int fd;

    MUST(mkdir("set-gid", 0777));
    MUST(chown("set-gid", 0, 77));
    MUST(chmod("set-gid", 02777));
    umask(027);
    fd = (int)MUST(open(".", O_TMPFILE | O_RDWR, 07777));
    show_links(fd);
    fd = (int)MUST(open(".", O_TMPFILE | O_RDWR, 0));
    show_links(fd);
    fd = (int)MUST(open("set-gid", O_TMPFILE | O_RDWR, 0666));
    {
        struct stat st;

        MUST(fstat(fd, &st));
        say("mode %06o group %d", st.st_mode, st.st_gid);
    }
}

CASE(tmpfile_errors)
{
    make_file("f", "", 0644);
    MUST(symlink(".", "link"));
    MUST(mkdir("closed", 0755));
    SHOW(open(".", O_TMPFILE | O_RDONLY, 0600));
    SHOW(open(".", O_TMPFILE | O_RDWR | O_CREAT, 0600));
    SHOW(open(".", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, 0600));
    SHOW(open("f", O_TMPFILE | O_RDWR, 0600));
    SHOW(open("missing", O_TMPFILE | O_RDWR, 0600));
    SHOW(open("/proc", O_TMPFILE | O_RDWR, 0600));
    SHOW(open("link", O_TMPFILE | O_RDWR | O_NOFOLLOW, 0600));
    SHOW(close(open("link", O_TMPFILE | O_RDWR, 0600)));
    IN_CHILD("another user", {
        MUST(setuid(1000));
        SHOW(open("closed", O_TMPFILE | O_RDWR, 0600));
        SHOW(close(open(".", O_TMPFILE | O_RDWR, 0600)));
    });
}

CASE(tmpfile_in_proc)
{
    char path[64], text[256];
    int fd = (int)MUST(open(".", O_TMPFILE | O_RDWR, 0600));
    long length;
    struct stat st;

    MUST(fstat(fd, &st));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    length = MUST(readlink(path, text, sizeof(text) - 1));
    text[length] = '\0';
    snprintf(path, sizeof(path), "/tmpfile_in_proc/#%lu (deleted)", (long)st.st_ino);
    HOLDS(strstr(text, path) != NULL);
}

static void show_whiteout(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        say("%s: %s", path, errno_name(errno));
    else
        say("%s: mode %06o device %u:%u links %ld", path, st.st_mode, major(st.st_rdev),
            minor(st.st_rdev), (long)st.st_nlink);
}

#define NOREPLACE 1
#define EXCHANGE 2
#define WHITEOUT 4

static long rename2(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

CASE(whiteout_is_left)
{
    struct stat st;

    make_file("f", "text", 0600);
    SHOW(rename2("f", "g", WHITEOUT));
    show_whiteout("f");
    show_file("g");
    SHOW(open("f", O_RDONLY));
    SHOW(unlink("f"));
    show_whiteout("f");
    MUST(stat(".", &st));
    VALUE(st.st_size);
}

CASE(whiteout_of_folders_and_replacing)
{
    struct stat st;

    MUST(mkdir("a", 0755));
    MUST(mkdir("b", 0755));
    MUST(mkdir("a/sub", 0755));
    make_file("f", "f", 0600);
    make_file("g", "g", 0600);
    SHOW(rename2("a/sub", "b/sub", WHITEOUT));
    show_whiteout("a/sub");
    MUST(stat("a", &st));
    say("a: links %ld size %ld", (long)st.st_nlink, (long)st.st_size);
    MUST(stat("b", &st));
    say("b: links %ld size %ld", (long)st.st_nlink, (long)st.st_size);
    SHOW(rename2("f", "g", WHITEOUT | NOREPLACE));
    SHOW(rename2("f", "g", WHITEOUT));
    show_file("g");
    show_whiteout("f");
    SHOW(rename2("f", "h", WHITEOUT | NOREPLACE));
    show_whiteout("h");
    show_whiteout("f");
    SHOW(rmdir("a"));
}

CASE(whiteout_errors)
{
    make_file("f", "f", 0600);
    MUST(link("f", "same"));
    MUST(mkdir("d", 0755));
    MUST(mkdir("full", 0755));
    make_file("full/x", "", 0600);
    SHOW(rename2("f", "g", WHITEOUT | EXCHANGE));
    SHOW(rename2("f", "g", NOREPLACE | EXCHANGE));
    SHOW(rename2("f", "g", 8));
    SHOW(rename2("missing", "g", WHITEOUT));
    SHOW(rename2("d", "full", WHITEOUT));
    show_whiteout("d");
    SHOW(rename2("f", "same", WHITEOUT));
    show_whiteout("f");
    SHOW(rename2("f", "d", WHITEOUT));
    show_names(".");
}
