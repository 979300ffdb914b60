/*
 * Checks at boot, and deliberate failures (self_test.h).
 */
#include "kernel/self_test.h"

#include "arch/api/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/core/preempt.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/wait.h"

#if LIMEN_DEBUG

static struct wait_queue check_queue = WAIT_QUEUE_INIT(check_queue);
static struct wait_entry check_second; /* in line behind who waits */
static bool check_second_woken;

static bool note_wake(struct wait_entry *entry)
{
    (void)entry;
    check_second_woken = true;
    return true;
}

/* Never holds; the second time it is looked at, somebody else wakes one of the waiters. */
static bool check_condition(void)
{
    static unsigned looks;

    if (looks++ == 0)
        wait_join(&check_queue, &check_second, note_wake, true);
    else
        wake_up(&check_queue);
    return false;
}

/* A wake-up that comes while a waiter gives up must not end with it. */
static void check_giving_up(void)
{
    int error = WAIT_LOOP(&check_queue, check_condition(), THREAD_INTERRUPTIBLE, 0, true);

    assert(error == -ETIMEDOUT && check_second_woken);
    wait_leave(&check_second);
}

static void crash_panic(void)
{
    panic("deliberate panic");
}

static void crash_assert(void)
{
    assert(boot_command_line[0] == '\0');
}

/* Hides from the compiler what the pointer is. */
static void crash_null(void)
{
    volatile int *volatile nowhere = NULL;

    __asm__ volatile("movl $1, (%0)" : : "r"(nowhere) : "memory");
}

static int __noinline recurse(volatile int depth)
{
    volatile char space[256];

    space[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + space[0];
}

static void crash_stack(void)
{
    recurse(0);
}

static void crash_user(void)
{
    volatile int *volatile pointer = (volatile int *)0x400000;

    __asm__ volatile("movl (%0), %%eax" : : "r"(pointer) : "eax", "memory");
}

static void crash_constant(void)
{
    *(volatile char *)(uintptr_t) "constant" = 'C';
}

struct crash_node {
    uintptr_t number;
    struct crash_node *next;
};

static void crash_freed(void)
{
    struct crash_node *node = kzalloc(sizeof(*node));

    kfree(node);
    __asm__ volatile("" : "+r"(node)); /* the compiler forgets where it is from */
    node->next->number = 1;
}

static void crash_sleep(void)
{
    static struct mutex mutex = MUTEX_INIT(mutex, RANK_DEVICE);
    static struct spinlock lock = SPINLOCK_INIT(RANK_REGISTRY);

    spin_lock(&lock);
    mutex_lock(&mutex);
}

static void crash_ud(void)
{
    __asm__ volatile("ud2");
}

static void crash_spin(void)
{
    irq_disable();
    for (;;)
        cpu_relax();
}

static void crash_hog(void)
{
    preempt_disable();
    this_cpu(percpu_need_resched) = 1;
    for (;;)
        cpu_relax();
}

static void crash_reset(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __packed no_idt = {0, 0};

    __asm__ volatile("lidt %0; int3" : : "m"(no_idt));
}

static const struct {
    const char *name;
    void (*crash)(void);
} kinds[] = {
    {"panic", crash_panic}, {"assert", crash_assert}, {"null", crash_null},
    {"stack", crash_stack}, {"user", crash_user},     {"constant", crash_constant},
    {"freed", crash_freed}, {"sleep", crash_sleep},   {"ud", crash_ud},
    {"spin", crash_spin},   {"hog", crash_hog},       {"reset", crash_reset},
};

void self_test_run(void)
{
    char kind[16];

    check_giving_up();
    if (cmdline_get(boot_command_line, "crash", kind, sizeof(kind)) < 0)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (strcmp(kinds[i].name, kind) == 0)
            kinds[i].crash();
    pr_err("crash=%s: no such kind", kind);
}

#else

void self_test_run(void)
{
    char kind[16];

    if (cmdline_get(boot_command_line, "crash", kind, sizeof(kind)) >= 0)
        pr_warn("crash=: this is a release build");
}

#endif
