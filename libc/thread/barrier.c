/* Barriers: nobody goes on before all have arrived. */
#include <errno.h>
#include <pthread.h>

int pthread_barrier_init(pthread_barrier_t *restrict barrier,
                         const pthread_barrierattr_t *restrict attr, unsigned int count)
{
    (void)attr;
    if (count == 0)
        return EINVAL;
    *barrier = (pthread_barrier_t){.needed = count};
    return 0;
}

/* Those whom the last one let go may still be on their way out: the mutex is theirs till then. */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    pthread_mutex_lock(&barrier->mutex);
    while (barrier->leaving > 0)
        pthread_cond_wait(&barrier->full, &barrier->mutex);
    pthread_mutex_unlock(&barrier->mutex);
    return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    unsigned int turn;
    int result = 0;

    pthread_mutex_lock(&barrier->mutex);
    turn = barrier->turn;
    if (++barrier->arrived == barrier->needed) {
        barrier->turn++;
        barrier->leaving += barrier->needed;
        barrier->arrived = 0;
        result = PTHREAD_BARRIER_SERIAL_THREAD;
        pthread_cond_broadcast(&barrier->full);
    }
    while (turn == barrier->turn)
        pthread_cond_wait(&barrier->full, &barrier->mutex);
    if (--barrier->leaving == 0)
        pthread_cond_broadcast(&barrier->full);
    pthread_mutex_unlock(&barrier->mutex);
    return result;
}
