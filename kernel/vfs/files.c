/*
 * Descriptor tables (open(2), dup(2), fcntl(2), close(2)). See files.h.
 */
#include "kernel/vfs/files.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/lib/string.h"
#include "kernel/mm/area.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/hooks.h"

static SLAB_CACHE(files_cache, struct files);

/* The arrays of a table, in one piece of memory that begins with the slots. */
struct files_arrays {
    unsigned capacity;
    struct file **slots;
    unsigned long *used;
    unsigned long *close_on_exec;
};

/* From here on the memory is mapped instead of being contiguous. */
#define ARRAYS_CONTIGUOUS_MAX (8 * PAGE_SIZE)

static size_t arrays_size(unsigned capacity)
{
    return capacity * sizeof(struct file *) + 2 * BITMAP_WORDS(capacity) * sizeof(unsigned long);
}

/* Empty arrays for at least `capacity` descriptors. -ENOMEM. */
static int arrays_alloc(unsigned capacity, struct files_arrays *arrays)
{
    unsigned rounded = FILES_INLINE;
    size_t size;

    while (rounded < capacity)
        rounded *= 2;
    size = arrays_size(rounded);
    arrays->slots = size <= ARRAYS_CONTIGUOUS_MAX ? kmalloc(size) : area_alloc(size);
    if (!arrays->slots)
        return -ENOMEM;
    memset(arrays->slots, 0, size);
    arrays->capacity = rounded;
    arrays->used = (unsigned long *)(arrays->slots + rounded);
    arrays->close_on_exec = arrays->used + BITMAP_WORDS(rounded);
    return 0;
}

static void arrays_free(const struct files_arrays *arrays)
{
    if (arrays_size(arrays->capacity) <= ARRAYS_CONTIGUOUS_MAX)
        kfree(arrays->slots);
    else
        area_free(arrays->slots);
}

static struct files_arrays files_arrays(const struct files *files)
{
    return (struct files_arrays){files->capacity, files->slots, files->used, files->close_on_exec};
}

static bool files_are_inline(const struct files *files)
{
    return files->slots == files->slots_inline;
}

/* Puts larger arrays in place, with what the old ones hold. Under the lock, or before use. */
static void files_set_arrays(struct files *files, const struct files_arrays *arrays)
{
    size_t words = BITMAP_WORDS(files->capacity) * sizeof(unsigned long);

    memcpy(arrays->slots, files->slots, files->capacity * sizeof(struct file *));
    memcpy(arrays->used, files->used, words);
    memcpy(arrays->close_on_exec, files->close_on_exec, words);
    files->capacity = arrays->capacity;
    files->slots = arrays->slots;
    files->used = arrays->used;
    files->close_on_exec = arrays->close_on_exec;
}

struct files *files_create(void)
{
    struct files *files = slab_alloc(&files_cache);

    if (!files)
        return NULL;
    refcount_init(&files->ref);
    files->tasks = 1;
    spin_lock_init(&files->lock, RANK_FILES);
    files->capacity = FILES_INLINE;
    files->slots = files->slots_inline;
    files->used = files->used_inline;
    files->close_on_exec = files->close_on_exec_inline;
    return files;
}

/* Makes room for `capacity` descriptors; called and returns without the lock. -ENOMEM. */
static int files_grow(struct files *files, unsigned capacity)
{
    struct files_arrays arrays, old;
    bool free_old;
    int err = arrays_alloc(capacity, &arrays);

    if (err)
        return err;
    spin_lock(&files->lock);
    old = files_arrays(files);
    free_old = !files_are_inline(files);
    if (files->capacity < arrays.capacity) {
        files_set_arrays(files, &arrays);
    } else {
        old = arrays;
        free_old = true;
    }
    spin_unlock(&files->lock);
    if (free_old)
        arrays_free(&old);
    return 0;
}

/* One more than the highest descriptor in use. Under the lock. */
static unsigned files_end(const struct files *files)
{
    size_t word = BITMAP_WORDS(files->capacity);

    while (word > 0 && files->used[word - 1] == 0)
        word--;
    return (unsigned)(word * BITS_PER_WORD);
}

/* Copies the open descriptors; slots that are only reserved are free in the copy. */
static void files_copy(struct files *to, const struct files *from, unsigned end)
{
    for (size_t fd = 0; (fd = bitmap_find_set(from->used, end, fd)) < end; fd++) {
        struct file *file = from->slots[fd];

        if (!file)
            continue;
        file_get(file);
        to->slots[fd] = file;
        bitmap_set(to->used, fd);
        if (bitmap_test(from->close_on_exec, fd))
            bitmap_set(to->close_on_exec, fd);
    }
}

