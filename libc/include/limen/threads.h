/* The types of <pthread.h>, which <sys/types.h> has to name as well.  */
#ifndef LIMEN_LIBC_LIMEN_THREADS_H
#define LIMEN_LIBC_LIMEN_THREADS_H

struct limen_thread;

struct limen_thread_attr {
    unsigned long stack_bytes;
    int detach_state;
};

struct limen_mutex {
    int word;
    int type;
    int owner; /* its thread's number, where the type asks for it */
    int depth;
};

struct limen_cond {
    int turn;
    int clock;
};

struct limen_rwlock {
    struct limen_mutex mutex;
    struct limen_cond changed;
    int readers;
    int writer; /* the number of the thread that writes */
    int writers_waiting;
};

struct limen_barrier {
    struct limen_mutex mutex;
    struct limen_cond full;
    unsigned int needed;
    unsigned int arrived;
    unsigned int leaving;
    unsigned int turn;
};

struct limen_mutexattr {
    int type;
    int shared;
};

/* Of a condition, a read-write lock, a barrier. */
struct limen_sharedattr {
    int clock;
    int shared;
};

typedef struct limen_thread *pthread_t;
typedef struct limen_thread_attr pthread_attr_t;
typedef struct limen_mutex pthread_mutex_t;
typedef struct limen_mutexattr pthread_mutexattr_t;
typedef struct limen_cond pthread_cond_t;
typedef struct limen_sharedattr pthread_condattr_t;
typedef struct limen_rwlock pthread_rwlock_t;
typedef struct limen_sharedattr pthread_rwlockattr_t;
typedef struct limen_barrier pthread_barrier_t;
typedef struct limen_sharedattr pthread_barrierattr_t;
typedef int pthread_spinlock_t;
typedef int pthread_once_t;
typedef unsigned int pthread_key_t;

#endif
