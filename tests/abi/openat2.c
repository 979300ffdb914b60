/*
 * openat2(2): what it refuses, and where RESOLVE_* lets a walk lead.
 */
#include "tests/abi/abi.h"

struct how {
    uint64_t flags, mode, resolve;
};

#define NO_XDEV 1
#define NO_MAGICLINKS 2
#define NO_SYMLINKS 4
#define BENEATH 8
#define IN_ROOT 16
#define CACHED 32

static long open2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
    struct how how = {flags, mode, resolve};
    long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

    if (fd >= 0)
        close((int)fd);
    return fd < 0 ? -1 : 0;
}

static long resolve(int dirfd, const char *path, uint64_t where)
{
    return open2(dirfd, path, O_RDONLY, 0, where);
}

CASE(how_flags)
{
    make_file("f", "", 0600);
    SHOW(open2(AT_FDCWD, "f", O_RDONLY, 0, 0));
    SHOW(open2(AT_FDCWD, "f", O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0, 0));
    SHOW(open2(AT_FDCWD, "f", 0x80000000u, 0, 0));
    SHOW(open2(AT_FDCWD, "f", 1ull << 40, 0, 0));
    SHOW(open2(AT_FDCWD, "f", O_PATH, 0, 0));
    SHOW(open2(AT_FDCWD, "f", O_PATH | O_RDWR, 0, 0));
    SHOW(open2(AT_FDCWD, "f", O_PATH | O_CREAT, 0600, 0));
    SHOW(open2(AT_FDCWD, "f", O_PATH | O_CLOEXEC | O_NOFOLLOW, 0, 0));
    SHOW(open2(AT_FDCWD, ".", O_DIRECTORY, 0, 0));
    SHOW(open2(AT_FDCWD, "f", O_DIRECTORY, 0, 0));
}

CASE(how_mode)
{
    struct stat st;

    make_file("f", "", 0600);
    SHOW(open2(AT_FDCWD, "f", O_RDONLY, 0600, 0));
    SHOW(open2(AT_FDCWD, "g", O_WRONLY | O_CREAT, 010600, 0));
    SHOW(open2(AT_FDCWD, "g", O_WRONLY | O_CREAT, 0100600, 0));
    SHOW(open2(AT_FDCWD, "g", O_WRONLY | O_CREAT, 04755, 0));
    MUST(stat("g", &st));
    say("mode %o", st.st_mode);
    SHOW(open2(AT_FDCWD, ".", O_TMPFILE | O_WRONLY, 0600, 0));
    SHOW(open2(AT_FDCWD, ".", O_TMPFILE, 0600, 0));
}

CASE(how_size)
{
    struct {
        struct how how;
        char more[4096];
    } big = {.how = {O_RDONLY, 0, 0}};

    make_file("f", "", 0600);
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, sizeof(struct how) - 1));
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, 0));
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, sizeof(struct how) + 8));
    big.more[5] = 1;
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, sizeof(struct how) + 8));
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, sizeof(struct how) + 5));
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &big, 4097));
    SHOW(syscall(SYS_openat2, AT_FDCWD, "f", (void *)8, sizeof(struct how)));
}

CASE(resolve_words)
{
    make_file("f", "", 0600);
    SHOW(resolve(AT_FDCWD, "f", 64));
    SHOW(resolve(AT_FDCWD, "f", 1ull << 40));
    SHOW(resolve(AT_FDCWD, "f", BENEATH | IN_ROOT));
    SHOW(resolve(AT_FDCWD, "f", NO_XDEV | NO_MAGICLINKS | NO_SYMLINKS | BENEATH));
    SHOW(resolve(99, "f", BENEATH));
    SHOW(resolve(99, "/f", IN_ROOT));
    SHOW(open2(AT_FDCWD, "new", O_CREAT | O_WRONLY, 0600, CACHED));
    SHOW(open2(AT_FDCWD, "f", O_TRUNC | O_WRONLY, 0, CACHED));
    SHOW(resolve(AT_FDCWD, "missing", BENEATH));
    SHOW(resolve(AT_FDCWD, "f/g", IN_ROOT));
}

