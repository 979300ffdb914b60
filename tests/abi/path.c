/*
 * Names: path_resolution(7), symlink(7), the dirfd forms of openat(2), readlink(2), getcwd(2),
 * chdir(2).
 */
#include "tests/abi/abi.h"

#include <limits.h>

/* A path of `count` times `piece`. */
static char *repeat(const char *piece, size_t count)
{
    size_t length = strlen(piece);
    char *text = malloc(count * length + 1);

    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, piece, length);
    text[count * length] = '\0';
    return text;
}

/* Shows the end of the working directory's name: what is above the case is none of its business. */
static void show_cwd(const char *what)
{
    char text[PATH_MAX];

    say("%s: %s", what, getcwd(text, sizeof(text)) ? strrchr(text, '/') + 1 : errno_name(errno));
}

CASE(dots_and_slashes)
{
    MUST(mkdir("d", 0755));
    make_file("d/f", "", 0644);
    SHOW(access("d/f", F_OK));
    SHOW(access("./d/f", F_OK));
    SHOW(access("d/../d/f", F_OK));
    SHOW(access("d//.//./f", F_OK));
    SHOW(access("../dots_and_slashes/d/f", F_OK));
    SHOW(access("d/f/", F_OK));
    SHOW(access("d/f/.", F_OK));
    SHOW(access("d/f/..", F_OK));
    SHOW(access("d/missing/../f", F_OK));
    SHOW(access("d/.", F_OK));
    SHOW(access("d/", F_OK));
    SHOW(access("", F_OK));
}

CASE(root_and_above)
{
    SHOW(access("/", F_OK));
    SHOW(access("//", F_OK));
    SHOW(access("/..", F_OK));
    SHOW(access("/../../../dev/../dev/null", F_OK));
    SHOW(chdir("/.."));
    show_cwd("/..");
}

CASE(name_too_long)
{
    char *most = repeat("n", NAME_MAX), *over = repeat("n", NAME_MAX + 1);

    SHOW(mkdir(most, 0755));
    SHOW(mkdir(over, 0755));
    SHOW(access(most, F_OK));
    SHOW(access(over, F_OK));
    SHOW(open(over, O_CREAT | O_WRONLY, 0644));
    SHOW(symlink("x", over));
    SHOW(rename(most, over));
    SHOW(unlink(over));
    SHOW(rmdir(most));
}

CASE(path_too_long)
{
    char *most = repeat("./", PATH_MAX / 2 - 1), *full = repeat("./", PATH_MAX / 2);

    VALUE(strlen(most));
    SHOW(access(most, F_OK));
    VALUE(strlen(full));
    SHOW(access(full, F_OK));
    SHOW(open(full, O_RDONLY));
    SHOW(access(repeat("/", PATH_MAX - 1), F_OK));
    SHOW(access(repeat("/", PATH_MAX), F_OK));
    SHOW(symlink(most, "link"));
    SHOW(symlink(full, "link2"));
}

CASE(symlinks)
{
    make_file("f", "text", 0644);
    MUST(mkdir("d", 0755));
    SHOW(symlink("../f", "d/up"));
    show_file("d/up");
    SHOW(symlink("d/up", "twice"));
    show_file("twice");
    SHOW(symlink("d", "dir"));
    show_file("dir/up");
    show_file("dir/../f");
    SHOW(symlink("missing", "dangling"));
    show_file("dangling");
    SHOW(symlink("/dev/null", "absolute"));
    show_file("absolute");
    SHOW(symlink("f/", "slash"));
    show_file("slash");
    SHOW(symlink("x", "f"));
    SHOW(symlink("x", "dangling"));
    SHOW(symlink("", "empty"));
    SHOW(symlink("x", ""));
    SHOW(symlink("x", "missing/y"));
    SHOW(symlink("x", "new/"));
}

CASE(symlink_loops)
{
    char from[16], to[16];

    MUST(symlink("self", "self"));
    MUST(symlink("b", "a"));
    MUST(symlink("a", "b"));
    SHOW(open("self", O_RDONLY));
    SHOW(access("a", F_OK));
    SHOW(open("a", O_CREAT | O_WRONLY, 0644));
    SHOW(access("self/x", F_OK));
    SHOW(chdir("a"));
    make_file("l0", "end of the chain", 0644);
    for (int i = 1; i <= 41; i++) {
        snprintf(to, sizeof(to), "l%d", i - 1);
        snprintf(from, sizeof(from), "l%d", i);
        MUST(symlink(to, from));
    }
    show_file("l40");
    show_file("l41");
    SHOW(unlink("self"));
    SHOW(unlink("a"));
}

