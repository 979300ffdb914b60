/* <pthread.h>, <semaphore.h>: threads, what they wait for, and what of libc they share. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 6

static __thread int own = 41;
static __thread char own_bytes[100];
static _Alignas(64) __thread long aligned = 7;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static long counter;

static void start_all(pthread_t *threads, void *(*function)(void *))
{
    for (intptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, function, (void *)i) != 0)
            printf("no thread\n");
    }
}

static long join_all(pthread_t *threads)
{
    long sum = 0;

    for (int i = 0; i < THREADS; i++) {
        void *result;

        printf("%d", pthread_join(threads[i], &result));
        sum += (intptr_t)result;
    }
    printf("\n");
    return sum;
}

static void *count_up(void *arg)
{
    for (int i = 0; i < 5000; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    own += (int)(intptr_t)arg;
    errno = own;
    own_bytes[99]++;
    aligned++;
    sched_yield();
    return (void *)(intptr_t)(errno + own_bytes[99] + aligned + ((uintptr_t)&aligned % 64 != 0));
}

static void counting(void)
{
    pthread_t threads[THREADS];

    errno = 5;
    start_all(threads, count_up);
    printf("sum %ld\n", join_all(threads));
    printf("counter %ld, own %d %d %ld, errno %d\n", counter, own, own_bytes[99], aligned, errno);
    printf("%d\n", pthread_join(pthread_self(), NULL) == EDEADLK);
    printf("%d\n", pthread_equal(pthread_self(), pthread_self()) != 0);
}

/* One slot, filled by one side and emptied by the other. */
static int slot = -1;

