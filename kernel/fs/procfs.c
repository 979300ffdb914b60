/*
 * procfs: what the kernel knows, as files (proc(5)). Who knows it registers a struct pseudo_entry
 * (kernel/vfs/pseudo.h); this file makes /proc of these: the system's entries, and one directory
 * per process with the processes' entries in it.
 *
 * Names are made when they are looked up and go when nobody uses them. An inode's `private` is a
 * struct proc_node, which holds a reference on the process that it is about.
 *
 * Locking: the content of a file, made when it is read from its beginning, is under the inode's
 * mutex; each opening has its own.
 */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/lib/format.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/dir.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define PROC_MAGIC 0x9fa0
#define PID_DIGITS 10

/* Positions in directories: the dots, then entries by their place in the list, then processes. */
#define POSITION_ENTRIES 2
#define POSITION_PROCESSES 0x10000

struct proc_node {
    struct process *process;          /* a reference; NULL: of the system */
    const struct pseudo_entry *entry; /* NULL: a directory */
};

static SLAB_CACHE(proc_node_cache, struct proc_node);

static const struct inode_ops proc_dir_inode_ops;
static const struct inode_ops proc_entry_inode_ops;
static const struct file_ops proc_dir_ops;
static const struct file_ops proc_file_ops;

static struct proc_node *node_of(const struct inode *inode)
{
    return inode->private;
}

static void node_free(struct proc_node *node)
{
    if (node->process)
        pseudo_processes()->put(node->process);
    slab_free(&proc_node_cache, node);
}

/* An inode for an entry (NULL: a directory) of a process, whose reference it takes over, also on
 * failure. -ENOMEM. */
static int proc_inode(struct superblock *sb, struct process *process,
                      const struct pseudo_entry *entry, struct inode **out)
{
    struct proc_node *node = slab_alloc(&proc_node_cache);
    struct inode *inode = NULL;
    uid_t uid = 0;
    gid_t gid = 0;

    if (process)
        pseudo_processes()->owner(process, &uid, &gid);
    if (node)
        inode = inode_create(sb, entry ? entry->mode : S_IFDIR | 0555, uid, gid);
    if (!inode) {
        slab_free(&proc_node_cache, node);
        if (process)
            pseudo_processes()->put(process);
        return -ENOMEM;
    }
    *node = (struct proc_node){.process = process, .entry = entry};
    inode->private = node;
    inode->nlink = entry ? 1 : 2;
    inode->ops = entry ? &proc_entry_inode_ops : &proc_dir_inode_ops;
    inode->file_ops = entry ? &proc_file_ops : &proc_dir_ops;
    *out = inode;
    return 0;
}

static void proc_evict(struct inode *inode)
{
    if (inode->private)
        node_free(inode->private);
}

static bool name_is(const struct name *name, const char *text)
{
    return strlen(text) == name->length && memcmp(text, name->text, name->length) == 0;
}

static const struct pseudo_entry *entry_find(bool of_process, const struct name *name)
{
    const struct pseudo_entry *entry;

    list_for_each_entry (entry, pseudo_entries(of_process), node) {
        if (name_is(name, entry->name))
            return entry;
    }
    return NULL;
}

/* The process whose number the name is, with a reference; or NULL. */
static struct process *process_by_name(const struct name *name)
{
    char text[PID_DIGITS + 1];
    uint64_t pid;

    if (!pseudo_processes() || name->length > PID_DIGITS || name->text[0] < '1' ||
        name->text[0] > '9')
        return NULL;
    memcpy(text, name->text, name->length);
    text[name->length] = '\0';
    if (parse_u64(text, 10, &pid) != 0 || pid > INT32_MAX)
        return NULL;
    return pseudo_processes()->find((pid_t)pid);
}

static int proc_lookup(struct inode *dir, struct dentry *child)
{
    struct process *process = node_of(dir)->process;
    const struct pseudo_entry *entry = entry_find(process != NULL, &child->name);
    struct inode *inode;
    int err;

    if (process && entry)
        pseudo_processes()->get(process);
    else if (!process && !entry)
        process = process_by_name(&child->name);
    if (!entry && (!process || node_of(dir)->process))
        return -ENOENT;
    err = proc_inode(dir->sb, process, entry, &inode);
    if (err)
        return err;
    err = dentry_add(child, inode, false);
    if (err)
        inode_put(inode);
    return err;
}

/* A process's directory is true as long as its number means that process. */
static bool proc_revalidate(struct dentry *dentry)
{
    const struct proc_node *node = node_of(dentry->inode);
    struct process *now;

    if (!node->process || node->entry)
        return true;
    now = process_by_name(&dentry->name);
    if (now)
        pseudo_processes()->put(now);
    return now == node->process;
}

static ssize_t text_take(struct text *text, int err, char *buffer, size_t size)
{
    size_t length = min(text->length, size);

    if (err == 0)
        err = text->error;
    if (err == 0)
        memcpy(buffer, text->bytes, length);
    text_free(text);
    return err ? err : (ssize_t)length;
}

static ssize_t proc_readlink(struct inode *inode, char *buffer, size_t size)
{
    const struct proc_node *node = node_of(inode);
    struct path target;
    struct text text;
    int err;

    text_init(&text);
    if (node->entry->link) {
        err = node->entry->link(node->process, &text);
    } else {
        err = node->entry->follow(node->process, &target);
        if (err == 0) {
            err = path_show(&target, &text);
            path_put(&target);
        }
    }
    return text_take(&text, err, buffer, size);
}

