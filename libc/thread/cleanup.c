/* What pthread_cleanup_push and pthread_cleanup_pop stand for. */
#include "libc/thread/thread.h"

void __cleanup_push(struct limen_cleanup *cleanup)
{
    struct limen_thread *self = thread_self();

    cleanup->previous = self->cleanups;
    self->cleanups = cleanup;
}

void __cleanup_pop(struct limen_cleanup *cleanup, int run)
{
    thread_self()->cleanups = cleanup->previous;
    if (run)
        cleanup->function(cleanup->arg);
}

void __thread_run_cleanups(struct limen_thread *self)
{
    while (self->cleanups)
        __cleanup_pop(self->cleanups, 1);
}
