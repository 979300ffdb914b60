/*
 * fork: the child has the calling thread alone. Heap and list of streams are held meanwhile, so
 * that no other thread leaves them half changed in the child; a program without them has neither.
 */
#include <unistd.h>

#include "libc/errno/syscall_return.h"
#include "libc/malloc/heap.h"
#include "libc/stdio/file.h"
#include "libc/thread/thread.h"

#pragma weak __atfork_prepare
#pragma weak __atfork_parent
#pragma weak __atfork_child
#pragma weak __heap_lock
#pragma weak __stdio_lock
#pragma weak __stdio_fork_child

static void locks_take(void)
{
    if (&__stdio_lock)
        __lock(&__stdio_lock);
    if (&__heap_lock)
        __lock(&__heap_lock);
}

static void locks_give(void)
{
    if (&__heap_lock)
        __unlock(&__heap_lock);
    if (&__stdio_lock)
        __unlock(&__stdio_lock);
}

static void child_start(void)
{
    struct limen_thread *self = thread_self();

    self->tid = __thread_fs_set ? (int)__sys_set_tid_address(&self->tid) : 0;
    __thread_count = 1;
    if (__stdio_fork_child)
        __stdio_fork_child();
}

pid_t fork(void)
{
    long pid;

    if (__atfork_prepare)
        __atfork_prepare();
    locks_take();
    pid = __sys_fork();
    if (pid == 0)
        child_start();
    locks_give();
    if (__atfork_prepare)
        (pid == 0 ? __atfork_child : __atfork_parent)();
    return (pid_t)__syscall_return(pid);
}
