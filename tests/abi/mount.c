/*
 * mount(2), umount2(2), pivot_root(2), and /proc/self/mounts.
 */
#include "tests/abi/mount.h"

#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/xattr.h>

CASE(mount_and_unmount)
{
    struct stat before, inside, after;

    MUST(mkdir("m", 0700));
    make_file("m/hidden", "below", 0600);
    MUST(stat("m", &before));
    SHOW(mount("src", "m", "tmpfs", 0, NULL));
    MUST(stat("m", &inside));
    HOLDS(before.st_dev != inside.st_dev);
    say("root: mode %o links %ld", inside.st_mode & ~077u, (long)inside.st_nlink);
    show_file("m/hidden");
    make_file("m/new", "above", 0600);
    show_file("m/../m/new");
    show_mounts();
    SHOW(umount("m"));
    MUST(stat("m", &after));
    HOLDS(before.st_ino == after.st_ino && before.st_dev == after.st_dev);
    show_file("m/hidden");
    show_file("m/new");
    show_mounts();
}

CASE(mount_arguments)
{
    MUST(mkdir("m", 0755));
    make_file("f", "", 0600);
    SHOW(mount("src", "m", "nosuchfs", 0, NULL));
    SHOW(mount("src", "m", NULL, 0, NULL));
    SHOW(mount("src", "missing", "tmpfs", 0, NULL));
    SHOW(mount("src", "f", "tmpfs", 0, NULL));
    SHOW(mount("src", "f/g", "tmpfs", 0, NULL));
    SHOW(mount("src", "m", "tmpfs", 0, "nosuchoption=1"));
    SHOW(mount("src", "m", "tmpfs", 0, (void *)8));
    SHOW(mount("src", "m", (void *)8, 0, NULL));
    SHOW(mount((void *)8, "m", "tmpfs", 0, NULL));
    SHOW(mount("src", (void *)8, "tmpfs", 0, NULL));
    SHOW(mount("", "m", "tmpfs", 0, ""));
    SHOW(umount("m"));
    SHOW(mount(NULL, "m", "tmpfs", 0, NULL));
    show_mounts();
    SHOW(umount("m"));
    SHOW(mount("src", "m", "tmpfs", MS_MGC_VAL, NULL));
    SHOW(umount("m"));
}

CASE(unmount_arguments)
{
    MUST(mkdir("d", 0755));
    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("m/sub", 0755));
    MUST(symlink("m", "link"));
    SHOW(umount2("d", 0));
    SHOW(umount2("m/sub", 0));
    SHOW(umount2("missing", 0));
    SHOW(umount2("m", 16));
    SHOW(umount2("m", EXPIRE | DETACH));
    SHOW(umount2((void *)8, 0));
    SHOW(umount2("link", NOFOLLOW));
    SHOW(umount2("link", 0));
    SHOW(umount2("m", 0));
    SHOW(umount2("/proc/self/cwd/../..", 64));
}

CASE(mount_rights)
{
    MUST(mkdir("m", 0777));
    MUST(tmpfs_at("n", 0, NULL));
    IN_CHILD("another user", {
        MUST(setuid(1000));
        SHOW(mount("src", "m", "tmpfs", 0, NULL));
        SHOW(mount("src", "missing", "tmpfs", 0, NULL));
        SHOW(umount("n"));
        SHOW(umount("missing"));
        SHOW(syscall(SYS_pivot_root, "m", "m"));
    });
    SHOW(umount("n"));
}

CASE(unmount_busy)
{
    int fd;

    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("m/sub", 0755));
    fd = (int)MUST(open("m/file", O_CREAT | O_RDWR, 0600));
    SHOW(umount("m"));
    MUST(close(fd));
    fd = (int)MUST(open("m", O_PATH));
    SHOW(umount("m"));
    MUST(close(fd));
    IN_CHILD("inside", {
        MUST(chdir("m/sub"));
        SHOW(umount("../../m"));
    });
    MUST(tmpfs_at("m/sub", 0, NULL));
    SHOW(umount("m"));
    SHOW(umount("m/sub"));
    SHOW(umount("m"));
}

CASE(unmount_mapped)
{
    char *p;
    int fd;

    MUST(tmpfs_at("m", 0, NULL));
    fd = (int)MUST(open("m/file", O_CREAT | O_RDWR, 0600));
    MUST(ftruncate(fd, 4096));
    p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    MUST(close(fd));
    SHOW(umount("m"));
    SHOW(umount2("m", DETACH));
    p[5] = 'x';
    SHOW(munmap(p, 4096));
}