int files_clone(struct files *from, struct files **out)
{
    struct files *files = files_create();
    unsigned end;

    if (!files)
        return -ENOMEM;
    spin_lock(&from->lock);
    while ((end = files_end(from)) > files->capacity) {
        spin_unlock(&from->lock);
        if (files_grow(files, end) != 0) {
            files_leave(files);
            return -ENOMEM;
        }
        spin_lock(&from->lock);
    }
    files_copy(files, from, end);
    spin_unlock(&from->lock);
    *out = files;
    return 0;
}

/* Takes a descriptor out of the table: its file, whose reference is the caller's now. Under lock.
 */
static struct file *files_take(struct files *files, unsigned fd)
{
    struct file *file = fd < files->capacity ? files->slots[fd] : NULL;

    if (!file)
        return NULL;
    files->slots[fd] = NULL;
    bitmap_clear(files->used, fd);
    bitmap_clear(files->close_on_exec, fd);
    files->lowest_free = min(files->lowest_free, fd);
    return file;
}

/* The table gives up a file: what it has locked in it is free, though the file be open elsewhere.
 */
static void files_drop(struct files *files, struct file *file)
{
    file_locks_leave(file, files);
    file_put(file);
}

/* Closes the descriptors that the bitmap of the table has. Nobody reserves or fills any. */
static void files_close(struct files *files, const unsigned long *bits)
{
    for (unsigned fd = 0;; fd++) {
        struct file *file;

        spin_lock(&files->lock);
        fd = (unsigned)bitmap_find_set(bits, files->capacity, fd);
        file = files_take(files, fd);
        spin_unlock(&files->lock);
        if (!file) {
            assert(fd >= files->capacity);
            break;
        }
        files_drop(files, file);
    }
}

void files_close_on_exec(struct files *files)
{
    files_close(files, files->close_on_exec);
}

void files_put(struct files *files)
{
    struct files_arrays arrays;

    if (!files || !refcount_put(&files->ref))
        return;
    arrays = files_arrays(files);
    if (!files_are_inline(files))
        arrays_free(&arrays);
    slab_free(&files_cache, files);
}

void files_share(struct files *files)
{
    files_get(files);
    atomic_add(&files->tasks, 1);
}

void files_leave(struct files *files)
{
    if (!files)
        return;
    if (atomic_sub(&files->tasks, 1) == 0)
        files_close(files, files->used);
    files_put(files);
}

struct file *files_get_file(struct files *files, unsigned fd, unsigned *flags)
{
    struct file *file;

    spin_lock(&files->lock);
    file = fd < files->capacity ? files->slots[fd] : NULL;
    if (file) {
        file_get(file);
        *flags = file_flags(file) | (bitmap_test(files->close_on_exec, fd) ? O_CLOEXEC : 0);
    }
    spin_unlock(&files->lock);
    return file;
}

bool files_get_mode(struct files *files, unsigned fd, uint32_t *mode)
{
    const struct file *file;

    spin_lock(&files->lock);
    file = fd < files->capacity ? files->slots[fd] : NULL;
    if (file)
        *mode = file->mode;
    spin_unlock(&files->lock);
    return file != NULL;
}

bool files_next(struct files *files, unsigned *fd)
{
    bool is_open = false;

    spin_lock(&files->lock);
    while (!is_open &&
           (*fd = (unsigned)bitmap_find_set(files->used, files->capacity, *fd)) < files->capacity) {
        is_open = files->slots[*fd] != NULL;
        *fd += !is_open;
    }
    spin_unlock(&files->lock);
    return is_open;
}

/* Locks the table unless it is only the running thread's. */
static bool files_lock_shared(struct files *files)
{
    if (likely(atomic_load(&files->tasks) == 1))
        return false;
    spin_lock(&files->lock);
    return true;
}

struct file *fd_get_any(unsigned fd)
{
    struct files *files = current->files;
    bool locked = files_lock_shared(files);
    struct file *file = fd < files->capacity ? files->slots[fd] : NULL;

    if (file)
        file_get(file);
    if (locked)
        spin_unlock(&files->lock);
    return file;
}

struct file *fd_get(unsigned fd)
{
    struct file *file = fd_get_any(fd);

    if (file && unlikely(file->mode & FMODE_PATH)) {
        file_put(file);
        return NULL;
    }
    return file;
}

unsigned files_limit_max = FILES_LIMIT_MAX;

static unsigned fd_limit(void)
{
    unsigned long limit = vfs_hooks.limit(RLIMIT_NOFILE);

    return (unsigned)min_t(unsigned long, limit, atomic_load(&files_limit_max));
}

static void files_mark(struct files *files, unsigned fd, unsigned flags)
{
    bitmap_set(files->used, fd);
    if (flags & O_CLOEXEC)
        bitmap_set(files->close_on_exec, fd);
    else
        bitmap_clear(files->close_on_exec, fd);
    if (fd == files->lowest_free)
        files->lowest_free = fd + 1;
}