static void *produce(void *arg)
{
    for (int i = 0; i < 300; i++) {
        pthread_mutex_lock(&mutex);
        while (slot >= 0)
            pthread_cond_wait(&cond, &mutex);
        slot = i;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *consume(void *arg)
{
    long *sum = arg;

    for (int i = 0; i < 300; i++) {
        pthread_mutex_lock(&mutex);
        while (slot < 0)
            pthread_cond_wait(&cond, &mutex);
        *sum += slot;
        slot = -1;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void conditions(void)
{
    struct timespec deadline = {1, 0}, bad = {1, 1000000000};
    pthread_condattr_t attr;
    pthread_t threads[4];
    long sum = 0;

    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, i % 2 ? produce : consume, &sum);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    printf("sum %ld slot %d\n", sum, slot);
    pthread_mutex_lock(&mutex);
    printf("%d\n", pthread_cond_timedwait(&cond, &mutex, &deadline) == ETIMEDOUT);
    printf("%d\n", pthread_cond_timedwait(&cond, &mutex, &bad) == EINVAL);
    printf("%d\n", pthread_mutex_trylock(&mutex) == EBUSY);
    printf("%d\n", pthread_mutex_timedlock(&mutex, &deadline) == ETIMEDOUT);
    printf("%d\n", pthread_mutex_timedlock(&mutex, &bad) == EINVAL);
    pthread_condattr_init(&attr);
    printf("%d", pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
    printf(" %d\n", pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID) == EINVAL);
    pthread_cond_init(&cond, &attr);
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    printf("%d\n", pthread_cond_timedwait(&cond, &mutex, &deadline) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
}

static void *try_mutex(void *arg)
{
    int busy = pthread_mutex_trylock(arg);
    int other = pthread_mutex_unlock(arg);

    return (void *)(intptr_t)((busy == EBUSY) * 10 + (other == EPERM));
}

static void mutexes(void)
{
    static const int types[] = {PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK};
    pthread_mutexattr_t attr;
    pthread_mutex_t typed;
    pthread_t thread;
    void *result;

    pthread_mutexattr_init(&attr);
    printf("%d\n", pthread_mutexattr_settype(&attr, 99) == EINVAL);
    for (int i = 0; i < 2; i++) {
        pthread_mutexattr_settype(&attr, types[i]);
        pthread_mutex_init(&typed, &attr);
        printf("%d", pthread_mutex_unlock(&typed) == EPERM);
        printf(" %d", pthread_mutex_lock(&typed));
        printf(" %d", pthread_mutex_lock(&typed) == (i ? EDEADLK : 0));
        printf(" %d", pthread_mutex_trylock(&typed) == (i ? EBUSY : 0));
        pthread_create(&thread, NULL, try_mutex, &typed);
        pthread_join(thread, &result);
        printf(" %d", (int)(intptr_t)result);
        for (int k = 0; k < 4; k++)
            printf(" %d", pthread_mutex_unlock(&typed) == EPERM);
        printf(" %d\n", pthread_mutex_destroy(&typed));
    }
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static long pair[2];

static void *read_or_write(void *arg)
{
    long torn = 0;

    for (int i = 0; i < 500; i++) {
        if ((intptr_t)arg < 2) {
            pthread_rwlock_wrlock(&rwlock);
            pair[0]++;
            pair[1]++;
        } else {
            pthread_rwlock_rdlock(&rwlock);
            torn += pair[0] != pair[1];
        }
        pthread_rwlock_unlock(&rwlock);
    }
    return (void *)torn;
}

static void rwlocks(void)
{
    pthread_t threads[THREADS];

    start_all(threads, read_or_write);
    printf("torn %ld\n", join_all(threads));
    printf("%ld %ld\n", pair[0], pair[1]);
    pthread_rwlock_rdlock(&rwlock);
    printf("%d %d\n", pthread_rwlock_tryrdlock(&rwlock),
           pthread_rwlock_trywrlock(&rwlock) == EBUSY);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_wrlock(&rwlock);
    printf("%d\n", pthread_rwlock_tryrdlock(&rwlock) == EBUSY);
    printf("%d %d\n", pthread_rwlock_rdlock(&rwlock) == EDEADLK,
           pthread_rwlock_wrlock(&rwlock) == EDEADLK);
    pthread_rwlock_unlock(&rwlock);
}

static pthread_barrier_t barrier;
static int rounds[THREADS];

static void *meet(void *arg)
{
    intptr_t wrong = 0, serial = 0;

    for (int i = 1; i <= 50; i++) {
        rounds[(intptr_t)arg] = i;
        serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        for (int k = 0; k < THREADS; k++)
            wrong += rounds[k] != i;
        pthread_barrier_wait(&barrier);
    }
    return (void *)(wrong * 1000 + serial);
}

static void barriers(void)
{
    pthread_t threads[THREADS];

    printf("%d\n", pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
    printf("%d\n", pthread_barrier_init(&barrier, NULL, THREADS));
    start_all(threads, meet);
    printf("serial %ld\n", join_all(threads));
    printf("%d\n", pthread_barrier_destroy(&barrier));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int once_count;

static void once_run(void)
{
    usleep(1000);
    once_count++;
}

static void *once_call(void *arg)
{
    pthread_once(&once, once_run);
    return (void *)(intptr_t)(once_count + (arg == NULL) * 0);
}

static pthread_key_t key, second;
static int destroyed;

static void destroy(void *value)
{
    __atomic_add_fetch(&destroyed, (int)(intptr_t)value, __ATOMIC_RELAXED);
    /* Set again: destroyed once more, but not for ever. */
    if (value == (void *)1)
        pthread_setspecific(key, (void *)2);
}

static void *use_key(void *arg)
{
    intptr_t before = (intptr_t)pthread_getspecific(key);

    pthread_setspecific(key, (void *)1);
    pthread_setspecific(second, arg);
    return (void *)before;
}

static void own_values(void)
{
    pthread_t threads[THREADS];
    pthread_key_t last = 0;
    int count = 0;

    start_all(threads, once_call);
    printf("once %ld\n", join_all(threads));
    printf("%d %d\n", pthread_key_create(&key, destroy), pthread_key_create(&second, NULL));
    pthread_setspecific(key, (void *)100);
    start_all(threads, use_key);
    printf("before %ld\n", join_all(threads));
    printf("destroyed %d, own %ld\n", destroyed, (long)(intptr_t)pthread_getspecific(key));
    pthread_key_delete(key);
    printf("%d\n", pthread_setspecific(12345, NULL) == EINVAL);
    while (count < 100 && pthread_key_create(&last, NULL) == 0) {
        if (pthread_getspecific(last))
            printf("key has a value\n");
        count++;
    }
    printf("%d keys\n", count);
}

static sem_t semaphore, answers;

static void *sem_pass(void *arg)
{
    for (int i = 0; i < 200; i++) {
        sem_wait(&semaphore);
        sem_post(&answers);
    }
    return arg;
}

static void no_effect(int sig)
{
    (void)sig;
}

static void semaphores(void)
{
    struct timespec past = {1, 0}, bad = {1, -1};
    struct sigaction act = {.sa_handler = no_effect};
    pthread_t threads[THREADS];
    int value;

    printf("%d", sem_init(&semaphore, 0, 0x80000000U));
    printf(" %d\n", errno == EINVAL);
    sem_init(&semaphore, 0, 3);
    sem_init(&answers, 0, 0);
    start_all(threads, sem_pass);
    for (int i = 0; i < 200 * THREADS - 3; i++)
        sem_post(&semaphore);
    join_all(threads);
    sem_getvalue(&semaphore, &value);
    printf("%d", value);
    sem_getvalue(&answers, &value);
    printf(" %d\n", value);
    printf("%d", sem_trywait(&semaphore));
    printf(" %d\n", errno == EAGAIN);
    printf("%d", sem_timedwait(&semaphore, &past));
    printf(" %d\n", errno == ETIMEDOUT);
    printf("%d", sem_timedwait(&semaphore, &bad));
    printf(" %d\n", errno == EINVAL);
    sigaction(SIGALRM, &act, NULL);
    alarm(1);
    printf("%d", sem_wait(&semaphore));
    printf(" %d\n", errno == EINTR);
    sem_init(&semaphore, 0, 0x7fffffff);
    printf("%d", sem_post(&semaphore));
    printf(" %d\n", errno == EOVERFLOW);
}

/* Between processes, in memory that they share. */
struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    sem_t done;
    int turn;
};

static void between_processes(void)
{
    struct shared *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t mutexattr;
    pthread_condattr_t condattr;

    pthread_mutexattr_init(&mutexattr);
    pthread_mutexattr_setpshared(&mutexattr, PTHREAD_PROCESS_SHARED);
    pthread_condattr_init(&condattr);
    pthread_condattr_setpshared(&condattr, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &mutexattr);
    pthread_cond_init(&shared->cond, &condattr);
    sem_init(&shared->done, 1, 0);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            pthread_mutex_lock(&shared->mutex);
            while (shared->turn != i + 1)
                pthread_cond_wait(&shared->cond, &shared->mutex);
            shared->turn++;
            pthread_cond_broadcast(&shared->cond);
            pthread_mutex_unlock(&shared->mutex);
            sem_post(&shared->done);
            _exit(0);
        }
    }
    pthread_mutex_lock(&shared->mutex);
    shared->turn = 1;
    pthread_cond_broadcast(&shared->cond);
    pthread_mutex_unlock(&shared->mutex);
    for (int i = 0; i < 2; i++)
        sem_wait(&shared->done);
    printf("turn %d\n", shared->turn);
    while (wait(NULL) > 0)
        ;
    munmap(shared, sizeof(*shared));
}

static int cleaned;

static void clean(void *arg)
{
    cleaned = cleaned * 10 + (int)(intptr_t)arg;
}

static void *leave_early(void *arg)
{
    pthread_cleanup_push(clean, (void *)1);
    pthread_cleanup_push(clean, (void *)2);
    pthread_cleanup_push(clean, (void *)3);
    pthread_cleanup_pop(1);
    if (arg)
        pthread_exit((void *)77);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *detached_run(void *arg)
{
    sem_post(arg);
    return NULL;
}

static void endings(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    void *result;
    size_t size;
    int state;

    pthread_create(&thread, NULL, leave_early, (void *)1);
    pthread_join(thread, &result);
    printf("%d %d\n", (int)(intptr_t)result, cleaned);
    pthread_attr_init(&attr);
    pthread_attr_getstacksize(&attr, &size);
    printf("%d %d\n", size >= 1 << 20, pthread_attr_setstacksize(&attr, 100) == EINVAL);
    printf("%d\n", pthread_attr_setstacksize(&attr, 65536));
    printf("%d\n", pthread_attr_setdetachstate(&attr, 9) == EINVAL);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_getdetachstate(&attr, &state);
    printf("%d\n", state == PTHREAD_CREATE_DETACHED);
    sem_init(&answers, 0, 0);
    for (int i = 0; i < 50; i++) {
        if (pthread_create(&thread, i % 2 ? &attr : NULL, detached_run, &answers) != 0)
            printf("no thread %d\n", i);
        else if (i % 2 == 0)
            pthread_detach(thread);
    }
    for (int i = 0; i < 50; i++)
        sem_wait(&answers);
    pthread_attr_setstacksize(&attr, (size_t)1 << 60);
    printf("%d\n", pthread_create(&thread, &attr, detached_run, NULL) == EAGAIN);
    pthread_attr_destroy(&attr);
}

static volatile sig_atomic_t handled_by_other;
static pthread_t main_thread;

static void note_thread(int sig)
{
    (void)sig;
    handled_by_other = !pthread_equal(pthread_self(), main_thread);
}

static void *await_signal(void *arg)
{
    while (!handled_by_other)
        usleep(100);
    return arg;
}

static void signals(void)
{
    struct sigaction act = {.sa_handler = note_thread};
    sigset_t set, old;
    pthread_t thread;

    main_thread = pthread_self();
    sigaction(SIGUSR1, &act, NULL);
    pthread_create(&thread, NULL, await_signal, NULL);
    printf("%d %d\n", pthread_kill(thread, 0), pthread_kill(thread, SIGUSR1));
    pthread_join(thread, NULL);
    printf("%d\n", handled_by_other);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    printf("%d\n", pthread_sigmask(SIG_BLOCK, &set, NULL));
    printf("%d\n", pthread_sigmask(12345, &set, &old) == EINVAL);
    pthread_kill(pthread_self(), SIGUSR1);
    printf("%d\n", handled_by_other);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    printf("%d\n", handled_by_other);
}

int main(void)
{
    counting();
    conditions();
    mutexes();
    rwlocks();
    barriers();
    own_values();
    semaphores();
    between_processes();
    endings();
    signals();
    return 0;
}
