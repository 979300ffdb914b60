/* Semaphores without names, which may lie in memory that processes share. */
#ifndef LIMEN_LIBC_SEMAPHORE_H
#define LIMEN_LIBC_SEMAPHORE_H

#include <time.h>

/* The count, and in the sign bit whether anybody has ever waited. */
struct limen_semaphore {
    int word;
};
typedef struct limen_semaphore sem_t;

int sem_init(sem_t *semaphore, int shared, unsigned int value);
int sem_destroy(sem_t *semaphore);
int sem_post(sem_t *semaphore);
int sem_wait(sem_t *semaphore);
int sem_trywait(sem_t *semaphore);
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline);
int sem_getvalue(sem_t *restrict semaphore, int *restrict value);

#endif
