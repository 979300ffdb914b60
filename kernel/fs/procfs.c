/*
 * procfs: what the kernel knows, as files (proc(5)). Who knows it registers a struct pseudo_entry
 * (kernel/vfs/pseudo.h); this file makes /proc of these: the system's entries, and for each process
 * and each of its threads a directory with the processes' entries in it. The same code shows what
 * other parts of the kernel register as file systems of their own (struct pseudo_fs).
 *
 * Names are made when they are looked up and go when nobody uses them; one that is used is looked
 * up anew each time (proc_revalidate). An inode's `private` is a struct proc_node: what it is, and
 * the number of whom it is about. Who that is, if he still is, is found when it matters.
 *
 * Locking: the content of a file, made when it is read first or from its beginning, is under the
 * inode's mutex; each opening has its own. Entries are asked without any lock.
 */
#include "kernel/fs/procfs.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/dir.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define PROC_MAGIC 0x9fa0

#define POSITION_ENTRIES 2 /* in directories, after the dots */

struct proc_node {
    const struct pseudo_entry *entry;
    struct pid *pid; /* a reference; NULL: of the system */
    bool is_thread;
    unsigned fd;
};

static SLAB_CACHE(proc_node_cache, struct proc_node);

static const struct inode_ops proc_inode_ops;
static const struct inode_ops proc_dir_inode_ops;
static const struct file_ops proc_dir_ops;
static const struct file_ops proc_file_ops;
static const struct file_ops proc_writable_file_ops;
static const struct file_ops proc_object_file_ops;

static struct proc_node *node_of(const struct inode *inode)
{
    return inode->private;
}

/* Whom a node is about, until subject_drop. -ESRCH: he has ended and was waited for. */
static int subject_take(const struct proc_node *node, struct pseudo_subject *subject)
{
    *subject = (struct pseudo_subject){.is_thread = node->is_thread, .fd = node->fd};
    if (!node->pid)
        return 0;
    subject->task = pid_task(node->pid);
    return subject->task ? 0 : -ESRCH;
}

static void subject_drop(const struct pseudo_subject *subject)
{
    task_put(subject->task);
}

static mode_t child_mode(const struct pseudo_child *child)
{
    mode_t mode = child->entry->mode;

    return child->rights ? (mode & S_IFMT) | child->rights : mode;
}

/* Who owns the files of a task: its effective user. But of one that may not be looked into, or is
 * no more, only what everybody may read is his. */
static void task_owner(struct task *task, mode_t mode, uid_t *uid, gid_t *gid)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);

    *uid = 0;
    *gid = 0;
    if (mode == (S_IFDIR | 0555) || (task->thread.mm && task->process->is_dumpable)) {
        *uid = task->thread.cred->euid;
        *gid = task->thread.cred->egid;
    }
    spin_unlock_irqrestore(&task->process->lock, flags);
}

/* The owner of a child's inode; of->task is whom the directory is about. */
static int child_owner(const struct pseudo_subject *of, const struct pseudo_child *child,
                       uid_t *uid, gid_t *gid)
{
    struct task *task = child->pid ? pid_task(child->pid) : of->task;

    *uid = 0;
    *gid = 0;
    if (!task)
        return child->pid ? -ENOENT : 0;
    task_owner(task, child_mode(child), uid, gid);
    if (child->pid)
        task_put(task);
    return 0;
}

static const struct file_ops *file_ops_of(const struct pseudo_entry *entry)
{
    if (entry->dir)
        return &proc_dir_ops;
    if (entry->ops)
        return entry->ops;
    if (entry->object)
        return &proc_object_file_ops;
    if (entry->store || (entry->number && (entry->mode & 0222)))
        return &proc_writable_file_ops;
    return &proc_file_ops;
}

