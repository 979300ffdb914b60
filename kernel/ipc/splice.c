/*
 * splice(2), tee(2). See splice.h.
 *
 * Between pipes it is the slots that move; a page may be in slots of several pipes then, of which
 * only the first may be written to behind its end (struct pipe_slot.is_fixed).
 *
 * To a file, who splices is for that time the pipe's only reader (pipe->is_drained): the bytes stay
 * in the pipe until the file has taken them, and no lock is held while it does.
 *
 * Locking: pipe->lock; two pipes' in the order of their addresses.
 */
#include "kernel/ipc/splice.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/ipc/pipe_internal.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/proc/task.h"

bool splice_is_circle(const struct file *in, const struct file *out)
{
    return in->private == out->private;
}

int splice_await_room(struct file *out, bool is_nonblocking)
{
    struct pipe *pipe = out->private;
    int err = 0;

    if (!pipe_can_write(pipe))
        err = is_nonblocking ? -EAGAIN
                             : wait_event_exclusive(&pipe->write_wait, pipe_can_write(pipe));
    if (err == 0 && READ_ONCE(pipe->readers) == 0) {
        signal_send_current(SIGPIPE);
        err = -EPIPE;
    }
    return err;
}

/* Waits until there is something to read, or nobody left to write it. */
static int await_bytes(struct pipe *pipe, bool is_nonblocking)
{
    if (pipe_can_read(pipe))
        return 0;
    if (is_nonblocking)
        return -EAGAIN;
    return wait_event_exclusive(&pipe->read_wait, pipe_can_read(pipe));
}

static void pipes_lock(struct pipe *a, struct pipe *b)
{
    mutex_lock(a < b ? &a->lock : &b->lock);
    mutex_lock_nested(a < b ? &b->lock : &a->lock);
}

/* The first `size` bytes of a slot as one of another pipe, which shares the page. */
static void slot_share(struct pipe *to, const struct pipe_slot *slot, size_t size)
{
    struct pipe_slot copy = *slot;

    page_get(copy.page);
    copy.length = (unsigned)size;
    copy.is_fixed = true;
    *pipe_slot(to, to->head) = copy;
    WRITE_ONCE(to->head, to->head + 1);
}

/* Copies slots until `size` bytes or the other pipe is full. Under both locks. */
static ssize_t slots_copy(struct pipe *from, struct pipe *to, size_t size)
{
    size_t done = 0;

    for (unsigned i = from->tail; i != from->head && done < size && !pipe_is_full(to); i++) {
        const struct pipe_slot *slot = pipe_slot(from, i);
        size_t part = min((size_t)slot->length, size - done);

        slot_share(to, slot, part);
        done += part;
    }
    return (ssize_t)done;
}

/* The same, and what was copied leaves the first pipe. */
static ssize_t slots_move(struct pipe *from, struct pipe *to, size_t size)
{
    ssize_t done = slots_copy(from, to, size);

    pipe_consume(from, (size_t)done);
    return done;
}

/* One look at both: bytes, 0 at the end, -EAGAIN when nothing could be moved, -EPIPE. */
static ssize_t pipes_once(struct pipe *from, struct pipe *to, size_t size,
                          ssize_t (*transfer)(struct pipe *, struct pipe *, size_t))
{
    ssize_t done;

    pipes_lock(from, to);
    if (to->readers == 0)
        done = -EPIPE;
    else if (from->is_drained)
        done = -EAGAIN;
    else
        done = transfer(from, to, size);
    if (done == 0 && (pipe_used(from) != 0 || from->writers != 0))
        done = -EAGAIN;
    mutex_unlock(&from->lock);
    mutex_unlock(&to->lock);
    if (done > 0) {
        wake_up(&to->read_wait);
        wake_up(&from->write_wait);
    }
    return done;
}

static ssize_t pipes_transfer(struct file *in, struct file *out, size_t size, bool is_nonblocking,
                              ssize_t (*transfer)(struct pipe *, struct pipe *, size_t))
{
    for (;;) {
        ssize_t done;
        int err = await_bytes(in->private, is_nonblocking);

        if (err == 0)
            err = splice_await_room(out, is_nonblocking);
        if (err)
            return err;
        done = pipes_once(in->private, out->private, size, transfer);
        if (done != -EAGAIN || is_nonblocking) {
            if (done == -EPIPE)
                signal_send_current(SIGPIPE);
            return done;
        }
    }
}

ssize_t splice_pipes(struct file *in, struct file *out, size_t size, bool is_nonblocking)
{
    return pipes_transfer(in, out, size, is_nonblocking, slots_move);
}

ssize_t splice_tee(struct file *in, struct file *out, size_t size, bool is_nonblocking)
{
    return pipes_transfer(in, out, size, is_nonblocking, slots_copy);
}

