/*
 * Unpacks the initial root file system. See initramfs.h.
 *
 * Works by path, as the kernel's own thread (root, no umask), through the same functions as the
 * system calls. Times of directories are set at the end, for unpacking what is in them changes
 * them.
 */
#include "kernel/fs/initramfs.h"

#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/cpio.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/namei.h"

#define PARENT_MODE 0755

/* A place to come back to: the first name of a file that has several, or a directory. */
struct remembered {
    struct list node;
    struct path path;
    struct cpio_entry entry;
};

struct unpacking {
    struct cpio_reader reader;
    struct cpio_entry entry;
    char name[PATH_MAX]; /* the entry's, relative to the root, without slashes at its ends */
    struct list links;   /* struct remembered, of the archive at hand */
    struct list directories;
};

static int remember(struct list *list, const struct path *path, const struct cpio_entry *entry)
{
    struct remembered *remembered = kmalloc(sizeof(*remembered));

    if (!remembered)
        return -ENOMEM;
    remembered->path = *path;
    remembered->entry = *entry;
    path_get(path);
    list_add_tail(list, &remembered->node);
    return 0;
}

static void forget_all(struct list *list)
{
    struct remembered *remembered;

    while ((remembered = list_first_entry(list, struct remembered, node)) != NULL) {
        list_del(&remembered->node);
        path_put(&remembered->path);
        kfree(remembered);
    }
}

/* Is this one more name of a file that came before? */
static struct remembered *find_link(const struct unpacking *u)
{
    const struct cpio_entry *entry = &u->entry;
    struct remembered *first;

    list_for_each_entry (first, &u->links, node) {
        if (first->entry.ino == entry->ino && first->entry.devmajor == entry->devmajor &&
            first->entry.devminor == entry->devminor && first->entry.archive == entry->archive)
            return first;
    }
    return NULL;
}

/* Owner, mode and times as the archive says. */
static void set_attributes(struct inode *inode, const struct cpio_entry *entry)
{
    struct attr attr = {
        .valid = ATTR_UID | ATTR_GID | ATTR_ATIME | ATTR_MTIME,
        .mode = entry->mode & 07777,
        .uid = entry->uid,
        .gid = entry->gid,
        .atime = {.tv_sec = entry->mtime},
        .mtime = {.tv_sec = entry->mtime},
    };

    if (!inode_is_link(inode))
        attr.valid |= ATTR_MODE;
    inode_setattr(inode, &attr);
}

/* Makes the directories above the entry that are missing. */
static int make_parents(char *name)
{
    for (char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        int err;

        *slash = '\0';
        err = path_mkdir(AT_FDCWD, name, PARENT_MODE);
        *slash = '/';
        if (err && err != -EEXIST)
            return err;
    }
    return 0;
}

/* A directory that is there (maybe through a symbolic link) is kept. */
static int make_directory(const char *name)
{
    struct path path;
    int err = path_lookup(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

    if (err == 0) {
        path_put(&path);
        return 0;
    }
    return path_mkdir(AT_FDCWD, name, PARENT_MODE);
}

static int make_symlink(const char *name, const struct cpio_entry *entry)
{
    char *target;
    int err;

    if (entry->filesize >= PATH_MAX)
        return -ENAMETOOLONG;
    target = kmalloc(entry->filesize + 1);
    if (!target)
        return -ENOMEM;
    memcpy(target, entry->data, entry->filesize);
    target[entry->filesize] = '\0';
    err = path_symlink(target, AT_FDCWD, name);
    kfree(target);
    return err;
}

static int make_file(const char *name, const struct cpio_entry *entry)
{
    size_t done = 0;
    struct file *file;
    int err = path_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, 0600, 0, &file);

    if (err)
        return err;
    while (done < entry->filesize) {
        ssize_t count =
            file_write_kernel(file, entry->data + done, entry->filesize - done, (loff_t)done);

        if (count < 0) {
            err = (int)count;
            break;
        }
        done += (size_t)count;
    }
    file_put(file);
    return err;
}

/* One more name; the data may come with any of them. */
static int make_link(const struct unpacking *u, const struct remembered *first)
{
    int err = path_link(&first->path, AT_FDCWD, u->name);

    if (err == 0 && u->entry.filesize != 0)
        err = make_file(u->name, &u->entry);
    return err;
}

