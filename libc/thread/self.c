/* The calling thread, and whether two are the same. */
#include <unistd.h>

#include "kernel/abi/prctl.h"
#include "libc/errno/syscall_return.h"
#include "libc/thread/thread.h"

bool __thread_fs_set;
struct limen_thread __thread_main;
int __thread_count = 1;

pthread_t pthread_self(void)
{
    return thread_self();
}

int pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}

int __thread_tid(void)
{
    struct limen_thread *self = thread_self();

    if (self->tid == 0)
        self->tid = gettid();
    return self->tid;
}

void __thread_set_fs(struct limen_thread *self)
{
    self->self = self;
    __sys_arch_prctl(ARCH_SET_FS, (unsigned long)self);
    self->tid = (int)__sys_set_tid_address(&self->tid);
    __thread_fs_set = true;
}