CASE(mount_point_is_kept)
{
    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("d", 0755));
    MUST(mkdir("outer", 0755));
    MUST(tmpfs_at("outer/inner", 0, NULL));
    SHOW(rmdir("m"));
    SHOW(rename("m", "n"));
    SHOW(rename("d", "m"));
    SHOW(rename("outer", "moved"));
    SHOW(rmdir("moved/inner"));
    SHOW(link("m", "l"));
    SHOW(rename("m/.", "x"));
    SHOW(umount("moved/inner"));
    SHOW(rmdir("moved/inner"));
    SHOW(umount("m"));
    SHOW(rmdir("m"));
}

CASE(mounts_are_borders)
{
    MUST(tmpfs_at("m", 0, NULL));
    make_file("f", "text", 0644);
    make_file("m/g", "text", 0644);
    SHOW(rename("f", "m/f"));
    SHOW(link("f", "m/f"));
    SHOW(rename("m/g", "g"));
    SHOW(link("m/g", "g"));
    SHOW(umount("m"));
}

CASE(mounts_stack)
{
    MUST(tmpfs_at("m", 0, NULL));
    make_file("m/first", "1", 0644);
    MUST(tmpfs_at("m", 0, NULL));
    make_file("m/second", "2", 0644);
    show_file("m/first");
    show_file("m/second");
    MUST(mkdir("m/sub", 0755));
    SHOW(access("m/sub/../../m/second", F_OK));
    show_mounts();
    SHOW(umount("m"));
    show_file("m/first");
    SHOW(umount("m"));
    SHOW(umount("m"));
}

CASE(detach_while_used)
{
    char text[256];
    int fd;

    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("m/sub", 0755));
    fd = (int)MUST(open("m/file", O_CREAT | O_RDWR, 0600));
    MUST(write(fd, "kept", 4));
    IN_CHILD("inside", {
        MUST(chdir("m/sub"));
        SHOW(umount2("../../m", DETACH));
        MUST(syscall(SYS_getcwd, text, sizeof(text)));
        say("cwd %s", text);
        SHOW(access("../file", F_OK));
        SHOW(access("../..", F_OK));
        SHOW(mkdir("../new", 0755));
        SHOW(access("../../new", F_OK));
    });
    show_mounts();
    show_file("m/file");
    MUST(pread(fd, text, 4, 0));
    say("%.4s", text);
    SHOW(umount("m"));
}

CASE(detach_a_tree)
{
    int dir;

    MUST(tmpfs_at("m", 0, NULL));
    MUST(tmpfs_at("m/a", 0, NULL));
    MUST(tmpfs_at("m/a/b", 0, NULL));
    make_file("m/a/b/deep", "deep", 0644);
    dir = (int)MUST(open("m", O_RDONLY | O_DIRECTORY));
    SHOW(umount2("m", DETACH));
    show_mounts();
    SHOW(faccessat(dir, "a", F_OK, 0));
    SHOW(faccessat(dir, "a/b", F_OK, 0));
    SHOW(rmdir("m"));
}

CASE(unmount_expiring)
{
    MUST(tmpfs_at("m", 0, NULL));
    make_file("m/f", "", 0644);
    SHOW(umount2("m", EXPIRE));
    SHOW(access("m/f", F_OK));
    SHOW(umount2("m", EXPIRE));
    SHOW(umount2("m", EXPIRE));
    SHOW(umount2("m", EXPIRE));
    SHOW(umount2("/", EXPIRE));
}

CASE(bind_a_folder)
{
    MUST(mkdir("from", 0755));
    MUST(mkdir("from/sub", 0755));
    MUST(mkdir("to", 0755));
    make_file("from/sub/f", "text", 0644);
    SHOW(mount("from/sub", "to", NULL, MS_BIND, NULL));
    show_file("to/f");
    make_file("to/g", "more", 0644);
    show_file("from/sub/g");
    SHOW(access("to/../to/g", F_OK));
    show_mounts();
    show_mountinfo();
    SHOW(rename("to/g", "from/sub/h"));
    SHOW(unlink("to/f"));
    show_file("from/sub/f");
    SHOW(umount("to"));
    SHOW(rmdir("to"));
}

CASE(bind_a_file)
{
    make_file("a", "text of a", 0644);
    make_file("b", "text of b", 0644);
    MUST(mkdir("d", 0755));
    SHOW(mount("a", "b", NULL, MS_BIND, NULL));
    show_file("b");
    SHOW(unlink("b"));
    SHOW(rename("b", "c"));
    SHOW(mount("a", "d", NULL, MS_BIND, NULL));
    SHOW(mount("d", "a", NULL, MS_BIND, NULL));
    SHOW(umount("b"));
    show_file("b");
    SHOW(mount("missing", "b", NULL, MS_BIND, NULL));
    SHOW(mount("", "b", NULL, MS_BIND, NULL));
    SHOW(mount(NULL, "b", NULL, MS_BIND, NULL));
}

