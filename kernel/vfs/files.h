/*
 * Descriptor tables (struct files): what a process's small integers mean. Shared by CLONE_FILES,
 * copied by fork.
 *
 * Locking: files->lock guards everything. A table that is only the running thread's is read without
 * it: others may look at it, nobody else can change it. A descriptor is closed by taking the
 * pointer out under the lock; who got the file before that keeps its reference.
 *
 * A slot is free, reserved (its bit in `used` is set, no file yet: -EBADF to all) or filled.
 */
#ifndef LIMEN_VFS_FILES_H
#define LIMEN_VFS_FILES_H

#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"
#include "kernel/vfs/file.h"

#define FILES_INLINE 64u           /* descriptors for which no further memory is needed */
#define FILES_LIMIT_DEFAULT 1024u  /* RLIMIT_NOFILE at boot, soft */
#define FILES_LIMIT_MAX (1u << 20) /* what files_limit_max may be set to */

extern unsigned files_limit_max; /* what the hard limit may be set to (fs.nr_open); atomic */

struct files {
    struct refcount ref;
    uint32_t tasks;       /* whose it is; others may look at it for a moment. Atomic */
    struct spinlock lock; /* RANK_FILES */
    unsigned capacity;    /* slots; a multiple of BITS_PER_WORD */
    unsigned lowest_free; /* no free slot below it */
    struct file **slots;
    unsigned long *used;
    unsigned long *close_on_exec;
    struct file *slots_inline[FILES_INLINE];
    unsigned long used_inline[BITMAP_WORDS(FILES_INLINE)];
    unsigned long close_on_exec_inline[BITMAP_WORDS(FILES_INLINE)];
};

struct files *files_create(void); /* empty, for one task; NULL: no memory */
/* A copy for fork; -ENOMEM. */
int files_clone(struct files *from, struct files **out);

static inline void files_get(struct files *files)
{
    refcount_get(&files->ref);
}

void files_put(struct files *files); /* closes nothing, never sleeps; NULL: nothing */

/* A task more has it (CLONE_FILES), or one less: with a reference each. The last to leave closes
 * everything, whoever looks meanwhile: may sleep. NULL: nothing. */
void files_share(struct files *files);
void files_leave(struct files *files);

/* execve: closes what is marked. The table is the running thread's alone. */
void files_close_on_exec(struct files *files);

/* For who looks into another's table, with a reference on it: the file behind a descriptor, with a
 * reference, or NULL, and file_flags with O_CLOEXEC; whether there is one, and its FMODE_*; the
 * first open descriptor from *fd on. */
struct file *files_get_file(struct files *files, unsigned fd, unsigned *flags);
bool files_get_mode(struct files *files, unsigned fd, uint32_t *mode);
bool files_next(struct files *files, unsigned *fd);

/* All below work on the running thread's table (current->files). */

/* The file behind a descriptor, with a reference: file_put it. NULL: -EBADF is due. fd_get refuses
 * O_PATH descriptors, which nearly all calls do; fd_get_any takes them. */
struct file *fd_get(unsigned fd);
struct file *fd_get_any(unsigned fd);

/* A new descriptor comes in two steps: reserve the lowest free one >= lowest (flags: O_CLOEXEC or
 * 0; -EMFILE, -ENOMEM; -EINVAL: lowest is above the limit), then fill it (takes over the reference;
 * never fails) or give it back. */
int fd_reserve(unsigned lowest, unsigned flags);
void fd_fill(unsigned fd, struct file *file);
void fd_unreserve(unsigned fd);

int fd_close(unsigned fd); /* 0, -EBADF */

/* dup2/dup3: new_fd becomes old_fd's file, what it was before is closed. -EBADF, -EBUSY (reserved),
 * -EMFILE is -EBADF as for Linux. new_fd itself on success. */
int fd_dup_to(unsigned old_fd, unsigned new_fd, unsigned flags);

/* The slots that the table has room for now, and which of them are taken: one word of a bitmap,
 * BITS_PER_WORD descriptors; 0 beyond the table. */
unsigned fd_capacity(void);
unsigned long fd_used_word(unsigned word);

/* close_range(2): of the open ones from first to last, closes all, or marks all close-on-exec. */
void fd_close_range(unsigned first, unsigned last);
void fd_cloexec_range(unsigned first, unsigned last);

int fd_cloexec_get(unsigned fd);               /* 0 or 1, -EBADF */
int fd_cloexec_set(unsigned fd, bool enabled); /* 0, -EBADF */

#endif
