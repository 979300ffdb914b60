/*
 * What procfs shows of a process's descriptors (proc(5)): /proc/PID/fd, links that lead to what is
 * open, and /proc/PID/fdinfo.
 *
 * A descriptor may be closed, or another file be opened by its number, at any time: each answer is
 * true of the file that was there when it was asked for. Names are found with the directory locked:
 * nothing is closed then.
 */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/proc/process_look.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

/* The file behind a descriptor of any task, with a reference. *flags: O_*, with O_CLOEXEC. */
static struct file *task_file_get(struct task *task, unsigned fd, unsigned *flags)
{
    struct files *files = task_files_get(task);
    struct file *file = NULL;

    if (files != NULL)
        file = files_get_file(files, fd, flags);
    files_put(files);
    return file;
}

static bool fd_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name,
                    unsigned type)
{
    struct files *files = task_files_get(of->task);
    unsigned fd = (unsigned)*position;
    bool is_open = files != NULL && files_next(files, &fd);

    files_put(files);
    if (!is_open)
        return false;
    *position = (loff_t)fd + 1;
    pseudo_name_number(name, fd, type);
    return true;
}

static bool link_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    return fd_next(of, position, name, DT_LNK);
}

static bool info_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    return fd_next(of, position, name, DT_REG);
}

static int link_follow(const struct pseudo_subject *of, struct path *target)
{
    unsigned flags;
    struct file *file = task_file_get(of->task, of->fd, &flags);
    int err = 0;

    if (file == NULL)
        return -ENOENT;
    if (task_may_look(of->task)) {
        *target = file->path;
        path_get(target);
    } else {
        err = -EACCES;
    }
    file_put(file);
    return err;
}

static int info_show(const struct pseudo_subject *of, struct text *text)
{
    struct files *files;
    unsigned flags;
    struct file *file = task_file_get(of->task, of->fd, &flags);
    int err = 0;

    if (file == NULL)
        return -ENOENT;
    if (task_may_look(of->task)) {
        text_printf(text, "pos:\t%ld\nflags:\t0%o\nmnt_id:\t%u\nino:\t%lu\n", READ_ONCE(file->pos),
                    flags, file->path.mount->number, file->inode->number);
        files = task_files_get(of->task);
        file_locks_show_made(file, files, text);
        files_put(files);
        if (file->ops->info)
            file->ops->info(file, text);
    } else {
        err = -EACCES;
    }
    file_put(file);
    return err;
}

static const struct pseudo_entry link_entry = {.mode = S_IFLNK, .size = 64, .follow = link_follow};
static const struct pseudo_entry info_entry = {.mode = S_IFREG | 0444, .show = info_show};

/* The rights of a link are what its file is open for. */
static mode_t link_rights(uint32_t mode)
{
    return (mode & FMODE_READ ? 0500 : 0) | (mode & FMODE_WRITE ? 0300 : 0);
}

static int fd_find(const struct pseudo_subject *of, const struct name *name,
                   struct pseudo_child *child)
{
    struct files *files;
    uint32_t mode;
    bool is_open;

    if (pseudo_number(name, &child->fd) != 0)
        return -ENOENT;
    files = task_files_get(of->task);
    is_open = files != NULL && files_get_mode(files, child->fd, &mode);
    files_put(files);
    if (!is_open)
        return -ENOENT;
    child->is_thread = of->is_thread;
    child->rights = link_rights(mode);
    return 0;
}

static int link_find(const struct pseudo_subject *of, const struct name *name,
                     struct pseudo_child *child)
{
    child->entry = &link_entry;
    return fd_find(of, name, child);
}

static int info_find(const struct pseudo_subject *of, const struct name *name,
                     struct pseudo_child *child)
{
    int err = fd_find(of, name, child);

    child->entry = &info_entry;
    child->rights = 0;
    return err;
}

/* A process always may see its own, also when it isn't dumpable and root owns its folder. */
static int links_permission(const struct pseudo_subject *of, struct inode *inode,
                            const struct cred *cred, unsigned access)
{
    if (of->task->process == current_process())
        return 0;
    return inode_permission_by_mode(inode, cred, access);
}

static const struct pseudo_dir links_dir = {.find = link_find, .next = link_next};
static const struct pseudo_dir infos_dir = {.find = info_find, .next = info_next};

static struct pseudo_entry entries[] = {
    {.name = "fd", .mode = S_IFDIR | 0500, .dir = &links_dir, .permission = links_permission},
    {.name = "fdinfo",
     .mode = S_IFDIR | 0555,
     .dir = &infos_dir,
     .permission = pseudo_look_permission},
};

static void process_fd_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, process_fd_init);