CASE(bind_alone_or_with_all_below)
{
    MUST(tmpfs_at("a", 0, NULL));
    MUST(tmpfs_at("a/sub", 0, NULL));
    MUST(mkdir("a/sub/x", 0755));
    MUST(tmpfs_at("a/sub/x", 0, NULL));
    MUST(mkdir("a/other", 0755));
    MUST(tmpfs_at("a/other", 0, NULL));
    make_file("a/sub/x/f", "deep", 0644);
    make_file("a/other/f", "other", 0644);
    MUST(mkdir("b", 0755));
    MUST(mkdir("c", 0755));
    MUST(mkdir("d", 0755));
    SHOW(mount("a", "b", NULL, MS_BIND, NULL));
    show_file("b/sub/x/f");
    SHOW(mount("a", "c", NULL, MS_BIND | MS_REC, NULL));
    show_file("c/sub/x/f");
    show_file("c/other/f");
    SHOW(mount("a/sub", "d", NULL, MS_BIND | MS_REC, NULL));
    show_file("d/x/f");
    show_mounts();
    SHOW(umount("c"));
    SHOW(umount2("c", DETACH));
    SHOW(umount2("d", DETACH));
    SHOW(umount("b"));
    show_file("a/sub/x/f");
    SHOW(umount2("a", DETACH));
    show_mounts();
}

