/*
 * Registration of the pseudo-files below /proc (proc(5)): who owns what they show registers them,
 * kernel/fs/procfs.c makes them visible. So it does for other file systems of such files. Register
 * at INIT_CALL(2, ...) or before; entries are static and stay for ever.
 */
#ifndef LIMEN_VFS_PSEUDO_H
#define LIMEN_VFS_PSEUDO_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/vfs/dentry.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/path.h"

struct pid;
struct task;

/* Text that grows as it is written; memory that runs out is remembered in `error`. */
struct text {
    char *bytes; /* not NUL-terminated */
    size_t length, capacity;
    int error; /* 0 or -ENOMEM */
};

void text_init(struct text *text);
void text_free(struct text *text);
void text_printf(struct text *text, const char *fmt, ...) __printf(2, 3);
void text_append(struct text *text, const void *bytes, size_t size);

/* What an entry is asked about. */
struct pseudo_subject {
    struct task *task; /* whose, referenced meanwhile; NULL: the system's */
    bool is_thread;    /* in PID/task/TID: the task itself, not the process that it is part of */
    unsigned fd;       /* in PID/fd and PID/fdinfo */
};

/* What a name in a directory stands for. */
struct pseudo_child {
    const struct pseudo_entry *entry;
    struct pid *pid; /* a reference on whom it is about; NULL: whom the directory is about */
    bool is_thread;
    unsigned fd;
    mode_t rights; /* instead of the entry's, if not 0 */
};

/* One line of a directory. */
struct pseudo_name {
    const char *text; /* the entry's, or `space` */
    char space[64];
    unsigned type; /* DT_* */
};

/* A directory's content. `of` is what the directory itself is about. */
struct pseudo_dir {
    /* Finds a name: 0 with *child (which was all zero) filled in, or -ENOENT. */
    int (*find)(const struct pseudo_subject *of, const struct name *name,
                struct pseudo_child *child);
    /* The first name at or behind *position, which goes on behind it. False: there is none. */
    bool (*next)(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name);
};

struct iter;

/* A file that isn't made of text. */
struct pseudo_object {
    /* What an opening is about: 0 with a reference on it in *object, or an error. */
    int (*open)(const struct pseudo_subject *of, void **object);
    void (*release)(void *object);
    /* Reads or writes at *pos, which goes on: as file_ops.read and write. */
    ssize_t (*move)(void *object, struct iter *iter, loff_t *pos, bool is_write);
    loff_t (*seek)(loff_t pos, loff_t offset, int whence); /* the new position, or an error */
};

/* A value that is one number, and takes effect as soon as it is written. */
struct pseudo_number {
    uint64_t *value; /* atomic */
    uint64_t least, most;
};

#define PSEUDO_STORE_MAX 127
#define PSEUDO_STORE_LONG 255

/* One name in /proc, or (in every process's and every thread's folder) in /proc/PID and
 * /proc/PID/task/TID. Which functions are set decides what it is. They may sleep. */
struct pseudo_entry {
    const char *name;
    mode_t mode; /* S_IFREG | 0444, S_IFLNK | 0777, S_IFDIR | 0555 */
    /* S_IFREG: writes the whole content, as of now. 0 or an error for who reads. */
    int (*show)(const struct pseudo_subject *of, struct text *text);
    /* S_IFREG that can be written, if set: what one write brought, NUL-terminated, cut off behind
     * store_most bytes, to be changed at will. 0 or an error; wrong text comes before
     * of->task's having ended (it is NULL then). */
    int (*store)(const struct pseudo_subject *of, char *text);
    size_t store_most;     /* up to PSEUDO_STORE_LONG */
    bool store_drops_rest; /* a longer write succeeds as a whole, not in part */
    bool store_by_words;   /* a longer write is cut off behind a whole word, if there is one */
    bool refuses_pwrite;   /* what Linux makes of the text as one sequence */
    const struct pseudo_number
        *number; /* S_IFREG: instead of show and store; written if mode says */
    const struct pseudo_object *object; /* S_IFREG: instead of show and store */
    const struct file_ops *ops;         /* S_IFREG: does everything itself */
    /* S_IFLNK that leads to an object: where to, with references (path_get). -ENOENT: nowhere. */
    int (*follow)(const struct pseudo_subject *of, struct path *target);
    /* S_IFLNK that leads to a name: its text. */
    int (*link)(const struct pseudo_subject *of, struct text *text);
    /* S_IFDIR */
    const struct pseudo_dir *dir;
    /* More than the mode says on who may use it: 0, -EACCES, or by inode_permission_by_mode. NULL:
     * the mode decides. */
    int (*permission)(const struct pseudo_subject *of, struct inode *inode, const struct cred *cred,
                      unsigned access);
    /* S_IFREG: it was opened with O_TRUNC, or truncated. NULL: nothing happens. May sleep. */
    void (*truncate)(const struct pseudo_subject *of);
    loff_t size;          /* as stat(2) tells it */
    bool only_in_process; /* not in PID/task/TID */
    struct list node;     /* kernel/vfs/pseudo.c's */
};

void pseudo_register(struct pseudo_entry *entries, size_t count);         /* /proc/NAME */
void pseudo_register_process(struct pseudo_entry *entries, size_t count); /* /proc/PID/NAME */

/* /proc/sys/DIRECTORY/NAME; FS_EPOLL is fs/epoll. */
enum pseudo_sys {
    PSEUDO_SYS_FS,
    PSEUDO_SYS_KERNEL,
    PSEUDO_SYS_VM,
    PSEUDO_SYS_FS_EPOLL,
    PSEUDO_SYS_FS_INOTIFY,
    PSEUDO_SYS_KERNEL_RANDOM,
    PSEUDO_SYS_COUNT
};
void pseudo_register_sys(enum pseudo_sys directory, struct pseudo_entry *entries, size_t count);

/* The same of one of them, as pseudo_find and pseudo_next below. */
const struct pseudo_entry *pseudo_sys_find(enum pseudo_sys directory, const struct name *name);
bool pseudo_sys_next(enum pseudo_sys directory, loff_t *position, struct pseudo_name *name);

/* For store: a number between these, with blanks around it. -EINVAL. */
int pseudo_store_number(const char *text, uint64_t least, uint64_t most, uint64_t *value);

/* A file system of its own that is made of such entries, all of them below `root`: register it at
 * INIT_CALL(1, ...). `type` needs name and magic; the rest is kernel/fs/procfs.c's. */
struct pseudo_fs {
    struct fs_type type;
    const struct pseudo_entry *root;
    struct list node; /* kernel/vfs/pseudo.c's */
};
void pseudo_fs_register(struct pseudo_fs *fs);
/* Each of them, for procfs. */
void pseudo_fs_for_each(void (*visit)(struct pseudo_fs *fs));

/* The entry of that name among the system's, or the processes'; NULL: none. */
const struct pseudo_entry *pseudo_find(const struct pseudo_subject *of, const struct name *name);
/* The first at or behind *position, as pseudo_dir.next. */
bool pseudo_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name);

/* A number as the name of a line; and from a name: -ENOENT if it is none that could be its text. */
void pseudo_name_number(struct pseudo_name *name, unsigned number, unsigned type);
int pseudo_number(const struct name *name, unsigned *number);

#endif
