/*
 * Calls on directories: getdents64(2), getdents(2), getcwd(2), chdir(2), fchdir(2), chroot(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/dir.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/inode.h"

/* Room for the longest record, whichever call it is for. */
#define RECORD_SIZE_MAX (offsetof(struct linux_dirent64, d_name) + NAME_MAX + 1 + 8)

/* Writes entries to a user buffer. */
struct user_emitter {
    struct dir_emitter base;
    char __user *at;
    size_t left;
    int error; /* why the last entry wasn't taken */
};

static bool user_put(struct user_emitter *emitter, const void *record, size_t size)
{
    if (size > emitter->left) {
        emitter->error = -EINVAL;
        return false;
    }
    if (copy_to_user(emitter->at, record, size) != 0) {
        emitter->error = -EFAULT;
        return false;
    }
    emitter->at += size;
    emitter->left -= size;
    return true;
}

static bool user_emit(struct dir_emitter *base, const char *name, size_t length, ino_t inode,
                      unsigned type, loff_t next)
{
    const size_t start = offsetof(struct linux_dirent64, d_name);
    size_t size = round_up(start + length + 1, 8);
    union {
        struct linux_dirent64 header;
        char bytes[RECORD_SIZE_MAX];
    } record;

    memset(&record, 0, size);
    record.header.d_ino = inode;
    record.header.d_off = next;
    record.header.d_reclen = (unsigned short)size;
    record.header.d_type = (unsigned char)type;
    memcpy(record.bytes + start, name, length);
    return user_put(container_of(base, struct user_emitter, base), &record, size);
}

static bool user_emit_old(struct dir_emitter *base, const char *name, size_t length, ino_t inode,
                          unsigned type, loff_t next)
{
    const size_t start = offsetof(struct linux_dirent, d_name);
    size_t size = round_up(start + length + 2, 8);
    union {
        struct linux_dirent header;
        char bytes[RECORD_SIZE_MAX];
    } record;

    memset(&record, 0, size);
    record.header.d_ino = inode;
    record.header.d_off = (unsigned long)next;
    record.header.d_reclen = (unsigned short)size;
    memcpy(record.bytes + start, name, length);
    record.bytes[size - 1] = (char)type;
    return user_put(container_of(base, struct user_emitter, base), &record, size);
}

/* Reads names from an open folder into a buffer: how many bytes; 0 at its end. */
static long read_names(unsigned int fd, struct user_emitter *emitter)
{
    const size_t size = emitter->left;
    struct file *file = fd_get(fd);
    int err;

    if (!file)
        return -EBADF;
    err = file_readdir(file, &emitter->base);
    file_put(file);
    if (emitter->left != size)
        return (long)(size - emitter->left);
    return err ? err : emitter->error;
}

/* Reads names from an open folder: how many bytes; 0 at its end. */
long sys_getdents64(unsigned int fd, struct linux_dirent64 __user *buf, unsigned int size)
{
    struct user_emitter emitter = {
        .base = {.emit = user_emit}, .at = (char __user *)buf, .left = size};

    return read_names(fd, &emitter);
}

/* getdents64 for the oldest programs: each record's type is its last byte. */
long sys_getdents(unsigned int fd, struct linux_dirent __user *buf, unsigned int size)
{
    struct user_emitter emitter = {
        .base = {.emit = user_emit_old}, .at = (char __user *)buf, .left = size};

    return read_names(fd, &emitter);
}

/* The working directory's text, at the end of buffer[PATH_MAX]: its length with NUL. */
static ssize_t cwd_text(char *buffer, char **text)
{
    struct path cwd, root;
    ssize_t length;

    fs_context_root(current->fs, &root);
    fs_context_cwd(current->fs, &cwd);
    length = path_format(&cwd, &root, buffer, PATH_MAX, text);
    path_put(&cwd);
    path_put(&root);
    if (length == -ERANGE)
        return -ENAMETOOLONG;
    return length < 0 ? length : length + 1;
}

/* The current folder's path, with its NUL: how many bytes. */
long sys_getcwd(char __user *buf, size_t size)
{
    char *buffer = kmalloc(PATH_MAX), *text;
    ssize_t length;

    if (!buffer)
        return -ENOMEM;
    length = cwd_text(buffer, &text);
    if (length > 0 && (size_t)length > size)
        length = -ERANGE;
    if (length > 0 && copy_to_user(buf, text, (size_t)length) != 0)
        length = -EFAULT;
    kfree(buffer);
    return length;
}

/* Makes a directory the working directory. */
static int change_to(const struct path *path)
{
    int err;

    if (!inode_is_dir(path_inode(path)))
        return -ENOTDIR;
    err = inode_permission(path_inode(path), current->cred, MAY_EXEC);
    if (err == 0)
        fs_context_set_cwd(current->fs, path);
    return err;
}

/* Changes the current folder, where relative paths begin. */
long sys_chdir(const char __user *path)
{
    struct path found;
    long err = path_lookup_user(AT_FDCWD, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &found);

    if (err)
        return err;
    err = change_to(&found);
    path_put(&found);
    return err;
}

/* Makes a folder the root of all names, for this process and those it makes. */
long sys_chroot(const char __user *path)
{
    struct path found;
    long err = path_lookup_user(AT_FDCWD, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &found);

    if (err)
        return err;
    err = inode_permission(path_inode(&found), current->cred, MAY_EXEC);
    if (err == 0 && !cred_is_privileged(current->cred))
        err = -EPERM;
    if (err == 0)
        fs_context_set_root(current->fs, &found);
    path_put(&found);
    return err;
}

/* As chdir, to an open folder. */
long sys_fchdir(unsigned int fd)
{
    struct file *file = fd_get_any(fd);
    long err;

    if (!file)
        return -EBADF;
    err = change_to(&file->path);
    file_put(file);
    return err;
}
