/*
 * Programs of eight threads that wait for each other on mutexes and condition variables, built with
 * musl and with glibc: the libcs go different ways to futexes, cancellation and a thread's end.
 * Each run is a process of its own; what it counts at its end tells whether a wake-up was lost,
 * came twice, or two were let in where one may be.
 */
#include "tests/stress/stress.h"

#include <pthread.h>

#define THREADS 8
#define HALF (THREADS / 2)
#define SLOTS 5 /* fewer than threads, so that both sides have to wait */
#define ITEMS 60
#define PHASES 12
#define OPENINGS 12
#define ROUNDS 60

/* Nothing here may fail: what does is told, and ends the run. */
static void must_be(const char *what, bool holds)
{
    if (!holds) {
        say("%s: no", what);
        _exit(1);
    }
}

#define MUST_BE(condition) must_be(#condition, condition)
#define DO(call) MUST_BE((call) == 0)

static void *const no_result;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long total; /* of all threads, under the mutex */

static void add(long amount)
{
    DO(pthread_mutex_lock(&mutex));
    total += amount;
    DO(pthread_mutex_unlock(&mutex));
}

/* Runs eight threads, each with its number, and checks what they have come to together. */
static void run_threads(void *(*body)(void *), long wanted)
{
    pthread_t threads[THREADS];
    void *result;

    total = 0;
    for (long i = 0; i < THREADS; i++)
        DO(pthread_create(&threads[i], NULL, body, (void *)i));
    for (long i = 0; i < THREADS; i++) {
        DO(pthread_join(threads[i], &result));
        MUST_BE(result == no_result);
    }
    MUST_BE(total == wanted);
}

/* --- A bounded queue: four put numbers in, four take them out. --- */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t not_full, not_empty;
    long slots[SLOTS];
    unsigned first, used;
} queue = {.mutex = PTHREAD_MUTEX_INITIALIZER,
           .not_full = PTHREAD_COND_INITIALIZER,
           .not_empty = PTHREAD_COND_INITIALIZER};

static void queue_put(long item)
{
    DO(pthread_mutex_lock(&queue.mutex));
    while (queue.used == SLOTS)
        DO(pthread_cond_wait(&queue.not_full, &queue.mutex));
    queue.slots[(queue.first + queue.used++) % SLOTS] = item;
    DO(pthread_cond_signal(&queue.not_empty));
    DO(pthread_mutex_unlock(&queue.mutex));
}

static long queue_take(void)
{
    long item;

    DO(pthread_mutex_lock(&queue.mutex));
    while (queue.used == 0)
        DO(pthread_cond_wait(&queue.not_empty, &queue.mutex));
    item = queue.slots[queue.first];
    queue.first = (queue.first + 1) % SLOTS;
    queue.used--;
    DO(pthread_mutex_unlock(&queue.mutex));
    DO(pthread_cond_signal(&queue.not_full)); /* not held: this is allowed too */
    return item;
}

static void *produce_or_consume(void *number)
{
    long base = (long)number * ITEMS, sum = 0;

    for (long i = 0; i < ITEMS; i++)
        if ((long)number < HALF)
            queue_put(base + i);
        else
            sum += queue_take();
    add(sum);
    return no_result;
}

static void run_queue(void)
{
    long items = HALF * ITEMS;

    run_threads(produce_or_consume, items * (items - 1) / 2);
    MUST_BE(queue.used == 0);
}

/* --- A barrier of a condition variable, and the libc's own, in turn. --- */

static pthread_barrier_t barrier;
static long arrived, phase;

static void barrier_pass(void)
{
    long mine;

    DO(pthread_mutex_lock(&mutex));
    mine = phase;
    if (++arrived == THREADS) {
        arrived = 0;
        phase++;
        DO(pthread_cond_broadcast(&condition));
    }
    while (phase == mine)
        DO(pthread_cond_wait(&condition, &mutex));
    DO(pthread_mutex_unlock(&mutex));
}

/* Between the two everybody is in the same phase. */
static void *march(void *unused)
{
    int serial, serials = 0;

    for (long i = 0; i < PHASES; i++) {
        barrier_pass();
        MUST_BE(phase == i + 1);
        serial = pthread_barrier_wait(&barrier);
        MUST_BE(serial == 0 || serial == PTHREAD_BARRIER_SERIAL_THREAD);
        serials += serial != 0;
    }
    add(serials);
    (void)unused;
    return no_result;
}

static void run_barrier(void)
{
    phase = 0;
    DO(pthread_barrier_init(&barrier, NULL, THREADS));
    run_threads(march, PHASES); /* one of them is the one each time */
    DO(pthread_barrier_destroy(&barrier));
}

/* --- A gate that one opens for the seven others. --- */

static long openings, waiting;

static void open_gate(void)
{
    for (long i = 0; i < OPENINGS; i++) {
        DO(pthread_mutex_lock(&mutex));
        while (waiting < THREADS - 1)
            DO(pthread_cond_wait(&condition, &mutex));
        waiting = 0;
        openings++;
        DO(pthread_cond_broadcast(&condition));
        DO(pthread_mutex_unlock(&mutex));
    }
}