CASE(readlink_forms)
{
    char text[16] = "xxxxxxxxxxxxxxx";

    MUST(symlink("target", "link"));
    make_file("f", "", 0644);
    SHOW(readlink("link", text, sizeof(text)));
    say("text: %.8s", text);
    SHOW(syscall(SYS_readlink, "link", text, 3));
    SHOW(syscall(SYS_readlink, "link", text, 0));
    SHOW(syscall(SYS_readlink, "link", text, -1));
    SHOW(readlink("f", text, sizeof(text)));
    SHOW(readlink(".", text, sizeof(text)));
    SHOW(readlink("missing", text, sizeof(text)));
    SHOW(readlink("link/", text, sizeof(text)));
    SHOW(readlinkat(AT_FDCWD, "link", text, sizeof(text)));
    SHOW(readlinkat(AT_FDCWD, "", text, sizeof(text)));
    SHOW(open("link", O_PATH | O_NOFOLLOW));
    SHOW(readlinkat(3, "", text, sizeof(text)));
}

CASE(intermediate_components)
{
    make_file("f", "", 0644);
    MUST(symlink("f", "link"));
    MUST(symlink("missing", "dangling"));
    SHOW(open("f/x", O_RDONLY));
    SHOW(open("link/x", O_RDONLY));
    SHOW(open("dangling/x", O_RDONLY));
    SHOW(open("missing/x", O_RDONLY));
    SHOW(open("/dev/null/x", O_RDONLY));
    SHOW(mkdir("f/x", 0755));
    SHOW(unlink("f/x"));
    SHOW(chdir("f"));
}

CASE(trailing_slashes)
{
    MUST(mkdir("d", 0755));
    make_file("f", "", 0644);
    MUST(symlink("d", "link"));
    SHOW(mkdir("new/", 0755));
    SHOW(mkdir("new2///", 0755));
    SHOW(rmdir("new/"));
    SHOW(rmdir("link/"));
    SHOW(rmdir("link"));
    SHOW(unlink("f/"));
    SHOW(unlink("d/"));
    SHOW(unlink("link/"));
    SHOW(rename("f/", "g"));
    SHOW(rename("f", "g/"));
    SHOW(rename("d/", "e/"));
    SHOW(link("f", "h/"));
    SHOW(link("f/", "h"));
    SHOW(mknod("n/", S_IFREG | 0644, 0));
}

CASE(dot_as_the_last_component)
{
    MUST(mkdir("d", 0755));
    SHOW(mkdir(".", 0755));
    SHOW(mkdir("d/..", 0755));
    SHOW(rmdir("d/."));
    SHOW(rmdir("d/.."));
    SHOW(rmdir("."));
    SHOW(unlink("."));
    SHOW(unlink("d/.."));
    SHOW(rename("d/.", "e"));
    SHOW(rename("d", "e/.."));
    SHOW(rename("d", "."));
    SHOW(rmdir("/"));
    SHOW(mkdir("/", 0755));
    SHOW(rename("/", "r"));
    SHOW(unlink("/"));
}

CASE(dirfd_forms)
{
    char text[8];
    struct stat st;
    int dir, file;

    MUST(mkdir("d", 0755));
    make_file("d/f", "inner", 0644);
    make_file("f", "outer", 0644);
    dir = open("d", O_RDONLY | O_DIRECTORY);
    file = open("f", O_RDONLY);
    SHOW(openat(dir, "f", O_RDONLY));
    SHOW(read(5, text, 1));
    say("first letter: %c", text[0]);
    SHOW(openat(AT_FDCWD, "f", O_RDONLY));
    SHOW(openat(file, "f", O_RDONLY));
    SHOW(openat(99, "f", O_RDONLY));
    SHOW(openat(99, "/dev/null", O_RDONLY));
    SHOW(openat(-1, "f", O_RDONLY));
    SHOW(openat(dir, "../f", O_RDONLY));
    SHOW(mkdirat(dir, "sub", 0755));
    SHOW(symlinkat("f", dir, "link"));
    SHOW(readlinkat(dir, "link", text, sizeof(text)));
    SHOW(linkat(dir, "f", AT_FDCWD, "g", 0));
    SHOW(renameat(dir, "f", dir, "h"));
    SHOW(fstatat(dir, "h", &st, 0));
    SHOW(faccessat(dir, "h", F_OK, 0));
    SHOW(unlinkat(dir, "h", 0));
    SHOW(unlinkat(dir, "sub", 0));
    SHOW(unlinkat(dir, "sub", AT_REMOVEDIR));
    SHOW(unlinkat(dir, "link", AT_REMOVEDIR));
    SHOW(unlinkat(dir, "link", 0x4000));
    SHOW(unlinkat(file, "x", 0));
}

