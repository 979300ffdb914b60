/*
 * What the flags of mounts forbid (mount(2)): writing, devices, programs, set-user-ID, links,
 * times.
 */
#include "tests/abi/mount.h"

#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

static void try_writing(void)
{
    struct timespec times[2] = {{1, 0}, {2, 0}};

    SHOW(open("m/new", O_CREAT | O_WRONLY, 0600));
    SHOW(open("m/f", O_WRONLY));
    SHOW(open("m/f", O_RDWR | O_TRUNC));
    SHOW(open("m/f", O_RDONLY | O_TRUNC));
    SHOW(open("m", O_TMPFILE | O_RDWR, 0600));
    SHOW(close(open("m/f", O_RDONLY | O_CREAT, 0600)));
    SHOW(mkdir("m/d", 0755));
    SHOW(mkdir("m/sub", 0755));
    SHOW(rmdir("m/sub"));
    SHOW(unlink("m/f"));
    SHOW(unlink("m/missing"));
    SHOW(rename("m/f", "m/g"));
    SHOW(rename("m/missing", "m/g"));
    SHOW(link("m/f", "m/g"));
    SHOW(symlink("f", "m/l"));
    SHOW(mknod("m/p", S_IFIFO | 0600, 0));
    SHOW(chmod("m/f", 0600));
    SHOW(chown("m/f", 1, 1));
    SHOW(utimensat(AT_FDCWD, "m/f", times, 0));
    SHOW(truncate("m/f", 1));
    SHOW(access("m/f", R_OK));
    SHOW(access("m/f", W_OK));
    SHOW(access("m", W_OK));
    SHOW(access("m/null", W_OK));
    SHOW(close(open("m/null", O_WRONLY)));
}

CASE(read_only_instance)
{
    MUST(tmpfs_at("m", 0, NULL));
    make_file("m/f", "text", 0644);
    MUST(mkdir("m/sub", 0755));
    MUST(mknod("m/null", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    show_mounts();
    try_writing();
    show_file("m/f");
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, NULL));
    SHOW(mkdir("m/d", 0755));
    SHOW(umount("m"));
}

CASE(read_only_mount)
{
    MUST(tmpfs_at("a", 0, NULL));
    make_file("a/f", "text", 0644);
    MUST(mkdir("a/sub", 0755));
    MUST(mknod("a/null", S_IFCHR | 0666, makedev(1, 3)));
    MUST(mkdir("m", 0755));
    MUST(mount("a", "m", NULL, MS_BIND, NULL));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    show_mounts();
    show_mountinfo();
    try_writing();
    SHOW(mkdir("a/d", 0755));
    SHOW(umount("m"));
    SHOW(umount("a"));
}

CASE(read_only_from_the_start)
{
    SHOW(tmpfs_at("m", MS_RDONLY, NULL));
    SHOW(mkdir("m/d", 0755));
    show_mounts();
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND, NULL));
    SHOW(mkdir("m/d", 0755));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, NULL));
    SHOW(mkdir("m/d", 0755));
    SHOW(umount("m"));
}

CASE(read_only_while_written)
{
    int fd;

    MUST(tmpfs_at("m", 0, NULL));
    fd = (int)MUST(open("m/f", O_CREAT | O_RDWR, 0600));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    SHOW(write(fd, "x", 1));
    MUST(close(fd));
    fd = (int)MUST(open("m/f", O_RDONLY));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    SHOW(fchmod(fd, 0644));
    MUST(close(fd));
    SHOW(umount("m"));
}

CASE(remount_arguments)
{
    MUST(tmpfs_at("m", 0, NULL));
    MUST(mkdir("m/d", 0755));
    SHOW(mount(NULL, "m/d", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    SHOW(mount(NULL, "m/d", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "nosuchoption"));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_NOSUID | MS_NOATIME, NULL));
    show_mounts();
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_NODEV, NULL));
    show_mounts();
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_STRICTATIME, NULL));
    show_mounts();
    SHOW(umount("m"));
}