/* An inode for a child of a directory about `pid`. Takes over child->pid on success. -ENOMEM. */
static int proc_inode(struct superblock *sb, struct pid *pid, const struct pseudo_child *child,
                      uid_t uid, gid_t gid, struct inode **out)
{
    struct proc_node *node = slab_alloc(&proc_node_cache);
    mode_t mode = child_mode(child);
    struct inode *inode = node ? inode_create(sb, mode, uid, gid) : NULL;

    if (!inode) {
        slab_free(&proc_node_cache, node);
        return -ENOMEM;
    }
    *node = (struct proc_node){
        .entry = child->entry,
        .pid = child->pid || !pid ? child->pid : pid_get(pid),
        .is_thread = child->is_thread,
        .fd = child->fd,
    };
    inode->private = node;
    inode->nlink = S_ISDIR(mode) ? 2 : 1;
    inode->size = child->entry->size;
    inode->ops = S_ISDIR(mode) ? &proc_dir_inode_ops : &proc_inode_ops;
    inode->file_ops = file_ops_of(child->entry);
    *out = inode;
    return 0;
}

static void proc_evict(struct inode *inode)
{
    struct proc_node *node = node_of(inode);

    if (!node)
        return;
    pid_put(node->pid);
    slab_free(&proc_node_cache, node);
}

/* What a name in a directory stands for now, and its owner: pid_put(child->pid) afterwards. */
static int proc_find(const struct inode *dir, const struct name *name, struct pseudo_child *child,
                     uid_t *uid, gid_t *gid)
{
    const struct proc_node *node = node_of(dir);
    struct pseudo_subject subject;
    int err;

    *child = (struct pseudo_child){0};
    if (subject_take(node, &subject) != 0)
        return -ENOENT;
    err = node->entry->dir->find(&subject, name, child);
    if (err == 0)
        err = child_owner(&subject, child, uid, gid);
    subject_drop(&subject);
    return err;
}

static int proc_lookup(struct inode *dir, struct dentry *dentry)
{
    struct pseudo_child child;
    struct inode *inode;
    uid_t uid;
    gid_t gid;
    int err = proc_find(dir, &dentry->name, &child, &uid, &gid);

    if (err == 0)
        err = proc_inode(dir->sb, node_of(dir)->pid, &child, uid, gid, &inode);
    if (err) {
        pid_put(child.pid);
        return err;
    }
    err = dentry_add(dentry, inode, false);
    if (err)
        inode_put(inode);
    return err;
}

/* What isn't there can't be made either. */
static int proc_create(struct inode *dir, struct dentry *child, mode_t mode, dev_t rdev)
{
    (void)dir;
    (void)child;
    (void)mode;
    (void)rdev;
    return -ENOENT;
}

/* Does the name still stand for what it did, and belong to the same user? */
static bool proc_revalidate(struct dentry *dentry)
{
    const struct proc_node *node = node_of(dentry->inode);
    const struct inode *dir = dentry->parent->inode;
    struct pseudo_child child;
    uid_t uid;
    gid_t gid;
    bool is_valid;

    if (!node->pid)
        return true;
    is_valid = proc_find(dir, &dentry->name, &child, &uid, &gid) == 0 &&
               child.entry == node->entry && child_mode(&child) == dentry->inode->mode &&
               uid == dentry->inode->uid && gid == dentry->inode->gid &&
               (child.pid ? child.pid : node_of(dir)->pid) == node->pid;
    pid_put(child.pid);
    return is_valid;
}