static bool proc_leads_to_object(const struct inode *inode)
{
    return node_of(inode)->entry->follow != NULL;
}

static int proc_follow(struct inode *inode, struct path *target)
{
    const struct proc_node *node = node_of(inode);

    return node->entry->follow(node->process, target);
}

static const struct inode_ops proc_dir_inode_ops = {
    .lookup = proc_lookup,
    .revalidate = proc_revalidate,
};

static const struct inode_ops proc_entry_inode_ops = {
    .readlink = proc_readlink,
    .leads_to_object = proc_leads_to_object,
    .follow = proc_follow,
};

/* Emits the entries of a directory from the file's position on. False: it is full. */
static bool emit_entries(struct file *file, struct dir_emitter *emitter)
{
    loff_t position = POSITION_ENTRIES;
    const struct pseudo_entry *entry;

    list_for_each_entry (entry, pseudo_entries(node_of(file->inode)->process != NULL), node) {
        if (position++ < file->pos)
            continue;
        if (!emitter->emit(emitter, entry->name, strlen(entry->name), (ino_t)position,
                           entry->mode >> 12, position))
            return false;
        file->pos = position;
    }
    return true;
}

static void emit_processes(struct file *file, struct dir_emitter *emitter)
{
    const struct pseudo_processes *processes = pseudo_processes();
    pid_t pid = file->pos > POSITION_PROCESSES ? (pid_t)(file->pos - POSITION_PROCESSES) : 0;

    while (processes && (pid = processes->next(pid)) != 0) {
        loff_t next = POSITION_PROCESSES + (loff_t)pid;
        char name[PID_DIGITS + 1];
        size_t length = format_string(name, sizeof(name), "%d", pid);

        if (!emitter->emit(emitter, name, length, (ino_t)next, DT_DIR, next))
            break;
        file->pos = next;
    }
}

static int proc_readdir(struct file *file, struct dir_emitter *emitter)
{
    if (!dir_emit_dots(file, emitter) || !emit_entries(file, emitter))
        return 0;
    if (!node_of(file->inode)->process)
        emit_processes(file, emitter);
    return 0;
}

/* Positions end where Linux's do, so that a process's number can be had from each. */
static loff_t proc_dir_seek(struct file *file, loff_t offset, int whence)
{
    loff_t before = file->pos, pos = dir_seek(file, offset, whence);

    if (pos <= INT32_MAX)
        return pos;
    file->pos = before;
    return -EINVAL;
}

static ssize_t proc_dir_read(struct file *file, struct iter *to, loff_t *pos)
{
    (void)file;
    (void)to;
    (void)pos;
    return -EISDIR;
}

static const struct file_ops proc_dir_ops = {
    .read = proc_dir_read,
    .seek = proc_dir_seek,
    .readdir = proc_readdir,
};

static int proc_open(struct inode *inode, struct file *file)
{
    struct text *text = kmalloc(sizeof(*text));

    (void)inode;
    if (!text)
        return -ENOMEM;
    text_init(text);
    file->private = text;
    return 0;
}

static void proc_release(struct file *file)
{
    text_free(file->private);
    kfree(file->private);
}

/* Makes the content anew. */
static int proc_show(struct file *file, struct text *text)
{
    const struct proc_node *node = node_of(file->inode);
    int err;

    text_free(text);
    text_init(text);
    err = node->entry->show(node->process, text);
    return err ? err : text->error;
}

static ssize_t proc_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct text *text = file->private;
    size_t wanted, moved = 0;
    ssize_t err = 0;

    mutex_lock(&file->inode->lock);
    if (*pos == 0)
        err = proc_show(file, text);
    if (err == 0 && (size_t)*pos < text->length) {
        wanted = min(text->length - (size_t)*pos, iter_count(to));
        moved = iter_copy_to(to, text->bytes + *pos, wanted);
        if (moved == 0 && wanted != 0)
            err = -EFAULT;
        *pos += (loff_t)moved;
    }
    mutex_unlock(&file->inode->lock);
    return err ? err : (ssize_t)moved;
}

static const struct file_ops proc_file_ops = {
    .open = proc_open,
    .release = proc_release,
    .read = proc_read,
};

static int show_self(struct process *process, struct text *text)
{
    pid_t self = pseudo_processes() ? pseudo_processes()->self() : 0;

    (void)process;
    if (self == 0)
        return -ENOENT;
    text_printf(text, "%d", self);
    return 0;
}

static struct pseudo_entry self_entry = {.name = "self", .mode = S_IFLNK | 0777, .link = show_self};

static const struct superblock_ops proc_superblock_ops = {.evict = proc_evict};

static int proc_instance(const struct fs_type *type, const char *options, struct superblock **out)
{
    struct superblock *sb;
    struct inode *root;
    int err;

    if (*options != '\0')
        return -EINVAL;
    sb = superblock_create(type, &proc_superblock_ops);
    if (!sb)
        return -ENOMEM;
    err = proc_inode(sb, NULL, NULL, &root);
    if (err == 0)
        err = dentry_create_root(sb, root, &sb->root);
    if (err)
        superblock_put(sb);
    else
        *out = sb;
    return err;
}

static struct fs_type proc_type = {
    .name = "proc",
    .magic = PROC_MAGIC,
    .needs_no_device = true,
    .create = proc_instance,
};

static void procfs_register(void)
{
    pseudo_register(&self_entry, 1);
    fs_type_register(&proc_type);
}
INIT_CALL(2, procfs_register);
