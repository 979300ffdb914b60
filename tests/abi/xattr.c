/*
 * Extended attributes on a file system in memory: setxattr(2), getxattr(2), listxattr(2),
 * removexattr(2), xattr(7).
 */
#include "tests/abi/abi.h"

#include <sys/xattr.h>

static void show_attribute(const char *path, const char *name)
{
    char value[128];
    ssize_t size = getxattr(path, name, value, sizeof(value));

    if (size < 0)
        say("%s of %s: %s", name, path, errno_name(errno));
    else
        say("%s of %s: %zd \"%.*s\"", name, path, size, (int)size, value);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in the order of the alphabet: a file system may list them in any. */
static void show_names(const char *path)
{
    char list[2048], line[512] = "";
    const char *names[32];
    ssize_t size = listxattr(path, list, sizeof(list));
    size_t count = 0;

    if (size < 0) {
        say("%s: %s", path, errno_name(errno));
        return;
    }
    for (char *at = list; at < list + size; at += strlen(at) + 1)
        names[count++] = at;
    qsort(names, count, sizeof(names[0]), compare);
    for (size_t i = 0; i < count; i++) {
        strcat(line, " ");
        strcat(line, names[i]);
    }
    say("%s:%s (%zd bytes)", path, line, size);
}

static int set(const char *path, const char *name, const char *value)
{
    return setxattr(path, name, value, strlen(value), 0);
}

CASE(set_get_list_remove)
{
    char value[8];

    make_file("f", "", 0644);
    show_names("f");
    SHOW(set("f", "user.one", "first"));
    SHOW(set("f", "user.two", ""));
    SHOW(set("f", "user.with space", "x"));
    show_names("f");
    show_attribute("f", "user.one");
    show_attribute("f", "user.two");
    SHOW(set("f", "user.one", "changed"));
    show_attribute("f", "user.one");
    SHOW(getxattr("f", "user.one", NULL, 0));
    SHOW(getxattr("f", "user.one", value, 6));
    SHOW(getxattr("f", "user.one", value, 7));
    SHOW(getxattr("f", "user.none", value, 8));
    SHOW(removexattr("f", "user.one"));
    SHOW(removexattr("f", "user.one"));
    show_names("f");
}

CASE(flags)
{
    make_file("f", "", 0644);
    SHOW(setxattr("f", "user.a", "1", 1, XATTR_REPLACE));
    SHOW(setxattr("f", "user.a", "1", 1, XATTR_CREATE));
    SHOW(setxattr("f", "user.a", "2", 1, XATTR_CREATE));
    SHOW(setxattr("f", "user.a", "3", 1, XATTR_REPLACE));
    SHOW(setxattr("f", "user.a", "4", 1, XATTR_REPLACE | XATTR_CREATE));
    SHOW(setxattr("f", "user.b", "4", 1, XATTR_REPLACE | XATTR_CREATE));
    SHOW(setxattr("f", "user.a", "5", 1, 4));
    show_attribute("f", "user.a");
}

CASE(names)
{
    static char name[300];

    make_file("f", "", 0644);
    memset(name, 'n', sizeof(name) - 1);
    memcpy(name, "user.", 5);
    SHOW(set("f", name, "x"));
    name[256] = '\0';
    SHOW(set("f", name, "x"));
    name[255] = '\0';
    SHOW(set("f", name, "x"));
    SHOW(getxattr("f", name, NULL, 0));
    SHOW(set("f", "", "x"));
    SHOW(set("f", "user.", "x"));
    SHOW(set("f", "user", "x"));
    SHOW(set("f", "noprefix.a", "x"));
    SHOW(getxattr("f", "noprefix.a", NULL, 0));
    SHOW(removexattr("f", "noprefix.a"));
    SHOW(setxattr("f", (void *)8, "x", 1, 0));
}

CASE(sizes)
{
    static char value[65537];
    char list[16];

    make_file("f", "", 0644);
    SHOW(setxattr("f", "user.big", value, 65537, 0));
    SHOW(setxattr("f", "user.big", value, 65536, 0));
    SHOW(getxattr("f", "user.big", value, sizeof(value)));
    SHOW(getxattr("f", "user.big", value, 65535));
    SHOW(setxattr("f", "user.b", (void *)8, 10, 0));
    SHOW(getxattr("f", "user.big", (void *)8, 65536));
    SHOW(listxattr("f", NULL, 0));
    SHOW(listxattr("f", list, 8));
    SHOW(listxattr("f", list, 9));
    SHOW(listxattr("f", (void *)8, 100));
    SHOW(setxattr("f", "user.empty", NULL, 0, 0));
    show_attribute("f", "user.empty");
}

CASE(kinds_of_files)
{
    int ends[2];

    MUST(mkdir("d", 0755));
    MUST(mkfifo("p", 0644));
    make_file("f", "", 0644);
    MUST(symlink("f", "link"));
    MUST(symlink("missing", "dangling"));
    SHOW(set("d", "user.a", "of d"));
    show_attribute("d", "user.a");
    SHOW(set("p", "user.a", "x"));
    SHOW(getxattr("p", "user.a", NULL, 0));
    SHOW(set("p", "trusted.a", "x"));
    show_names("p");
    SHOW(set("link", "user.a", "of f"));
    show_attribute("f", "user.a");
    SHOW(lsetxattr("link", "user.a", "x", 1, 0));
    SHOW(lsetxattr("link", "trusted.a", "x", 1, 0));
    SHOW(lgetxattr("link", "trusted.a", NULL, 0));
    SHOW(llistxattr("link", NULL, 0));
    SHOW(lremovexattr("link", "trusted.a"));
    SHOW(set("dangling", "user.a", "x"));
    SHOW(set("missing", "user.a", "x"));
    MUST(pipe(ends));
    SHOW(fsetxattr(ends[0], "user.a", "x", 1, 0));
}

CASE(descriptors)
{
    char value[8];
    int fd, place;

    make_file("f", "", 0644);
    fd = (int)MUST(open("f", O_RDONLY));
    place = (int)MUST(open("f", O_PATH));
    SHOW(fsetxattr(fd, "user.a", "x", 1, 0));
    SHOW(fgetxattr(fd, "user.a", value, sizeof(value)));
    SHOW(flistxattr(fd, value, sizeof(value)));
    SHOW(fgetxattr(place, "user.a", value, sizeof(value)));
    SHOW(fsetxattr(99, "user.a", "x", 1, 0));
    SHOW(fremovexattr(fd, "user.a"));
    SHOW(flistxattr(fd, value, sizeof(value)));
}

CASE(rights)
{
    make_file("mine", "", 0600);
    make_file("readable", "", 0644);
    make_file("writable", "", 0666);
    MUST(set("mine", "user.a", "x"));
    MUST(set("readable", "user.a", "x"));
    MUST(set("readable", "trusted.t", "x"));
    MUST(mkdir("sticky", 0777));
    MUST(chmod("sticky", 01777));
    MUST(mkdir("open", 0777));
    MUST(chmod("open", 0777));
    show_names("readable");
    IN_CHILD("another user", {
        MUST(setuid(1000));
        show_attribute("mine", "user.a");
        show_attribute("readable", "user.a");
        show_attribute("readable", "trusted.t");
        show_names("readable");
        show_names("mine");
        SHOW(set("readable", "user.b", "x"));
        SHOW(set("writable", "user.b", "x"));
        SHOW(set("writable", "trusted.b", "x"));
        SHOW(removexattr("readable", "user.a"));
        SHOW(set("sticky", "user.a", "x"));
        SHOW(set("open", "user.a", "x"));
    });
}

CASE(what_moves_and_what_goes)
{
    struct stat before, after;

    make_file("f", "text", 0644);
    MUST(stat("f", &before));
    await_new_time();
    MUST(set("f", "user.a", "x"));
    MUST(stat("f", &after));
    HOLDS(after.st_ctim.tv_sec > before.st_ctim.tv_sec ||
          after.st_ctim.tv_nsec > before.st_ctim.tv_nsec);
    HOLDS(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
    MUST(link("f", "g"));
    show_names("g");
    MUST(rename("f", "h"));
    show_names("h");
    make_file("h", "other", 0644);
    show_names("h");
    MUST(unlink("h"));
    MUST(unlink("g"));
    make_file("f", "", 0644);
    show_names("f");
}

CASE(many)
{
    char name[32];

    make_file("f", "", 0644);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "user.%d", i * 7 % 200);
        MUST(set("f", name, name));
    }
    for (int i = 0; i < 200; i += 2) {
        snprintf(name, sizeof(name), "user.%d", i);
        MUST(removexattr("f", name));
    }
    show_attribute("f", "user.77");
    show_attribute("f", "user.78");
    SHOW(listxattr("f", NULL, 0));
}
