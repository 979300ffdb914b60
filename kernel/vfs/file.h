/*
 * Open file descriptions (open(2)): what descriptors refer to, and what read, write, lseek, poll
 * and ioctl work on. Every object that has a descriptor is a struct file with operations.
 *
 * Locking: `pos` is guarded by pos_lock, a mutex, in files that have a position; read and write
 * hold it meanwhile. `flags` changes by fcntl under `lock`. The rest never changes after opening.
 */
#ifndef LIMEN_VFS_FILE_H
#define LIMEN_VFS_FILE_H

#include "kernel/abi/fcntl.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"
#include "kernel/sched/mutex.h"
#include "kernel/vfs/path.h"

struct cred;
struct dir_emitter;
struct file;
struct inode;
struct iter;
struct page_cache;
struct poll_table;
struct text;

/* What a file can do (struct file.mode), decided when it is opened. */
#define FMODE_READ 0x01u
#define FMODE_WRITE 0x02u
#define FMODE_POSITION 0x04u  /* has a position: lseek, pread, pwrite; read and write lock it */
#define FMODE_PATH 0x08u      /* O_PATH: a place in the tree, nothing to read or write */
#define FMODE_SEEK 0x10u      /* has none, but lseek: its seek works without pos_lock */
#define FMODE_NO_PWRITE 0x20u /* has a position for reading only: pwrite is -ESPIPE */

/*
 * Operations; NULL where the comment says what that means. All but poll may sleep. `file` is
 * referenced by the caller all the time.
 */
struct file_ops {
    /* Called once, when an inode is opened; private and ops of `file` may be changed here (a device
     * that stands for another). It sets FMODE_POSITION in file->mode if the file has a position.
     * An error ends the opening and release is not called. NULL: succeeds. */
    int (*open)(struct inode *inode, struct file *file);
    /* The last reference has gone. NULL: nothing to do. */
    void (*release)(struct file *file);
    /* Move bytes at *pos and advance it (files without position ignore it: it is 0). Return how
     * many were moved, 0 at end of file, or an error if none was: -EFAULT when the iter faulted at
     * once, -EAGAIN by O_NONBLOCK, -ERESTARTSYS when interrupted. NULL: -EINVAL. */
    ssize_t (*read)(struct file *file, struct iter *to, loff_t *pos);
    ssize_t (*write)(struct file *file, struct iter *from, loff_t *pos);
    /* lseek(2) of a file with FMODE_POSITION, pos_lock held. NULL: by size of a regular file
     * (file_seek). */
    loff_t (*seek)(struct file *file, loff_t offset, int whence);
    /* Calls dir_emit for the entries from file->pos on, sets file->pos to the first that was not
     * taken. Under pos_lock. 0 or an error. NULL: -ENOTDIR. */
    int (*readdir)(struct file *file, struct dir_emitter *emitter);
    /* Calls poll_wait for each queue whose wake-up may change the answer, then answers with POLL*
     * bits (kernel/abi/poll.h). NULL: always readable and writable. */
    unsigned (*poll)(struct file *file, struct poll_table *table);
    /* -ENOTTY: unknown request. NULL: -ENOTTY. `argument` may be a user pointer. */
    long (*ioctl)(struct file *file, unsigned request, unsigned long argument);
    /* mmap(2): the pages that a mapping of this file shows, at the same offset; NULL in *cache:
     * anonymous zero pages. No reference: the file keeps the cache. Op NULL: -ENODEV. */
    int (*mmap)(struct file *file, bool shared, struct page_cache **cache);
    /* fsync(2), when data can be elsewhere than in memory. NULL: -EINVAL, as for pipes. */
    int (*fsync)(struct file *file);
    /* More lines of /proc/PID/fdinfo. NULL: none. */
    void (*info)(struct file *file, struct text *text);
};

struct file {
    struct refcount ref;
    uint32_t mode; /* FMODE_* */
    const struct file_ops *ops;
    struct inode *inode; /* path's */
    struct path path;    /* where it was opened */
    void *private;       /* the operations' */
    uint64_t cookie;     /* the operations' too */

    struct spinlock lock; /* RANK_FILE */
    uint32_t flags;       /* O_*, with access mode: F_GETFL; read it with file_flags */
    bool is_watched;      /* once an epoll has been told to watch it; then there is: */
    struct list watches;  /* the epolls' items, kernel/ipc/epoll.c */

    struct mutex pos_lock; /* RANK_FILE_POS */
    loff_t pos;
};

/* A new description with these operations, whose open is not called; it takes references of its
 * own. For pipes, sockets: `path` by path_create_anonymous. flags: access mode, O_NONBLOCK and the
 * like. -ENOMEM, -ENFILE. */
int file_create(const struct path *path, const struct file_ops *ops, unsigned flags,
                struct file **out);

/* Opens what a path leads to with O_* flags; permissions have been checked. The references of *path
 * stay the caller's. -ENXIO, -ETXTBSY, -ENOMEM, -ENFILE, what ops->open says. */
int file_open_path(const struct path *path, unsigned flags, struct file **out);

/* The same in two steps. A blank description: -ENOMEM, -ENFILE; opened; or, if that failed, away
 * with it (NULL is fine). */
int file_alloc(struct file **out);
int file_open_blank(const struct path *path, unsigned flags, struct file *file);
void file_discard(struct file *file);

/* Open file descriptions there are, and how many there may be unless root opens them (fs.file-nr,
 * fs.file-max). Atomic. */
extern uint64_t file_count, file_count_max;

static inline void file_get(struct file *file)
{
    refcount_get(&file->ref);
}

/* The last one releases: may sleep, hold no mutex from RANK_EPOLL_NEST up. */
void file_put(struct file *file);

static inline uint32_t file_flags(const struct file *file)
{
    return atomic_load(&file->flags);
}

static inline bool file_is_nonblocking(const struct file *file)
{
    return (file_flags(file) & O_NONBLOCK) != 0;
}

/* Read and write at the file's position (which is locked, used and advanced) ... */
ssize_t file_read(struct file *file, struct iter *to);
ssize_t file_write(struct file *file, struct iter *from);
/* ... or at one of the caller's: -ESPIPE where the file has none. All check the file's mode:
 * -EBADF, and cut to RW_COUNT_MAX. */
ssize_t file_read_at(struct file *file, struct iter *to, loff_t *pos);
ssize_t file_write_at(struct file *file, struct iter *from, loff_t *pos);

/* lseek(2): the new position, -ESPIPE, -EINVAL, -ENXIO, -EOVERFLOW. */
loff_t file_seek(struct file *file, loff_t offset, int whence);
/* For file_ops.seek: the usual rules for an object of `size` bytes, without holes. */
loff_t file_seek_size(struct file *file, loff_t offset, int whence, loff_t size);

/* poll's bits, without waiting where table is NULL. */
unsigned file_poll(struct file *file, struct poll_table *table);

/* For the kernel itself: to and from its own memory, at a position. */
ssize_t file_read_kernel(struct file *file, void *buffer, size_t size, loff_t pos);
ssize_t file_write_kernel(struct file *file, const void *buffer, size_t size, loff_t pos);

/* Opens `name` for execve(2): regular file (-EACCES), permission to execute (-EACCES), mount allows
 * it; nobody may write to it until file_put_exec (-ETXTBSY). */
int file_open_exec(int dirfd, const char *name, int at_flags, struct file **out);
void file_put_exec(struct file *file);
/* One more holder of that denial (fork shares the program file): pairs with file_put_exec. */
void file_get_exec(struct file *file);

#endif