CASE(flags_are_shown)
{
    struct statfs st;
    const unsigned long flags[] = {
        0,           MS_NOSUID,      MS_NODEV,       MS_NOEXEC,
        MS_NOATIME,  MS_NODIRATIME,  MS_STRICTATIME, MS_RELATIME,
        NOSYMFOLLOW, MS_SYNCHRONOUS, MS_RDONLY,      MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME,
    };

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        MUST(tmpfs_at("m", flags[i], NULL));
        MUST(statfs("m", &st));
        say("%#lx: %#lx", flags[i], (long)st.f_flags);
        show_mounts();
        MUST(umount("m"));
    }
}

CASE(no_devices)
{
    MUST(tmpfs_at("m", MS_NODEV, NULL));
    SHOW(mknod("m/null", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(open("m/null", O_RDWR));
    SHOW(close(open("m/null", O_PATH)));
    MUST(mkfifo("m/pipe", 0600));
    SHOW(close(open("m/pipe", O_RDWR)));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND, NULL));
    SHOW(close(open("m/null", O_RDWR)));
    SHOW(umount("m"));
}

CASE(no_programs)
{
    char *const arguments[] = {(char[]){"program"}, NULL}, *const environment[] = {NULL};
    void *p;
    int fd;

    MUST(tmpfs_at("m", MS_NOEXEC, NULL));
    copy_program("m/program");
    SHOW(execve("m/program", arguments, environment));
    SHOW(access("m/program", X_OK));
    SHOW(access("m", X_OK));
    fd = (int)MUST(open("m/program", O_RDONLY));
    p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    say("mapped for execution: %s", p == MAP_FAILED ? errno_name(errno) : "yes");
    p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    SHOW(mprotect(p, 4096, PROT_READ | PROT_EXEC));
    MUST(munmap(p, 4096));
    MUST(close(fd));
    SHOW(umount("m"));
}

HELPER(show_ids)
{
    say("effective user %d group %d", geteuid(), getegid());
    return 0;
}

CASE(no_set_id)
{
    MUST(tmpfs_at("m", MS_NOSUID, NULL));
    copy_program("m/show_ids");
    MUST(chown("m/show_ids", 1234, 5678));
    MUST(chmod("m/show_ids", 06755));
    MUST(chmod("m", 0755));
    IN_CHILD("nosuid", execl("m/show_ids", "show_ids", (char *)NULL));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT | MS_BIND, NULL));
    IN_CHILD("suid", execl("m/show_ids", "show_ids", (char *)NULL));
    SHOW(umount("m"));
}

CASE(no_links_followed)
{
    char text[16];

    MUST(tmpfs_at("m", NOSYMFOLLOW, NULL));
    make_file("m/f", "text", 0644);
    SHOW(symlink("f", "m/l"));
    SHOW(open("m/l", O_RDONLY));
    SHOW(readlink("m/l", text, sizeof(text)));
    SHOW(close(open("m/l", O_PATH | O_NOFOLLOW)));
    MUST(symlink("m/f", "outside"));
    show_file("outside");
    SHOW(umount("m"));
}

static bool read_changes_atime(const char *path)
{
    struct timespec old[2] = {{1000, 0}, {2000, 0}};
    char byte;
    struct stat st;
    int fd;

    utimensat(AT_FDCWD, path, old, 0);
    fd = (int)MUST(open(path, O_RDONLY));
    if (read(fd, &byte, 1) < 0) {
        char entries[512];

        MUST(syscall(SYS_getdents64, fd, entries, sizeof(entries)));
    }
    MUST(close(fd));
    MUST(stat(path, &st));
    return st.st_atim.tv_sec != 1000;
}

CASE(times_of_access)
{
    const unsigned long flags[] = {MS_RELATIME, MS_NOATIME, MS_NODIRATIME, MS_STRICTATIME};

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        MUST(tmpfs_at("m", flags[i], NULL));
        make_file("m/f", "text", 0644);
        MUST(mkdir("m/d", 0755));
        say("%#lx: file %d folder %d", flags[i], read_changes_atime("m/f"),
            read_changes_atime("m/d"));
        MUST(umount("m"));
    }
}