static int proc_permission(struct inode *inode, const struct cred *cred, unsigned access)
{
    const struct proc_node *node = node_of(inode);
    struct pseudo_subject subject;
    int err;

    if (!node->entry->permission || subject_take(node, &subject) != 0)
        return inode_permission_by_mode(inode, cred, access);
    err = node->entry->permission(&subject, inode, cred, access);
    subject_drop(&subject);
    return err;
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

static int proc_follow(struct inode *inode, struct path *target)
{
    const struct proc_node *node = node_of(inode);
    struct pseudo_subject subject;
    int err = -ENOENT;

    if (subject_take(node, &subject) == 0)
        err = node->entry->follow(&subject, target);
    subject_drop(&subject);
    return err;
}

static int proc_link_text(struct inode *inode, struct text *text)
{
    const struct proc_node *node = node_of(inode);
    struct pseudo_subject subject;
    struct path target;
    int err;

    if (node->entry->link) {
        err = subject_take(node, &subject);
        if (err == 0)
            err = node->entry->link(&subject, text);
        subject_drop(&subject);
        return err;
    }
    err = proc_follow(inode, &target);
    if (err == 0) {
        err = path_show(&target, text);
        path_put(&target);
    }
    return err;
}

static ssize_t proc_readlink(struct inode *inode, char *buffer, size_t size)
{
    struct text text;

    if (!S_ISLNK(inode->mode))
        return -EINVAL;
    text_init(&text);
    return text_take(&text, proc_link_text(inode, &text), buffer, size);
}

static bool proc_leads_to_object(const struct inode *inode)
{
    return node_of(inode)->entry->follow != NULL;
}

/* Nothing is kept here that could be cut off; `echo 5 >file` asks for it. */
static int proc_truncate(struct inode *inode, loff_t size)
{
    const struct proc_node *node = node_of(inode);
    struct pseudo_subject subject;

    (void)size;
    if (node->entry->truncate && subject_take(node, &subject) == 0) {
        node->entry->truncate(&subject);
        subject_drop(&subject);
    }
    return 0;
}

static const struct inode_ops proc_dir_inode_ops = {
    .lookup = proc_lookup,
    .create = proc_create,
    .revalidate = proc_revalidate,
    .permission = proc_permission,
};

static const struct inode_ops proc_inode_ops = {
    .permission = proc_permission,
    .readlink = proc_readlink,
    .truncate = proc_truncate,
    .leads_to_object = proc_leads_to_object,
    .follow = proc_follow,
};

static int proc_readdir(struct file *file, struct dir_emitter *emitter)
{
    const struct proc_node *node = node_of(file->inode);
    struct pseudo_subject subject;
    struct pseudo_name name;
    loff_t position;

    if (subject_take(node, &subject) != 0)
        return -ENOENT;
    if (dir_emit_dots(file, emitter)) {
        position = file->pos - POSITION_ENTRIES;
        while (node->entry->dir->next(&subject, &position, &name)) {
            loff_t next = position + POSITION_ENTRIES;

            if (!emitter->emit(emitter, name.text, strlen(name.text), (ino_t)next, name.type, next))
                break;
            file->pos = next;
        }
    }
    subject_drop(&subject);
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

    if (!text)
        return -ENOMEM;
    text_init(text);
    if (node_of(inode)->entry->refuses_pwrite)
        file->mode |= FMODE_NO_PWRITE;
    file->private = text;
    return 0;
}

static void proc_release(struct file *file)
{
    text_free(file->private);
    kfree(file->private);
}

static int entry_show(const struct pseudo_entry *entry, const struct pseudo_subject *subject,
                      struct text *text)
{
    if (!entry->number)
        return entry->show(subject, text);
    text_printf(text, "%llu\n", (unsigned long long)atomic_load(entry->number->value));
    return 0;
}

static int entry_store(const struct pseudo_entry *entry, const struct pseudo_subject *subject,
                       char *text)
{
    uint64_t value;
    int err;

    if (!entry->number)
        return entry->store(subject, text);
    err = pseudo_store_number(text, entry->number->least, entry->number->most, &value);
    if (err == 0)
        atomic_store(entry->number->value, value);
    return err;
}

/* Makes the content anew. */
static int proc_show(struct file *file)
{
    const struct proc_node *node = node_of(file->inode);
    struct text *text = file->private, fresh, old;
    struct pseudo_subject subject;
    int err = subject_take(node, &subject);

    text_init(&fresh);
    if (err == 0)
        err = entry_show(node->entry, &subject, &fresh);
    subject_drop(&subject);
    if (err == 0)
        err = fresh.error;
    if (err) {
        text_free(&fresh);
        text_init(&fresh);
    }
    mutex_lock(&file->inode->lock);
    old = *text;
    *text = fresh;
    mutex_unlock(&file->inode->lock);
    text_free(&old);
    return err;
}

static ssize_t proc_read(struct file *file, struct iter *to, loff_t *pos)
{
    const struct text *text = file->private;
    size_t wanted, moved = 0;
    bool is_due = *pos == 0 || READ_ONCE(text->length) == 0;
    ssize_t err = is_due ? proc_show(file) : 0;

    mutex_lock(&file->inode->lock);
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

/* Each write stands for itself, wherever it is made. */
static ssize_t proc_write(struct file *file, struct iter *from, loff_t *pos)
{
    const struct proc_node *node = node_of(file->inode);
    size_t most = node->entry->number ? PSEUDO_STORE_MAX : node->entry->store_most;
    size_t whole = iter_count(from), count = min(whole, most);
    char text[PSEUDO_STORE_LONG + 1];
    struct pseudo_subject subject;
    int err;

    (void)pos;
    if (iter_copy_from(from, text, count) != count)
        return -EFAULT;
    if (count < whole && node->entry->store_by_words)
        count = parse_whole_words(text, count);
    text[count] = '\0';
    (void)subject_take(node, &subject);
    err = entry_store(node->entry, &subject, text);
    subject_drop(&subject);
    if (err)
        return err;
    return (ssize_t)(node->entry->store_drops_rest ? whole : count);
}

static const struct file_ops proc_file_ops = {
    .open = proc_open,
    .release = proc_release,
    .read = proc_read,
};

static const struct file_ops proc_writable_file_ops = {
    .open = proc_open,
    .release = proc_release,
    .read = proc_read,
    .write = proc_write,
};

/* --- Files that aren't text; `private` is what the opening is about --- */

static int proc_object_open(struct inode *inode, struct file *file)
{
    const struct proc_node *node = node_of(inode);
    struct pseudo_subject subject;
    int err = subject_take(node, &subject);

    if (err == 0)
        err = node->entry->object->open(&subject, &file->private);
    subject_drop(&subject);
    return err;
}

static const struct pseudo_object *object_of(const struct file *file)
{
    return node_of(file->inode)->entry->object;
}

static void proc_object_release(struct file *file)
{
    object_of(file)->release(file->private);
}

static ssize_t proc_object_read(struct file *file, struct iter *to, loff_t *pos)
{
    return object_of(file)->move(file->private, to, pos, false);
}

static ssize_t proc_object_write(struct file *file, struct iter *from, loff_t *pos)
{
    return object_of(file)->move(file->private, from, pos, true);
}

static loff_t proc_object_seek(struct file *file, loff_t offset, int whence)
{
    loff_t pos = object_of(file)->seek(file->pos, offset, whence);

    if (pos >= 0)
        file->pos = pos;
    return pos;
}

static const struct file_ops proc_object_file_ops = {
    .open = proc_object_open,
    .release = proc_object_release,
    .read = proc_object_read,
    .write = proc_object_write,
    .seek = proc_object_seek,
};

static const struct superblock_ops proc_superblock_ops = {.evict = proc_evict};

static int proc_instance(const struct fs_type *type, const char *options, struct superblock **out)
{
    struct superblock *sb;
    const struct pseudo_child root = {.entry = container_of(type, struct pseudo_fs, type)->root};
    struct inode *inode;
    int err;

    if (*options != '\0')
        return -EINVAL;
    sb = superblock_create(type, &proc_superblock_ops);
    if (!sb)
        return -ENOMEM;
    err = proc_inode(sb, NULL, &root, 0, 0, &inode);
    if (err == 0)
        err = dentry_create_root(sb, inode, &sb->root);
    if (err)
        superblock_put(sb);
    else
        *out = sb;
    return err;
}

static void fs_register(struct pseudo_fs *fs)
{
    fs->type.needs_no_device = true;
    fs->type.create = proc_instance;
    fs_type_register(&fs->type);
}

static struct pseudo_fs proc_fs = {
    .type = {.name = "proc", .magic = PROC_MAGIC},
    .root = &proc_root,
};

static void procfs_register(void)
{
    fs_register(&proc_fs);
    pseudo_fs_for_each(fs_register);
}
INIT_CALL(2, procfs_register);
