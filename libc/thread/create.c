/* pthread_create: another thread, on a stack that is mapped for it, below which a guard lies. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "libc/thread/thread.h"

#define PAGE_BYTES 4096UL
#define GUARD_BYTES PAGE_BYTES
/* More is refused, and sums with it don't overflow. */
#define STACK_MOST_BYTES (1UL << 46)

#define THREAD_FLAGS                                                                    \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static struct limen_thread *thread_map(size_t stack_bytes)
{
    size_t bytes = GUARD_BYTES + stack_bytes + __tls_bytes();
    struct limen_thread *thread;
    char *map;

    bytes = (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (map == MAP_FAILED)
        return NULL;
    if (mprotect(map, GUARD_BYTES, PROT_NONE) < 0) {
        munmap(map, bytes);
        return NULL;
    }
    thread = __tls_place(map, bytes);
    thread->map = map;
    thread->map_bytes = bytes;
    return thread;
}

static int thread_run(void *arg)
{
    struct limen_thread *self = arg;

    pthread_exit(self->function(self->value));
}

int pthread_create(pthread_t *restrict place, const pthread_attr_t *restrict attr,
                   void *(*function)(void *), void *restrict arg)
{
    size_t stack_bytes = attr ? attr->stack_bytes : THREAD_STACK_BYTES;
    int error = errno;
    struct limen_thread *thread;

    if (!__thread_fs_set)
        __thread_set_fs(&__thread_main);
    thread = stack_bytes <= STACK_MOST_BYTES ? thread_map(stack_bytes) : NULL;
    if (!thread)
        goto no_thread;
    thread->function = function;
    thread->value = arg;
    thread->state = attr && attr->detach_state ? THREAD_DETACHED : THREAD_JOINABLE;
    __atomic_add_fetch(&__thread_count, 1, __ATOMIC_RELAXED);
    /* Before it runs: it may be over, and its structure gone, when clone comes back. */
    *place = thread;
    if (clone(thread_run, __tls_of(thread), THREAD_FLAGS, thread, &thread->tid, thread,
              &thread->tid) < 0)
        goto unmap;
    errno = error;
    return 0;

unmap:
    __atomic_sub_fetch(&__thread_count, 1, __ATOMIC_RELAXED);
    munmap(thread->map, thread->map_bytes);
no_thread:
    errno = error;
    return EAGAIN;
}
