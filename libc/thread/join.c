/* pthread_join and pthread_detach: who frees a thread's stack. */
#include <errno.h>
#include <sys/mman.h>

#include "libc/thread/lock.h"
#include "libc/thread/thread.h"

int pthread_join(pthread_t thread, void **result)
{
    int tid;

    if (thread == thread_self())
        return EDEADLK;
    if (__atomic_load_n(&thread->state, __ATOMIC_RELAXED) == THREAD_DETACHED)
        return EINVAL;
    while ((tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE)) != 0)
        __futex_wait(&thread->tid, tid, CLOCK_MONOTONIC, NULL);
    if (result)
        *result = thread->value;
    if (thread->map)
        munmap(thread->map, thread->map_bytes);
    return 0;
}

int pthread_detach(pthread_t thread)
{
    int state = THREAD_JOINABLE;

    if (__atomic_compare_exchange_n(&thread->state, &state, THREAD_DETACHED, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return 0;
    return state == THREAD_ENDED ? pthread_join(thread, NULL) : EINVAL;
}
