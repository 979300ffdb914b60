/*
 * Calls on directories: getdents64(2), getcwd(2), chdir(2), fchdir(2).
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

#define DIRENT_HEADER_SIZE offsetof(struct linux_dirent64, d_name)

/* Writes entries to a user buffer. */
struct user_emitter {
    struct dir_emitter base;
    char __user *at;
    size_t left;
    int error; /* why the last entry wasn't taken */
};

static bool user_emit(struct dir_emitter *base, const char *name, size_t length, ino_t inode,
                      unsigned type, loff_t next)
{
    struct user_emitter *emitter = container_of(base, struct user_emitter, base);
    size_t size = round_up(DIRENT_HEADER_SIZE + length + 1, 8);
    union {
        struct linux_dirent64 header;
        char bytes[DIRENT_HEADER_SIZE + NAME_MAX + 1 + 8];
    } record = {.header = {.d_ino = inode,
                           .d_off = next,
                           .d_reclen = (unsigned short)size,
                           .d_type = (unsigned char)type}};

    if (size > emitter->left) {
        emitter->error = -EINVAL;
        return false;
    }
    memcpy(record.bytes + DIRENT_HEADER_SIZE, name, length);
    memset(record.bytes + DIRENT_HEADER_SIZE + length, 0, size - DIRENT_HEADER_SIZE - length);
    if (copy_to_user(emitter->at, &record, size) != 0) {
        emitter->error = -EFAULT;
        return false;
    }
    emitter->at += size;
    emitter->left -= size;
    return true;
}

/* Reads names from an open folder: how many bytes; 0 at its end. */
long sys_getdents64(unsigned int fd, struct linux_dirent64 __user *buf, unsigned int size)
{
    struct user_emitter emitter = {
        .base = {.emit = user_emit}, .at = (char __user *)buf, .left = size};
    struct file *file = fd_get(fd);
    int err;

    if (!file)
        return -EBADF;
    err = file_readdir(file, &emitter.base);
    file_put(file);
    if (emitter.left != size)
        return (long)(size - emitter.left);
    return err ? err : emitter.error;
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