CASE(dirfd_empty_path)
{
    struct stat st;
    int file, link;

    make_file("f", "12345", 0644);
    MUST(symlink("f", "link"));
    file = open("f", O_RDONLY);
    SHOW(syscall(SYS_newfstatat, file, "", &st, AT_EMPTY_PATH));
    VALUE(st.st_size);
    SHOW(syscall(SYS_newfstatat, file, "", &st, 0));
    SHOW(syscall(SYS_newfstatat, AT_FDCWD, "", &st, AT_EMPTY_PATH));
    HOLDS(S_ISDIR(st.st_mode));
    SHOW(syscall(SYS_newfstatat, 99, "", &st, AT_EMPTY_PATH));
    SHOW(syscall(SYS_newfstatat, file, "", &st, 0x10000));
    link = open("link", O_PATH | O_NOFOLLOW);
    SHOW(syscall(SYS_newfstatat, link, "", &st, AT_EMPTY_PATH));
    HOLDS(S_ISLNK(st.st_mode));
    SHOW(syscall(SYS_fchownat, file, "", -1, -1, AT_EMPTY_PATH));
    SHOW(syscall(SYS_linkat, file, "", AT_FDCWD, "linked", AT_EMPTY_PATH));
}

CASE(chdir_forms)
{
    int dir, file;

    MUST(mkdir("d", 0755));
    MUST(mkdir("d/e", 0755));
    make_file("f", "", 0644);
    dir = open(".", O_RDONLY);
    file = open("f", O_RDONLY);
    SHOW(chdir("d/e"));
    show_cwd("d/e");
    SHOW(chdir(".."));
    show_cwd("..");
    SHOW(fchdir(dir));
    show_cwd("fchdir");
    SHOW(fchdir(file));
    SHOW(fchdir(99));
    SHOW(chdir("missing"));
    SHOW(chdir("f"));
    SHOW(chdir(""));
    IN_CHILD("child", chdir("d"));
    show_cwd("parent");
}

CASE(getcwd_forms)
{
    char text[PATH_MAX];

    MUST(mkdir("/tmp/getcwd", 0755));
    MUST(chdir("/tmp/getcwd"));
    SHOW(syscall(SYS_getcwd, text, sizeof(text)));
    say("text: %s", text);
    SHOW(syscall(SYS_getcwd, text, 12));
    SHOW(syscall(SYS_getcwd, text, 11));
    SHOW(syscall(SYS_getcwd, text, 0));
    MUST(chdir("/"));
    SHOW(syscall(SYS_getcwd, text, sizeof(text)));
    SHOW(syscall(SYS_getcwd, text, 1));
    MUST(chdir("/tmp/getcwd"));
    MUST(rename("/tmp/getcwd", "/tmp/renamed"));
    SHOW(syscall(SYS_getcwd, text, sizeof(text)));
    say("text: %s", text);
    MUST(rmdir("/tmp/renamed"));
    SHOW(syscall(SYS_getcwd, text, sizeof(text)));
}

CASE(removed_working_directory)
{
    struct stat st;

    MUST(mkdir("d", 0755));
    MUST(chdir("d"));
    MUST(rmdir("../d"));
    SHOW(stat(".", &st));
    VALUE(st.st_nlink);
    SHOW(open("f", O_CREAT | O_WRONLY, 0644));
    SHOW(mkdir("e", 0755));
    SHOW(access("..", F_OK));
    SHOW(open("..", O_RDONLY) >= 0);
    SHOW(access("../removed_working_directory", F_OK));
    SHOW(open(".", O_RDONLY) >= 0);
    SHOW(chdir(".."));
    show_cwd("above");
}

/* Their path is too long for who cleans up by path. */
static void remove_deep(int depth)
{
    for (int i = 0; i < depth; i++)
        MUST(chdir("a-directory-name"));
    MUST(unlink("f"));
    for (int i = 0; i < depth; i++) {
        MUST(chdir(".."));
        MUST(rmdir("a-directory-name"));
    }
}

CASE(deep_directories)
{
    int depth;

    for (depth = 0; depth < 300; depth++)
        if (mkdir("a-directory-name", 0755) < 0 || chdir("a-directory-name") < 0)
            break;
    VALUE(depth);
    SHOW(syscall(SYS_getcwd, malloc(PATH_MAX), PATH_MAX));
    make_file("f", "deep", 0644);
    show_file("f");
    SHOW(chdir(repeat("../", 300)));
    show_cwd("back");
    remove_deep(depth);
}
