/*
 * The perturber: perturb=SEED on the kernel's command line of a debug build. At the places that
 * call perturb_here (kernel/core/perturb.h) it draws a number, and one time in PERTURB_EVERY the
 * thread is preempted in favour of all who wait for its CPU; where that is not allowed, or nobody
 * waits, it dawdles. With --icount and one CPU a seed repeats a run; another one is another run.
 *
 * The numbers are splitmix64's (Steele, Lea, Flood 2014), whose whole state is a sum: one atomic
 * addition, so that all CPUs and their interrupts draw from it without a lock.
 */
#include "kernel/core/perturb.h"

#include "arch/api/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/parse.h"
#include "kernel/sched/run_queue.h"

#if LIMEN_DEBUG

#define PERTURB_EVERY 32
#define DAWDLE_MAX_SHIFT 12 /* at most so many steps, as a power of two */

#define SPLITMIX_STEP 0x9e3779b97f4a7c15ul

bool perturb_on;

static uint64_t sum; /* atomic */

static uint64_t draw(void)
{
    uint64_t z = atomic_add(&sum, SPLITMIX_STEP);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ z >> 27) * 0x94d049bb133111ebul;
    return z ^ z >> 31;
}

/* Short times are as likely as long ones: no race has a width that is known. QEMU gives the turn to
 * another CPU at `pause`. */
static void dawdle(uint64_t number)
{
    unsigned steps = 1u << number % (DAWDLE_MAX_SHIFT + 1);

    cpu_relax();
    while (steps-- > 0)
        barrier();
}

/* What runs here comes once more within thread_go_last and the switch, but with interrupts off:
 * there it only dawdles. */
void perturb(void)
{
    uint64_t number = draw();

    if (number % PERTURB_EVERY != 0 || panic_in_progress())
        return;
    number /= PERTURB_EVERY;
    if (may_sleep() && thread_go_last())
        preempt_schedule();
    else
        dawdle(number);
}

static void perturb_init(void)
{
    char text[24];
    int err = cmdline_get(boot_command_line, "perturb", text, sizeof(text));
    uint64_t seed;

    if (err == -ENOENT)
        return;
    if (err < 0 || parse_u64(text, 0, &seed) != 0) {
        pr_warn("perturb= takes a number, the seed");
        return;
    }
    pr_info("perturb: on, seed %lu", seed);
    sum = seed;
    perturb_on = true;
}

#else

static void perturb_init(void)
{
    char text[24];

    if (cmdline_get(boot_command_line, "perturb", text, sizeof(text)) != -ENOENT)
        pr_warn("perturb=: this is a release build");
}

#endif
INIT_CALL(1, perturb_init);