/* A small tree:  jail/{file, dir/, up -> .., out -> ../file, abs -> /file, in -> dir, deep/...} */
static int make_jail(void)
{
    make_file("file", "outside", 0644);
    MUST(mkdir("jail", 0755));
    MUST(mkdir("jail/dir", 0755));
    make_file("jail/file", "inside", 0644);
    make_file("jail/dir/leaf", "leaf", 0644);
    MUST(symlink("..", "jail/up"));
    MUST(symlink("../file", "jail/out"));
    MUST(symlink("/file", "jail/abs"));
    MUST(symlink("/dir/leaf", "jail/absleaf"));
    MUST(symlink("dir", "jail/in"));
    MUST(symlink("../file", "jail/dir/back"));
    return (int)MUST(open("jail", O_RDONLY | O_DIRECTORY));
}

static void show_resolved(int jail, const char *path, uint64_t where)
{
    struct how how = {O_RDONLY, 0, where};
    int fd = (int)syscall(SYS_openat2, jail, path, &how, sizeof(how));
    char text[16] = "";

    if (fd < 0) {
        say("%s: %s", path, errno_name(errno));
        return;
    }
    if (read(fd, text, sizeof(text) - 1) < 0)
        strcpy(text, errno_name(errno));
    say("%s: %s", path, text);
    close(fd);
}

static const char *const ways[] = {
    "file",       "dir/leaf", "dir/../file", "../file",    "..",
    "dir/../..",  "/file",    "up",          "up/file",    "out",
    "abs",        "absleaf",  "in/leaf",     "in/../file", "dir/back",
    "dir/back/x", ".",        "/",           "/../file",   "dir/../../jail/file",
};

static void show_ways(uint64_t where)
{
    int jail = make_jail();

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
        show_resolved(jail, ways[i], where);
}

CASE(resolve_beneath)
{
    show_ways(BENEATH);
}

CASE(resolve_in_root)
{
    show_ways(IN_ROOT);
}

CASE(resolve_without_links)
{
    int jail = make_jail();
    struct how how = {O_PATH | O_NOFOLLOW, 0, NO_SYMLINKS};

    show_resolved(jail, "in/leaf", NO_SYMLINKS);
    show_resolved(jail, "out", NO_SYMLINKS);
    show_resolved(jail, "dir/leaf", NO_SYMLINKS);
    show_resolved(jail, "out", NO_MAGICLINKS);
    SHOW(close((int)syscall(SYS_openat2, jail, "out", &how, sizeof(how))));
    show_resolved(AT_FDCWD, "/proc/self/status", NO_SYMLINKS);
    show_resolved(AT_FDCWD, "/proc/self/fd/0", NO_MAGICLINKS);
    show_resolved(AT_FDCWD, "/proc/self/cwd/file", NO_MAGICLINKS);
    show_resolved(AT_FDCWD, "/proc/self/cwd/file", 0);
}

CASE(resolve_without_mounts)
{
    int root = (int)MUST(open("/", O_RDONLY | O_DIRECTORY));
    int proc = (int)MUST(open("/proc", O_RDONLY | O_DIRECTORY));
    int dev_null = open("/dev/null", O_RDONLY);

    MUST(symlink("/proc/version", "link"));
    HOLDS(dev_null >= 0);
    SHOW(resolve(root, "proc/version", NO_XDEV));
    SHOW(resolve(root, "proc", NO_XDEV));
    SHOW(resolve(root, "tmp", NO_XDEV));
    SHOW(resolve(AT_FDCWD, "/proc/version", NO_XDEV));
    SHOW(resolve(AT_FDCWD, "link", NO_XDEV));
    SHOW(resolve(proc, "version", NO_XDEV));
    SHOW(resolve(proc, "..", NO_XDEV));
    SHOW(resolve(proc, "../tmp", NO_XDEV));
    SHOW(resolve(proc, "self/cwd", NO_XDEV));
    SHOW(resolve(proc, "self/cwd", BENEATH));
    SHOW(resolve(proc, "self/stat", BENEATH));
}

CASE(resolve_creates)
{
    int jail = make_jail();

    SHOW(open2(jail, "new", O_CREAT | O_WRONLY, 0600, BENEATH));
    SHOW(open2(jail, "../new", O_CREAT | O_WRONLY, 0600, BENEATH));
    SHOW(open2(jail, "/rooted", O_CREAT | O_WRONLY, 0600, IN_ROOT));
    SHOW(open2(jail, "abs", O_WRONLY | O_TRUNC, 0, IN_ROOT));
    SHOW(access("jail/new", F_OK));
    SHOW(access("new", F_OK));
    SHOW(access("jail/rooted", F_OK));
    show_file("jail/file");
    show_file("file");
}