CASE(bind_keeps_flags)
{
    MUST(tmpfs_at("a", MS_NOSUID | MS_NOEXEC, NULL));
    MUST(mkdir("b", 0755));
    SHOW(mount("a", "b", NULL, MS_BIND | MS_NODEV | MS_RDONLY, NULL));
    show_mounts();
    SHOW(mount(NULL, "b", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
    show_mounts();
    SHOW(mkdir("a/x", 0755));
    SHOW(mkdir("b/y", 0755));
    SHOW(umount("b"));
    SHOW(umount("a"));
}

CASE(unbindable)
{
    MUST(tmpfs_at("a", 0, NULL));
    MUST(tmpfs_at("a/hidden", 0, NULL));
    MUST(tmpfs_at("a/seen", 0, NULL));
    MUST(mkdir("b", 0755));
    make_file("a/hidden/f", "f", 0644);
    make_file("a/seen/f", "f", 0644);
    SHOW(mount(NULL, "a/hidden", NULL, MS_UNBINDABLE, NULL));
    show_mountinfo();
    SHOW(mount("a/hidden", "b", NULL, MS_BIND, NULL));
    SHOW(mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
    show_file("b/hidden/f");
    show_file("b/seen/f");
    SHOW(umount2("b", DETACH));
    SHOW(mount(NULL, "a/hidden", NULL, MS_PRIVATE, NULL));
    SHOW(mount("a/hidden", "b", NULL, MS_BIND, NULL));
    SHOW(umount("b"));
    SHOW(umount2("a", DETACH));
}

CASE(propagation_words)
{
    MUST(tmpfs_at("a", 0, NULL));
    MUST(mkdir("a/d", 0755));
    SHOW(mount(NULL, "a", NULL, MS_PRIVATE, NULL));
    SHOW(mount(NULL, "a", NULL, MS_PRIVATE | MS_REC, NULL));
    SHOW(mount(NULL, "a", NULL, MS_SLAVE, NULL));
    SHOW(mount(NULL, "a/d", NULL, MS_PRIVATE, NULL));
    SHOW(mount(NULL, "a", NULL, MS_PRIVATE | MS_SLAVE, NULL));
    SHOW(mount(NULL, "a", NULL, MS_PRIVATE | MS_NOSUID, NULL));
    show_mountinfo();
    SHOW(umount("a"));
}

CASE(move_a_mount)
{
    MUST(tmpfs_at("a", MS_NOSUID, NULL));
    MUST(tmpfs_at("a/sub", 0, NULL));
    make_file("a/sub/f", "text", 0644);
    MUST(mkdir("b", 0755));
    MUST(mkdir("a/inside", 0755));
    make_file("file", "", 0644);
    SHOW(mount("a", "b", NULL, MS_MOVE, NULL));
    show_file("b/sub/f");
    show_file("a/sub/f");
    show_mounts();
    SHOW(mount("b", "b/inside", NULL, MS_MOVE, NULL));
    SHOW(mount("b/inside", "a", NULL, MS_MOVE, NULL));
    SHOW(mount("b", "file", NULL, MS_MOVE, NULL));
    SHOW(mount("missing", "a", NULL, MS_MOVE, NULL));
    SHOW(mount("", "a", NULL, MS_MOVE, NULL));
    SHOW(mount("b/sub", "a", NULL, MS_MOVE, NULL));
    show_file("a/f");
    SHOW(umount("b"));
    SHOW(umount("a"));
    SHOW(rmdir("a"));
    SHOW(rmdir("b"));
}

CASE(pivot)
{
    /* In a root that is a mount in a mount: so it is on every system, whatever the first root is.
     */
    MUST(tmpfs_at("world", 0, NULL));
    MUST(tmpfs_at("world/new", 0, NULL));
    MUST(mkdir("world/new/old", 0755));
    MUST(mkdir("world/new/proc", 0755));
    make_file("world/mark", "the old root", 0644);
    make_file("world/new/mark", "the new root", 0644);
    IN_CHILD("pivot", {
        MUST(chroot("world"));
        MUST(chdir("/"));
        SHOW(syscall(SYS_pivot_root, "missing", "/"));
        SHOW(syscall(SYS_pivot_root, "mark", "/"));
        SHOW(syscall(SYS_pivot_root, "/", "/"));
        SHOW(syscall(SYS_pivot_root, "new/old", "new/old"));
        SHOW(syscall(SYS_pivot_root, "new", "new/old"));
        show_file("/mark");
        show_file("mark");
        show_file("/old/mark");
        MUST(mount("proc", "/proc", "proc", 0, NULL));
        show_file("/proc/self/mounts");
        SHOW(umount2("/old", DETACH));
        SHOW(access("/old/mark", F_OK));
        SHOW(umount2("/proc", DETACH));
    });
    SHOW(umount2("world", DETACH));
    show_mounts();
}

/* Shows the events that wait in an inotify, without their names. */
static void show_events(int fd)
{
    char events[512] __attribute__((aligned(8)));
    ssize_t got = read(fd, events, sizeof(events));
    const struct inotify_event *event;

    for (ssize_t at = 0; at < got; at += (ssize_t)(sizeof(*event) + event->len)) {
        event = (const void *)(events + at);
        say("watch %d: %#x", event->wd, event->mask);
    }
}

CASE(unmount_ends_watches)
{
    int fd = (int)MUST(inotify_init1(IN_NONBLOCK));

    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("m/d", 0755));
    make_file("m/d/f", "", 0600);
    SHOW(inotify_add_watch(fd, "m/d/f", IN_MODIFY));
    SHOW(umount("m"));
    show_events(fd);
    MUST(tmpfs_at("m", 0, NULL));
    SHOW(inotify_add_watch(fd, "m", IN_CREATE | IN_ONESHOT));
    MUST(mkdir("m/d", 0755));
    SHOW(umount("m"));
    show_events(fd);
}

CASE(attributes_and_room_are_told)
{
    int watch = (int)MUST(inotify_init1(IN_NONBLOCK)), fd;

    make_file("f", "", 0600);
    fd = (int)MUST(open("f", O_RDWR));
    MUST(inotify_add_watch(watch, "f", IN_ATTRIB | IN_MODIFY));
    MUST(fsetxattr(fd, "user.a", "x", 1, 0));
    show_events(watch);
    MUST(fremovexattr(fd, "user.a"));
    show_events(watch);
    MUST(fallocate(fd, 0, 0, 100));
    show_events(watch);
}

CASE(proc_filesystems)
{
    static char text[8192];

    MUST(strcmp(read_text("/proc/filesystems", text, sizeof(text)), "ok") == 0 ? 0 : -1);
    HOLDS(strstr(text, "nodev\ttmpfs\n") != NULL);
    HOLDS(strstr(text, "nodev\tproc\n") != NULL);
}

CASE(mount_proc_again)
{
    MUST(mkdir("p", 0755));
    SHOW(mount("whatever", "p", "proc", MS_NOSUID, NULL));
    SHOW(access("p/self/status", R_OK));
    show_mounts();
    SHOW(umount("p"));
    SHOW(access("p/self", F_OK));
}

CASE(names_are_escaped)
{
    MUST(mkdir("a b\tc\\d#e", 0755));
    SHOW(mount("s p", "a b\tc\\d#e", "tmpfs", 0, NULL));
    show_mounts();
    SHOW(umount("a b\tc\\d#e"));
}

CASE(what_a_mount_held_is_given_back)
{
    static char block[65536];

    for (int round = 0; round < 20; round++) {
        MUST(tmpfs_at("m", 0, "size=2m"));
        MUST(mkdir("m/a", 0755));
        MUST(mkdir("m/a/b", 0755));
        for (int i = 0; i < 8; i++) {
            char name[32];
            int fd;

            snprintf(name, sizeof(name), "m/a/b/%d", i);
            fd = (int)MUST(open(name, O_CREAT | O_WRONLY, 0600));
            MUST(write(fd, block, sizeof(block)));
            MUST(close(fd));
        }
        MUST(umount("m"));
    }
    SHOW(access("m/a", F_OK));
}
