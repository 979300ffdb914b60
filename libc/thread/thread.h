/*
 * What libc knows of a thread, which lies where its FS points:
 *
 *      | guard | stack ......... | thread-local variables | struct limen_thread |
 *      map                                                FS = self
 *
 * A program that has neither a second thread nor thread-local variables never sets FS: its one
 * thread is __thread_main, and nothing of this costs it a system call.
 *
 * See System V ABI, AMD64 supplement, and "ELF Handling For Thread-Local Storage", variant II.
 */
#ifndef LIMEN_LIBC_THREAD_THREAD_H
#define LIMEN_LIBC_THREAD_THREAD_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* As much as Linux gives to a process: it is address space, not memory. */
#define THREAD_STACK_BYTES (8UL << 20)

struct thread_value {
    void *value;
    unsigned long turn; /* the key's when this was stored: an older one is not its value */
};

enum {
    THREAD_JOINABLE,
    THREAD_DETACHED,
    THREAD_ENDED, /* or about to be, and not yet joined */
};

struct limen_thread {
    struct limen_thread *self; /* at FS:0, where the ABI wants it */
    int error;                 /* errno */
    int tid;                   /* 0 once it has ended: the kernel clears it, and wakes join */
    int state;
    void *(*function)(void *);
    void *value; /* the function's argument, later its result */
    struct limen_cleanup *cleanups;
    char *map; /* NULL: __thread_main's, which is not freed */
    size_t map_bytes;
    struct thread_value values[PTHREAD_KEYS_MAX];
};

/* Whether FS points to the calling thread's structure. */
extern bool __thread_fs_set;
extern struct limen_thread __thread_main;
/* Threads that have not ended. */
extern int __thread_count;

static inline struct limen_thread *thread_self(void)
{
    struct limen_thread *self = &__thread_main;

    if (__thread_fs_set) /* volatile: what depends on the test is not to be done before it */
        __asm__ volatile("mov %%fs:0, %0" : "=r"(self));
    return self;
}

/* The calling thread's number; from here on struct limen_thread has it. */
int __thread_tid(void);

/* Makes thread_self() ask FS; to be called before there is a second thread. */
void __thread_set_fs(struct limen_thread *self);

/* At the start: if the program has thread-local variables, the first thread gets its own. */
void __tls_start(void);
/* Bytes that a structure with its variables needs, wherever they begin. */
size_t __tls_bytes(void);
/* Puts structure and variables at the upper end of the piece; the structure. */
struct limen_thread *__tls_place(char *start, size_t bytes);
/* Where the variables of a thread begin: the end of its stack. */
char *__tls_of(struct limen_thread *thread);

/* What pthread_exit does, in this order; a program that doesn't use them has neither. */
void __thread_run_cleanups(struct limen_thread *self);
void __thread_run_destructors(struct limen_thread *self);

/* Gives up the calling thread's own stack and ends it. */
_Noreturn void __thread_unmap_self(void *map, size_t bytes);

/* fork, at the three moments of pthread_atfork; weak. */
void __atfork_prepare(void);
void __atfork_parent(void);
void __atfork_child(void);

#endif
