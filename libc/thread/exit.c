/* pthread_exit: ends the calling thread, and with the last one the process. */
#include <signal.h>
#include <stdlib.h>

#include "gen/syscall_decls.h"
#include "libc/thread/thread.h"

#pragma weak __thread_run_cleanups
#pragma weak __thread_run_destructors

_Noreturn void pthread_exit(void *result)
{
    struct limen_thread *self = thread_self();
    int joinable = THREAD_JOINABLE;
    sigset_t all;

    self->value = result;
    if (__thread_run_cleanups)
        __thread_run_cleanups(self);
    if (__thread_run_destructors)
        __thread_run_destructors(self);
    if (__atomic_sub_fetch(&__thread_count, 1, __ATOMIC_ACQ_REL) == 0)
        exit(EXIT_SUCCESS);
    /* No handler may run on a stack that is about to go. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (!__atomic_compare_exchange_n(&self->state, &joinable, THREAD_ENDED, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE) &&
        self->map) {
        /* The kernel must not clear a word in what may be another's memory by then. */
        __sys_set_tid_address(NULL);
        __thread_unmap_self(self->map, self->map_bytes);
    }
    for (;;)
        __sys_exit(0);
}