static int make_member(const struct unpacking *u)
{
    const struct cpio_entry *entry = &u->entry;
    const struct remembered *first = find_link(u);

    if (first)
        return make_link(u, first);
    if (S_ISREG(entry->mode))
        return make_file(u->name, entry);
    if (S_ISLNK(entry->mode))
        return make_symlink(u->name, entry);
    return path_mknod(AT_FDCWD, u->name, entry->mode,
                      DEV_MAKE((uint64_t)entry->rdevmajor, (uint64_t)entry->rdevminor));
}

/* Something other than a directory: what has the name already goes. */
static int replace_member(struct unpacking *u)
{
    int err = path_unlink(AT_FDCWD, u->name);

    if (err == -EISDIR)
        err = path_rmdir(AT_FDCWD, u->name);
    if (err && err != -ENOENT)
        return err;
    return make_member(u);
}

static int make_any(struct unpacking *u)
{
    return S_ISDIR(u->entry.mode) ? make_directory(u->name) : replace_member(u);
}

/* The member is there: gives it its attributes, and remembers it if it will be needed again. */
static int finish_member(struct unpacking *u)
{
    const struct cpio_entry *entry = &u->entry;
    bool is_dir = S_ISDIR(entry->mode);
    struct path path;
    int err = path_lookup(AT_FDCWD, u->name, is_dir ? LOOKUP_FOLLOW : 0, &path);

    if (err)
        return err;
    set_attributes(path_inode(&path), entry);
    if (is_dir)
        err = remember(&u->directories, &path, entry);
    else if (entry->nlink > 1 && !find_link(u))
        err = remember(&u->links, &path, entry);
    path_put(&path);
    return err;
}

/* The entry's name without slashes at its ends; the root itself becomes ".". */
static int set_name(struct unpacking *u)
{
    const char *name = u->entry.name;
    size_t length;

    while (*name == '/')
        name++;
    length = strlcpy(u->name, name, sizeof(u->name));
    if (length >= sizeof(u->name))
        return -ENAMETOOLONG;
    while (length > 0 && u->name[length - 1] == '/')
        u->name[--length] = '\0';
    if (length == 0)
        strlcpy(u->name, ".", sizeof(u->name));
    return 0;
}

static int unpack_member(struct unpacking *u)
{
    int err = set_name(u);

    if (err == 0)
        err = make_any(u);
    if (err == -ENOENT) {
        err = make_parents(u->name);
        if (err == 0)
            err = make_any(u);
    }
    if (err == 0)
        err = finish_member(u);
    if (err)
        pr_err("initramfs: /%s: error %d", u->name, -err);
    return err;
}

static int unpack_all(struct unpacking *u)
{
    unsigned archive = 0;
    int result;

    while ((result = cpio_next(&u->reader, &u->entry)) > 0) {
        int err;

        if (u->entry.archive != archive)
            forget_all(&u->links);
        archive = u->entry.archive;
        err = unpack_member(u);
        if (err)
            return err;
    }
    if (result < 0)
        pr_err("initramfs: malformed at byte %zu: %s", u->reader.offset, u->reader.error);
    return result;
}

/* Directories get their attributes again, now that nothing more is put into them. */
static void finish_directories(struct unpacking *u)
{
    struct remembered *directory;

    list_for_each_entry (directory, &u->directories, node) {
        set_attributes(path_inode(&directory->path), &directory->entry);
    }
    forget_all(&u->directories);
}

int initramfs_unpack(const void *archive, size_t size)
{
    struct unpacking *u = kzalloc(sizeof(*u));
    int err;

    if (!u) {
        pr_err("initramfs: out of memory");
        return -ENOMEM;
    }
    list_init(&u->links);
    list_init(&u->directories);
    cpio_open(&u->reader, archive, size);
    err = unpack_all(u);
    finish_directories(u);
    forget_all(&u->links);
    kfree(u);
    return err;
}

static void root_mount(void)
{
    int err = mount_new("tmpfs", "rootfs", "mode=755", 0, NULL);

    if (err)
        panic("cannot make the root file system: error %d", -err);
}
INIT_CALL(4, root_mount);