/* Becomes the pipe's only reader: 1, 0 at its end, or an error. */
static int drain_begin(struct pipe *pipe, bool is_nonblocking)
{
    for (;;) {
        int err = await_bytes(pipe, is_nonblocking), result = 0;

        if (err)
            return err;
        mutex_lock(&pipe->lock);
        if (!pipe->is_drained && pipe_used(pipe) != 0)
            result = pipe->is_drained = true;
        else if (pipe->is_drained || pipe->writers != 0)
            result = -EAGAIN;
        mutex_unlock(&pipe->lock);
        if (result != -EAGAIN || is_nonblocking)
            return result;
    }
}

static void drain_end(struct pipe *pipe)
{
    mutex_lock(&pipe->lock);
    WRITE_ONCE(pipe->is_drained, false);
    mutex_unlock(&pipe->lock);
    wake_up_all(&pipe->read_wait);
}

/* Writes what the first slot holds, up to `size`, and takes it out of the pipe. */
static ssize_t drain_slot(struct pipe *pipe, struct file *out, loff_t *pos, size_t size)
{
    struct pipe_slot slot;
    struct iter iter;
    ssize_t done;

    mutex_lock(&pipe->lock);
    slot = *pipe_slot(pipe, pipe->tail);
    page_get(slot.page);
    mutex_unlock(&pipe->lock);
    iter_kernel(&iter, (char *)page_to_virt(slot.page) + slot.offset,
                min((size_t)slot.length, size));
    done = pos ? file_write_at(out, &iter, pos) : file_write(out, &iter);
    page_put(slot.page);
    if (done <= 0)
        return done;
    mutex_lock(&pipe->lock);
    pipe_consume(pipe, (size_t)done);
    mutex_unlock(&pipe->lock);
    wake_up(&pipe->write_wait);
    return done;
}

ssize_t splice_to_file(struct file *pipe_file, struct file *out, loff_t *pos, size_t size,
                       bool is_nonblocking)
{
    struct pipe *pipe = pipe_file->private;
    int begun = drain_begin(pipe, is_nonblocking);
    ssize_t moved = 0;
    size_t done = 0;

    if (begun <= 0)
        return begun;
    while (done < size && pipe_used(pipe) != 0 && !(done && thread_interrupted())) {
        moved = drain_slot(pipe, out, pos, size - done);
        if (moved <= 0)
            break;
        done += (size_t)moved;
    }
    drain_end(pipe);
    return done ? (ssize_t)done : moved;
}

/* Up to a page of the file: bytes, 0 at its end. */
static ssize_t page_read(struct file *in, loff_t *pos, struct page *page, size_t size)
{
    struct iter iter;

    iter_kernel(&iter, page_to_virt(page), size);
    return pos ? file_read_at(in, &iter, pos) : file_read(in, &iter);
}

/* Puts a page into the pipe; if somebody else has filled it meanwhile, waits as long as it takes,
 * for the bytes can't go back. The page is the pipe's, or freed. -EPIPE, -ERESTARTSYS (death). */
static int page_put_into(struct pipe *pipe, struct page *page, size_t size)
{
    int err;

    do {
        err = wait_event_killable(&pipe->write_wait, pipe_can_write(pipe));
        if (err)
            break;
        mutex_lock(&pipe->lock);
        if (pipe->readers == 0) {
            err = -EPIPE;
        } else if (pipe_is_full(pipe)) {
            err = -EAGAIN;
        } else {
            *pipe_slot(pipe, pipe->head) =
                (struct pipe_slot){.page = page, .length = (unsigned)size};
            WRITE_ONCE(pipe->head, pipe->head + 1);
        }
        mutex_unlock(&pipe->lock);
    } while (err == -EAGAIN);
    if (err)
        page_put(page);
    else
        wake_up(&pipe->read_wait);
    return err;
}

/* A page of the file into the pipe: bytes, 0, or an error. */
static ssize_t fill_slot(struct file *in, loff_t *pos, struct pipe *pipe, size_t size)
{
    struct page *page = page_alloc(0, 0);
    ssize_t got;
    int err;

    if (!page)
        return -ENOMEM;
    got = page_read(in, pos, page, min(size, PAGE_SIZE));
    if (got <= 0) {
        page_put(page);
        return got;
    }
    err = page_put_into(pipe, page, (size_t)got);
    return err ? err : got;
}

ssize_t splice_from_file(struct file *in, loff_t *pos, struct file *pipe_file, size_t size,
                         bool is_nonblocking)
{
    struct pipe *pipe = pipe_file->private;
    ssize_t moved = splice_await_room(pipe_file, is_nonblocking);
    size_t done = 0;

    if (moved)
        return moved;
    while (done < size && !pipe_is_full(pipe)) {
        size_t wanted = min(size - done, PAGE_SIZE);

        moved = fill_slot(in, pos, pipe, wanted);
        if (moved > 0)
            done += (size_t)moved;
        if (moved < (ssize_t)wanted || thread_interrupted())
            break;
    }
    if (moved == -EPIPE)
        signal_send_current(SIGPIPE);
    return done ? (ssize_t)done : moved;
}
