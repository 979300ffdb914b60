/*
 * futex(2): each operation's errors, what is woken and moved, and set_robust_list(2) at the end of
 * a thread.
 */
#include <pthread.h>
#include <sys/mman.h>

#include "kernel/abi/futex.h"
#include "tests/abi/abi.h"

#define BAD ((void *)8)
#define HIGH ((void *)0xffff800000000000)

static int word, other;

static long futex(void *uaddr, int op, unsigned value, const void *timeout, void *uaddr2,
                  unsigned value3)
{
    return syscall(SYS_futex, uaddr, op, value, timeout, uaddr2, value3);
}

/* The argument that is a time limit for some operations is a number for others. */
static const void *number(long value)
{
    return (const void *)value;
}

/* --- Threads that wait --- */

struct sleeper {
    pthread_t thread;
    int *word;
    int op;
    unsigned value, bitset;
    pid_t tid;
    long result;
    int error;
};

static void *sleep_on(void *data)
{
    struct sleeper *sleeper = data;

    __atomic_store_n(&sleeper->tid, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
    sleeper->result =
        futex(sleeper->word, sleeper->op, sleeper->value, NULL, NULL, sleeper->bitset);
    sleeper->error = errno;
    return NULL;
}

static void start_sleeper(struct sleeper *sleeper, int *uaddr, int op, unsigned bitset)
{
    pid_t tid;

    *sleeper =
        (struct sleeper){.word = uaddr, .op = op, .value = (unsigned)*uaddr, .bitset = bitset};
    pthread_create(&sleeper->thread, NULL, sleep_on, sleeper);
    while ((tid = __atomic_load_n(&sleeper->tid, __ATOMIC_SEQ_CST)) == 0)
        sched_yield();
    await_sleep(tid);
}

static void end_sleeper(struct sleeper *sleeper)
{
    pthread_join(sleeper->thread, NULL);
    say("slept: %ld", sleeper->result);
}

/* --- Errors --- */

CASE(wait_errors)
{
    const struct timespec past = {0, 1}, bad = {0, 1000000000}, negative = {-1, 0};

    SHOW(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 0, &past, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 1, &bad, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 0, &negative, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 1, BAD, NULL, 0));
    SHOW(futex((char *)&word + 2, FUTEX_WAIT, 0, BAD, NULL, 0));
    SHOW(futex((char *)&word + 2, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(BAD, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(NULL, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(HIGH, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(HIGH, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0));
    SHOW(futex(BAD, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0));
    SHOW(futex((char *)HIGH + 1, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 1, NULL, NULL, 1));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &past, NULL, 1));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &bad, NULL, 0));
    SHOW(futex((char *)&word + 1, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &past, NULL, 1));
    SHOW(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 1));
}