/* All wait on one variable: who signals must wake the right one among them, so wakes all. */
static void pass_gate(void)
{
    for (long seen = 0; seen < OPENINGS; seen++) {
        DO(pthread_mutex_lock(&mutex));
        if (++waiting == THREADS - 1)
            DO(pthread_cond_broadcast(&condition));
        while (openings == seen)
            DO(pthread_cond_wait(&condition, &mutex));
        MUST_BE(openings == seen + 1);
        total++;
        DO(pthread_mutex_unlock(&mutex));
    }
}

static void *gate(void *number)
{
    if (number == NULL)
        open_gate();
    else
        pass_gate();
    return no_result;
}

static void run_gate(void)
{
    openings = waiting = 0;
    run_threads(gate, (THREADS - 1) * OPENINGS);
}

/* --- Two mutexes in order, one that checks for errors and a recursive one; waits that end. --- */

static pthread_mutex_t checking, recursive;
static long shared;

static void *count_inside(void *unused)
{
    struct timespec soon;
    int error;

    for (int i = 0; i < ROUNDS; i++) {
        DO(pthread_mutex_lock(&checking));
        DO(pthread_mutex_lock(&recursive));
        DO(pthread_mutex_lock(&recursive));
        shared++;
        DO(pthread_mutex_unlock(&recursive));
        DO(pthread_mutex_unlock(&recursive));
        MUST_BE(pthread_mutex_lock(&checking) == EDEADLK);
        DO(pthread_mutex_unlock(&checking));
        MUST_BE(pthread_mutex_unlock(&checking) == EPERM);
    }
    DO(clock_gettime(CLOCK_REALTIME, &soon));
    soon.tv_nsec = (soon.tv_nsec + 1000000) % 1000000000; /* a past one is as good */
    DO(pthread_mutex_lock(&mutex));
    while ((error = pthread_cond_timedwait(&condition, &mutex, &soon)) == 0)
        continue;
    MUST_BE(error == ETIMEDOUT);
    total++;
    DO(pthread_mutex_unlock(&mutex));
    (void)unused;
    return no_result;
}

static void make_mutex(pthread_mutex_t *made, int type)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    DO(pthread_mutexattr_settype(&attributes, type));
    DO(pthread_mutex_init(made, &attributes));
    DO(pthread_mutexattr_destroy(&attributes));
}

static void run_mutexes(void)
{
    make_mutex(&checking, PTHREAD_MUTEX_ERRORCHECK);
    make_mutex(&recursive, PTHREAD_MUTEX_RECURSIVE);
    shared = 0;
    run_threads(count_inside, THREADS);
    MUST_BE(shared == THREADS * ROUNDS);
}

/* --- Threads that are cancelled while they wait; each has the mutex again in its clean-up. --- */

static void leave(void *number)
{
    total += 1 + (long)number;
    waiting--;
    DO(pthread_mutex_unlock(&mutex));
}

static void *wait_for_nothing(void *number)
{
    DO(pthread_mutex_lock(&mutex));
    pthread_cleanup_push(leave, number);
    waiting++;
    for (;;)
        DO(pthread_cond_wait(&condition, &mutex));
    pthread_cleanup_pop(1);
    return no_result;
}

static void await_all_waiting(void)
{
    long count = 0;

    while (count < THREADS) {
        DO(pthread_mutex_lock(&mutex));
        count = waiting;
        DO(pthread_cond_broadcast(&condition)); /* and none may take it for more than that */
        DO(pthread_mutex_unlock(&mutex));
        sched_yield();
    }
}

static void run_cancel(void)
{
    pthread_t threads[THREADS];
    void *result;

    total = waiting = 0;
    for (long i = 0; i < THREADS; i++)
        DO(pthread_create(&threads[i], NULL, wait_for_nothing, (void *)i));
    await_all_waiting();
    for (int i = 0; i < THREADS; i++)
        DO(pthread_cancel(threads[i]));
    for (int i = 0; i < THREADS; i++) {
        DO(pthread_join(threads[i], &result));
        MUST_BE(result == PTHREAD_CANCELED);
    }
    MUST_BE(waiting == 0 && total == THREADS * (THREADS + 1) / 2);
}

HELPER(threads_run)
{
    (void)argc;
    (void)argv;
    run_queue();
    run_barrier();
    run_gate();
    run_mutexes();
    run_cancel();
    return 0;
}

CASE(runs)
{
    static char *const arguments[] = {(char *)"threads_run", NULL};
    long runs = stress_count(20, 200), good = 0;
    int status;

    for (long i = 0; i < runs; i++) {
        pid_t pid = SPAWN(execv(abi_program, arguments); _exit(1));

        MUST(waitpid(pid, &status, 0));
        if (status != 0)
            show_status("a run", status);
        good += status == 0;
    }
    HOLDS(good == runs);
}
