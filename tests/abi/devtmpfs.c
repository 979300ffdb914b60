/*
 * devtmpfs: the nodes of the kernel's devices, one tree wherever it is mounted. On Linux that tree
 * is the machine's own: it is only ever mounted read-only here.
 */
#include "tests/abi/mount.h"

#include <dirent.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

static long mount_at(const char *path, unsigned long flags, const char *options)
{
    mkdir(path, 0755);
    return mount("src", path, "devtmpfs", MS_RDONLY | flags, options);
}

static void show_node(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0) {
        say("%s: %s", path, errno_name(errno));
        return;
    }
    say("%s: %o %u:%u links %d size %ld device %u:%u", path, st.st_mode, st.st_uid, st.st_gid,
        (int)st.st_nlink, (long)st.st_size, major(st.st_rdev), minor(st.st_rdev));
}

CASE(nodes)
{
    SHOW(mount_at("d", 0, ""));
    show_node("d/null");
    show_node("d/zero");
    show_node("d/full");
    show_node("d/random");
    show_node("d/urandom");
    show_node("d/kmsg");
    show_node("d/tty");
    show_node("d/console");
    show_node("d/ptmx");
    show_node("d/nosuch");
    MUST(umount2("d", DETACH));
}

CASE(root)
{
    struct statfs fs;
    struct stat st;

    SHOW(mount_at("d", 0, NULL));
    MUST(stat("d", &st));
    say("%o %u:%u device %u", st.st_mode, st.st_uid, st.st_gid, major(st.st_dev));
    MUST(statfs("d", &fs));
    say("type %lx, blocks of %ld, names of %ld", (long)fs.f_type, (long)fs.f_bsize,
        (long)fs.f_namelen);
    HOLDS(fs.f_blocks > 0 && fs.f_files > 0 && fs.f_ffree < fs.f_files);
    MUST(umount2("d", DETACH));
}

CASE(nodes_work)
{
    char byte = 'x';
    int fd;

    SHOW(mount_at("d", 0, ""));
    fd = open("d/null", O_RDWR);
    SHOW(write(fd, "text", 4));
    SHOW(read(fd, &byte, 1));
    fd = open("d/zero", O_RDONLY);
    SHOW(read(fd, &byte, 1));
    VALUE(byte);
    fd = open("d/full", O_RDWR);
    SHOW(write(fd, "text", 4));
    IN_CHILD("session", MUST(setsid()); SHOW(open("d/tty", O_RDWR)));
    MUST(umount2("d", DETACH));
}

CASE(nodev)
{
    SHOW(mount_at("d", MS_NODEV, ""));
    show_node("d/null");
    SHOW(open("d/null", O_RDONLY));
    MUST(umount2("d", DETACH));
}

/* Each mount shows the same tree. */
CASE(there_is_one)
{
    struct stat a, b;

    SHOW(mount_at("d", 0, ""));
    SHOW(mount_at("e", 0, ""));
    MUST(stat("d/null", &a));
    MUST(stat("e/null", &b));
    HOLDS(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
    MUST(stat("d", &a));
    MUST(stat("e", &b));
    HOLDS(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
    SHOW(umount("d"));
    SHOW(access("d/null", F_OK));
    SHOW(access("e/null", F_OK));
    SHOW(mount_at("d", 0, ""));
    SHOW(access("d/null", F_OK));
    MUST(umount2("d", DETACH));
    MUST(umount2("e", DETACH));
}

CASE(twice_on_one_place)
{
    SHOW(mount_at("d", 0, ""));
    SHOW(mount_at("d", 0, ""));
    SHOW(umount("d"));
    SHOW(umount("d"));
}

/* MS_RDONLY is the mount's alone. */
CASE(read_only)
{
    SHOW(mount_at("d", 0, ""));
    SHOW(mknod("d/limen", S_IFCHR | 0600, makedev(1, 3)));
    SHOW(open("d/limen", O_CREAT | O_RDWR, 0600));
    SHOW(mkdir("d/limen", 0700));
    SHOW(symlink("null", "d/limen"));
    SHOW(unlink("d/null"));
    SHOW(rename("d/null", "d/limen"));
    SHOW(chmod("d/null", 0600));
    SHOW(open("d/null", O_WRONLY));
    show_mounts();
    MUST(umount2("d", DETACH));
}

CASE(options)
{
    struct stat st;

    SHOW(mount_at("d", 0, "nonsense"));
    SHOW(mount_at("d", 0, "size=nonsense"));
    SHOW(mount_at("d", 0, "mode=700"));
    MUST(stat("d", &st));
    say("%o", st.st_mode);
    SHOW(umount("d"));
    SHOW(mount_at("f", MS_NOEXEC | MS_NOSUID, "size=1m"));
    show_mounts();
    MUST(umount2("f", DETACH));
}

CASE(not_a_folder)
{
    make_file("f", "", 0600);
    SHOW(mount("src", "f", "devtmpfs", MS_RDONLY, ""));
    SHOW(mount("src", "nosuch", "devtmpfs", MS_RDONLY, ""));
    IN_CHILD("user", MUST(setuid(1000)); mkdir("d", 0755);
             SHOW(mount("src", ".", "devtmpfs", MS_RDONLY, "")));
}

CASE(filesystems)
{
    static char text[65536];

    MUST(strcmp(read_text("/proc/filesystems", text, sizeof(text)), "ok") == 0 ? 0 : -1);
    HOLDS(strstr(text, "nodev\tdevtmpfs\n") != NULL);
}
