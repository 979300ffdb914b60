/*
 * Process numbers (kernel/proc/pid.c), over a slab and locks that are the host's.
 */
#define LIMEN_MM_SLAB_H
#define LIMEN_CORE_SPINLOCK_H
#define LIMEN_DEBUG 1
#include "kernel/lib/types.h"
#include "tests/unit/unit.h"

#include "kernel/core/panic.h"

struct spinlock {
    bool is_held;
};
#define SPINLOCK_INIT(rank) \
    {                       \
        .is_held = false    \
    }

static unsigned long spin_lock_irqsave(struct spinlock *lock)
{
    CHECK(!lock->is_held);
    lock->is_held = true;
    return 0;
}

static void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
    (void)flags;
    CHECK(lock->is_held);
    lock->is_held = false;
}

#define SLAB_CACHE(cache, type) size_t cache = sizeof(type)
static bool memory_is_short;

static void *slab_alloc(const size_t *size)
{
    return memory_is_short ? NULL : calloc(1, *size);
}

static void slab_free(const size_t *size, void *object)
{
    (void)size;
    free(object);
}

void panic(const char *fmt, ...)
{
    printf("panic: %s\n", fmt);
    abort();
}

#include "kernel/abi/errno.h"
#include "kernel/proc/pid.c"

static struct pid *pids[PID_MAX];

static pid_t take(void)
{
    struct pid *pid;

    if (pid_alloc(&pid) != 0)
        return 0;
    CHECK(pids[pid->number] == NULL);
    pids[pid->number] = pid;
    return pid->number;
}

static void give(pid_t number)
{
    pid_put(pids[number]);
    pids[number] = NULL;
}

static void test_order(void)
{
    CHECK_EQ(take(), 1);
    CHECK_EQ(take(), 2);
    CHECK_EQ(take(), 3);
    give(2);
    CHECK_EQ(take(), 4);
    CHECK_EQ(pid_next(0), 1);
    CHECK_EQ(pid_next(2), 3);
    CHECK_EQ(pid_next(5), 0);
    CHECK_EQ(pid_next(PID_MAX), 0);
}

static void test_find(void)
{
    struct pid *found = pid_find(3);

    CHECK(found == pids[3]);
    CHECK(pid_find(2) == NULL);
    CHECK(pid_find(0) == NULL);
    CHECK(pid_find(-1) == NULL);
    CHECK(pid_find(PID_MAX) == NULL);
    CHECK(pid_find(3 + (pid_t)PID_BUCKETS) == NULL);
    /* A number that somebody remembers is not given out again. */
    give(3);
    CHECK(pid_find(3) == found);
    pid_put(found);
    pid_put(found);
    CHECK(pid_find(3) == NULL);
}

static void test_exhausted(void)
{
    struct pid *pid;
    pid_t number, count = 0;

    while ((number = take()) != 0)
        count++;
    CHECK_EQ(count, PID_MAX - 5); /* counting went on behind 4 and never came back below it */
    CHECK_EQ(pid_alloc(&pid), -EAGAIN);
    for (number = 1; number < PID_MAX; number++) {
        pid = pid_find(number);
        CHECK(pid == pids[number]);
        pid_put(pid);
    }
    give(20000);
    CHECK_EQ(take(), 20000);
    give(5); /* below what is left alone when counting comes round */
    CHECK_EQ(pid_alloc(&pid), -EAGAIN);
    give(PID_RESERVED);
    CHECK_EQ(take(), PID_RESERVED);
    CHECK_EQ(pid_alloc(&pid), -EAGAIN);
    for (number = 1; number < PID_MAX; number++)
        if (pids[number])
            give(number);
    CHECK_EQ(pid_next(1), 0);
    CHECK_EQ(take(), PID_RESERVED + 1);
    give(PID_RESERVED + 1);
}

static void test_memory(void)
{
    struct pid *pid;

    memory_is_short = true;
    CHECK_EQ(pid_alloc(&pid), -ENOMEM);
    memory_is_short = false;
    CHECK_EQ(pid_next(1), 0);
}

int main(void)
{
    UNIT_RUN(test_order);
    UNIT_RUN(test_find);
    UNIT_RUN(test_exhausted);
    UNIT_RUN(test_memory);
    return unit_result();
}