CASE(wake_errors)
{
    SHOW(futex(&word, FUTEX_WAKE, 1, BAD, BAD, 0));
    SHOW(futex(&word, FUTEX_WAKE, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE, -1u, NULL, NULL, 0));
    SHOW(futex((char *)&word + 1, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(NULL, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(NULL, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(HIGH, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(HIGH, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 5));
    SHOW(futex((char *)&word + 1, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
}

CASE(requeue_errors)
{
    SHOW(futex(&word, FUTEX_REQUEUE, 1, number(1), &other, 0));
    SHOW(futex(&word, FUTEX_REQUEUE, -1u, number(1), &other, 0));
    SHOW(futex(&word, FUTEX_REQUEUE, 1, number(-1), &other, 0));
    SHOW(futex(&word, FUTEX_REQUEUE, 0, number(0), &word, 0));
    SHOW(futex(&word, FUTEX_REQUEUE, 1, number(1), (char *)&other + 1, 0));
    SHOW(futex((char *)&word + 3, FUTEX_REQUEUE, 1, number(1), &other, 0));
    SHOW(futex(NULL, FUTEX_REQUEUE, 1, number(1), &other, 0));
    SHOW(futex(&word, FUTEX_REQUEUE, 1, number(1), NULL, 0));
    SHOW(futex(&word, FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG, 1, number(1), NULL, 0));
    SHOW(futex(&word, FUTEX_CMP_REQUEUE, 1, number(1), &other, 0));
    SHOW(futex(&word, FUTEX_CMP_REQUEUE, 1, number(1), &other, 1));
    SHOW(futex(NULL, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, number(1), &other, 1));
    SHOW(futex(&word, FUTEX_CMP_REQUEUE, -1u, number(1), &other, 1));
    SHOW(futex(&word, FUTEX_CMP_REQUEUE | FUTEX_CLOCK_REALTIME, 1, number(1), &other, 0));
}

CASE(operations_that_are_none)
{
    SHOW(futex(&word, FUTEX_FD, 0, NULL, NULL, 0));
    SHOW(futex(&word, 14, 0, NULL, NULL, 0));
    SHOW(futex(&word, 64, 0, NULL, NULL, 0));
    SHOW(futex(&word, 512, 0, NULL, NULL, 0));
    SHOW(futex(&word, -1, 0, NULL, NULL, 0));
    SHOW(futex(BAD, 14, 0, BAD, BAD, 0));
}

/* --- What is woken --- */

CASE(bits_choose)
{
    struct sleeper a, b;

    start_sleeper(&a, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 1);
    start_sleeper(&b, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 6);
    SHOW(futex(&word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 8));
    SHOW(futex(&word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 2));
    end_sleeper(&b);
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    end_sleeper(&a);
}

CASE(zero_wakes_one)
{
    struct sleeper a, b;

    start_sleeper(&a, &word, FUTEX_WAIT, 0);
    start_sleeper(&b, &word, FUTEX_WAIT, 0);
    SHOW(futex(&word, FUTEX_WAKE, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE, -5u, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE, 5, NULL, NULL, 0));
    end_sleeper(&a);
    end_sleeper(&b);
}

CASE(private_and_shared_do_not_meet)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct sleeper a;

    start_sleeper(&a, shared, FUTEX_WAIT, 0);
    SHOW(futex(shared, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0));
    end_sleeper(&a);
    start_sleeper(&a, &word, FUTEX_WAIT, 0);
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0) == 1 ||
         futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0) == 1);
    end_sleeper(&a);
}

CASE(requeue_moves)
{
    struct sleeper sleepers[4];

    for (int i = 0; i < 4; i++)
        start_sleeper(&sleepers[i], &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    SHOW(futex(&word, FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG, 1, number(2), &other, 0));
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    SHOW(futex(&other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    for (int i = 0; i < 4; i++)
        end_sleeper(&sleepers[i]);
}

CASE(requeue_to_itself)
{
    struct sleeper a, b;

    start_sleeper(&a, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    start_sleeper(&b, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    SHOW(futex(&word, FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG, 0, number(5), &word, 0));
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    end_sleeper(&a);
    end_sleeper(&b);
}

/* --- FUTEX_WAKE_OP --- */

#define OPERATION(op, argument, compare, with)                                               \
    ((unsigned)(op) << 28 | (unsigned)(compare) << 24 | ((unsigned)(argument)&0xfff) << 12 | \
     ((unsigned)(with)&0xfff))

static void show_wake_op(const char *what, int before, unsigned operation)
{
    long woken;

    other = before;
    woken = futex(&word, FUTEX_WAKE_OP, 1, number(1), &other, operation);
    say("%s: %s, word %d", what, woken < 0 ? errno_name(errno) : "0", other);
}

#define WAKE_OP(before, ...) show_wake_op(#before ", " #__VA_ARGS__, before, OPERATION(__VA_ARGS__))

CASE(wake_op_computes)
{
    WAKE_OP(5, FUTEX_OP_SET, 7, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_ADD, -6, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_OR, 10, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_ANDN, 4, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_XOR, 6, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_SET, -1, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(0, FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 10, FUTEX_OP_CMP_EQ, 0);
    WAKE_OP(0, FUTEX_OP_SET | FUTEX_OP_OPARG_SHIFT, 31, FUTEX_OP_CMP_EQ, 0);
    WAKE_OP(0, FUTEX_OP_SET | FUTEX_OP_OPARG_SHIFT, 33, FUTEX_OP_CMP_EQ, 0);
    WAKE_OP(0, FUTEX_OP_SET | FUTEX_OP_OPARG_SHIFT, -1, FUTEX_OP_CMP_EQ, 0);
    WAKE_OP(5, 5, 7, FUTEX_OP_CMP_EQ, 5);
    WAKE_OP(5, FUTEX_OP_ADD, 1, 6, 5);
}

static long wake_op_both(int before, unsigned operation)
{
    struct sleeper a;
    long woken;

    other = before;
    start_sleeper(&a, &other, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    woken = futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(1), &other, operation);
    futex(&other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
    pthread_join(a.thread, NULL);
    return woken;
}

CASE(wake_op_compares)
{
    static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};

    for (int compare = 0; compare < 6; compare++)
        say("%s: %ld %ld %ld", names[compare],
            wake_op_both(4, OPERATION(FUTEX_OP_ADD, 0, compare, 5)),
            wake_op_both(5, OPERATION(FUTEX_OP_ADD, 0, compare, 5)),
            wake_op_both(6, OPERATION(FUTEX_OP_ADD, 0, compare, 5)));
    say("signed: %ld %ld", wake_op_both(-1, OPERATION(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_LT, 0)),
        wake_op_both(-2048, OPERATION(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, -2048)));
}

CASE(wake_op_wakes_both)
{
    struct sleeper a, b, c;

    other = 1;
    start_sleeper(&a, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    start_sleeper(&b, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    start_sleeper(&c, &other, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0);
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(5), &other,
               OPERATION(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 1)));
    VALUE(other);
    SHOW(futex(&other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    end_sleeper(&a);
    end_sleeper(&b);
    end_sleeper(&c);
}

CASE(wake_op_errors)
{
    const unsigned add = OPERATION(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0);
    int *read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int *untouched = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    SHOW(futex((char *)&word + 1, FUTEX_WAKE_OP, 1, number(1), &other, add));
    SHOW(futex(&word, FUTEX_WAKE_OP, 1, number(1), (char *)&other + 1, add));
    SHOW(futex(&word, FUTEX_WAKE_OP, 1, number(1), BAD, add));
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(1), BAD, add));
    SHOW(futex(BAD, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(1), &other, add));
    SHOW(futex(BAD, FUTEX_WAKE_OP, 1, number(1), &other, add));
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(1), read_only, add));
    SHOW(futex(&word, FUTEX_WAKE_OP, 1, number(1), read_only, add));
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, number(1), untouched, add));
    VALUE(*untouched);
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_CLOCK_REALTIME, 1, number(1), &other, add));
    SHOW(futex(&word, FUTEX_WAKE_OP, -1u, number(-1), &other, add));
    SHOW(futex(HIGH, FUTEX_WAKE_OP, 1, number(1), &other, add));
    SHOW(futex(&word, FUTEX_WAKE_OP, 1, number(1), HIGH, add));
}

/* --- Robust lists --- */

struct lock {
    struct robust_list link;
    int word;
};

static struct lock locks[4];
static struct robust_list_head list;

static void *die_holding(void *unused)
{
    int tid = (int)syscall(SYS_gettid);

    list = (struct robust_list_head){.list = {&locks[0].link},
                                     .futex_offset = offsetof(struct lock, word),
                                     .list_op_pending = &locks[3].link};
    locks[0] = (struct lock){{&locks[1].link}, tid};
    locks[1] = (struct lock){{&locks[2].link}, tid | (int)FUTEX_WAITERS};
    locks[2] = (struct lock){{&list.list}, tid + 1};
    locks[3] = (struct lock){{NULL}, tid};
    MUST(syscall(SYS_set_robust_list, &list, sizeof(list)));
    syscall(SYS_exit, 0);
    return unused;
}

static void show_lock(const char *what, int index)
{
    unsigned value = (unsigned)locks[index].word;

    say("%s: %s%s%s", what, value & FUTEX_OWNER_DIED ? "owner died, " : "",
        value & FUTEX_WAITERS ? "waiters, " : "", value & FUTEX_TID_MASK ? "owned" : "free");
}

CASE(robust_list_of_a_thread)
{
    pthread_t thread;

    pthread_create(&thread, NULL, die_holding, NULL);
    while ((__atomic_load_n(&locks[3].word, __ATOMIC_SEQ_CST) & (int)FUTEX_OWNER_DIED) == 0)
        sched_yield();
    show_lock("held", 0);
    show_lock("held, wanted", 1);
    show_lock("another's", 2);
    show_lock("pending", 3);
}

HELPER(idle)
{
    return 0;
}

/* In memory that the parent sees. */
CASE(robust_list_of_a_process)
{
    struct {
        struct robust_list_head head;
        struct lock lock;
    } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    for (int how = 0; how < 3; how++) {
        IN_CHILD("owner", shared->head = (struct robust_list_head){.list = {&shared->lock.link},
                                                                   .futex_offset =
                                                                       offsetof(struct lock, word)};
                 shared->lock = (struct lock){{&shared->head.list}, getpid()};
                 MUST(syscall(SYS_set_robust_list, &shared->head, sizeof(shared->head)));
                 if (how == 1) kill(getpid(), SIGKILL);
                 if (how == 2) execl(abi_program, "idle", NULL));
        say("word: %#x", (unsigned)shared->lock.word & (FUTEX_OWNER_DIED | FUTEX_TID_MASK));
    }
}

CASE(robust_lists_that_lie)
{
    static struct robust_list circle[2];
    static struct robust_list_head bad;

    SHOW(syscall(SYS_set_robust_list, &bad, sizeof(bad) - 1));
    SHOW(syscall(SYS_set_robust_list, &bad, 0));
    SHOW(syscall(SYS_set_robust_list, BAD, sizeof(bad)));
    SHOW(syscall(SYS_set_robust_list, NULL, sizeof(bad)));
    IN_CHILD("nowhere", MUST(syscall(SYS_set_robust_list, BAD, sizeof(bad))));
    IN_CHILD("kernel's", MUST(syscall(SYS_set_robust_list, HIGH, sizeof(bad))));
    circle[0].next = &circle[1];
    circle[1].next = &circle[0];
    bad.list.next = &circle[0];
    IN_CHILD("circle", MUST(syscall(SYS_set_robust_list, &bad, sizeof(bad))));
    circle[1].next = BAD;
    IN_CHILD("leads nowhere", MUST(syscall(SYS_set_robust_list, &bad, sizeof(bad))));
    bad.futex_offset = 1;
    circle[1].next = &bad.list;
    IN_CHILD("crooked", MUST(syscall(SYS_set_robust_list, &bad, sizeof(bad))));
}

CASE(robust_waiter_is_woken)
{
    struct {
        struct robust_list_head head;
        struct lock lock;
    } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int go[2];
    char byte;
    pid_t child;
    long result;

    MUST(pipe(go));
    child =
        SPAWN(shared->head = (struct robust_list_head){.list = {&shared->lock.link},
                                                       .futex_offset = offsetof(struct lock, word)};
              shared->lock = (struct lock){{&shared->head.list}, getpid() | (int)FUTEX_WAITERS};
              MUST(syscall(SYS_set_robust_list, &shared->head, sizeof(shared->head)));
              MUST(write(go[1], "", 1)); nap_ms(30));
    MUST(read(go[0], &byte, 1));
    result = futex(&shared->lock.word, FUTEX_WAIT, (unsigned)child | FUTEX_WAITERS, NULL, NULL, 0);
    HOLDS(result == 0 || errno == EAGAIN);
    HOLDS((unsigned)shared->lock.word == (FUTEX_WAITERS | FUTEX_OWNER_DIED));
    show_end("owner", child);
}