int fd_reserve(unsigned lowest, unsigned flags)
{
    struct files *files = current->files;
    unsigned limit = fd_limit();

    if (lowest >= limit)
        return lowest == 0 ? -EMFILE : -EINVAL;
    for (;;) {
        unsigned capacity, fd;

        spin_lock(&files->lock);
        capacity = files->capacity;
        fd = max(lowest, files->lowest_free);
        if (fd < capacity)
            fd = (unsigned)bitmap_find_zero(files->used, capacity, fd);
        if (fd < capacity && fd < limit)
            files_mark(files, fd, flags);
        spin_unlock(&files->lock);
        if (fd >= limit)
            return -EMFILE;
        if (fd < capacity)
            return (int)fd;
        if (files_grow(files, fd + 1) != 0)
            return -ENOMEM;
    }
}

void fd_fill(unsigned fd, struct file *file)
{
    struct files *files = current->files;

    spin_lock(&files->lock);
    assert(!files->slots[fd]);
    files->slots[fd] = file;
    spin_unlock(&files->lock);
}

void fd_unreserve(unsigned fd)
{
    struct files *files = current->files;

    spin_lock(&files->lock);
    bitmap_clear(files->used, fd);
    bitmap_clear(files->close_on_exec, fd);
    files->lowest_free = min(files->lowest_free, fd);
    spin_unlock(&files->lock);
}

int fd_close(unsigned fd)
{
    struct files *files = current->files;
    struct file *file;

    spin_lock(&files->lock);
    file = files_take(files, fd);
    spin_unlock(&files->lock);
    if (!file)
        return -EBADF;
    files_drop(files, file);
    return 0;
}

/* The first slot in use from *fd to last; false: there is none. Under the lock. */
static bool files_next_used(const struct files *files, unsigned *fd, unsigned last)
{
    *fd = (unsigned)bitmap_find_set(files->used, files->capacity, min(*fd, files->capacity));
    return *fd < files->capacity && *fd <= last;
}

void fd_close_range(unsigned first, unsigned last)
{
    struct files *files = current->files;
    bool more = true;

    for (unsigned fd = first; more; fd++) {
        struct file *file = NULL;

        spin_lock(&files->lock);
        more = files_next_used(files, &fd, last);
        if (more)
            file = files_take(files, fd);
        spin_unlock(&files->lock);
        if (file)
            files_drop(files, file);
    }
}

void fd_cloexec_range(unsigned first, unsigned last)
{
    struct files *files = current->files;

    spin_lock(&files->lock);
    for (unsigned fd = first; files_next_used(files, &fd, last); fd++)
        if (files->slots[fd])
            bitmap_set(files->close_on_exec, fd);
    spin_unlock(&files->lock);
}

/* Puts `file` in slot fd, which exists. *replaced: what was there. -EBUSY: another thread is about
 * to fill it. */
static int files_replace(struct files *files, unsigned fd, struct file *file, unsigned flags,
                         struct file **replaced)
{
    int err = 0;

    spin_lock(&files->lock);
    *replaced = files->slots[fd];
    if (!*replaced && bitmap_test(files->used, fd)) {
        err = -EBUSY;
    } else {
        files->slots[fd] = file;
        files_mark(files, fd, flags);
    }
    spin_unlock(&files->lock);
    return err;
}

int fd_dup_to(unsigned old_fd, unsigned new_fd, unsigned flags)
{
    struct files *files = current->files;
    struct file *file, *replaced = NULL;
    int err = 0;

    if (new_fd >= fd_limit())
        return -EBADF;
    file = fd_get_any(old_fd);
    if (!file)
        return -EBADF;
    if (new_fd >= atomic_load(&files->capacity))
        err = files_grow(files, new_fd + 1);
    if (err == 0)
        err = files_replace(files, new_fd, file, flags, &replaced);
    if (err) {
        file_put(file);
        return err;
    }
    if (replaced)
        files_drop(files, replaced);
    return (int)new_fd;
}

unsigned fd_capacity(void)
{
    return atomic_load(&current->files->capacity);
}

unsigned long fd_used_word(unsigned word)
{
    struct files *files = current->files;
    unsigned long used = 0;

    spin_lock(&files->lock);
    if (word < BITMAP_WORDS(files->capacity))
        used = files->used[word];
    spin_unlock(&files->lock);
    return used;
}

int fd_cloexec_get(unsigned fd)
{
    struct files *files = current->files;
    int result = -EBADF;

    spin_lock(&files->lock);
    if (fd < files->capacity && files->slots[fd])
        result = bitmap_test(files->close_on_exec, fd);
    spin_unlock(&files->lock);
    return result;
}

int fd_cloexec_set(unsigned fd, bool enabled)
{
    struct files *files = current->files;
    int result = -EBADF;

    spin_lock(&files->lock);
    if (fd < files->capacity && files->slots[fd]) {
        if (enabled)
            bitmap_set(files->close_on_exec, fd);
        else
            bitmap_clear(files->close_on_exec, fd);
        result = 0;
    }
    spin_unlock(&files->lock);
    return result;
}
