/*
 * Timers that send signals (timer_create(2), setitimer(2)). See posix_timer.h.
 */
#include "kernel/proc/posix_timer.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"

/* How often, at most, a timer fires whose signal is ignored. */
#define IGNORED_INTERVAL_NS (NSEC_PER_SEC / TICK_HZ)

static SLAB_CACHE(posix_timer_cache, struct posix_timer);

static struct signal_queue *queue_of(struct posix_timer *timer)
{
    return timer->target != NULL ? &timer->target->pending : &timer->process->pending;
}

/* What the timer of CPU time counts of this. */
static uint64_t posix_timer_counts(const struct posix_timer *timer, const struct cpu_time *time)
{
    return time->user_ns + (timer->base == TIMER_PROCESS_USER ? 0 : time->system_ns);
}

/* What the timer counts has come to this. */
static uint64_t posix_timer_now(const struct posix_timer *timer)
{
    struct cpu_time time;

    switch (timer->base) {
    case TIMER_MONOTONIC:
        return clock_monotonic_ns();
    case TIMER_REAL:
        return clock_realtime_ns();
    case TIMER_TASK_CLOCK:
        return task_clock_ns(&timer->clock);
    default:
        process_cpu_time(timer->process, &time);
        return posix_timer_counts(timer, &time);
    }
}

/* Is it the tick of its process that looks at the timer? */
static bool posix_timer_has_ticks(const struct posix_timer *timer)
{
    return timer->base == TIMER_PROCESS_CPU || timer->base == TIMER_PROCESS_USER ||
           (timer->base == TIMER_TASK_CLOCK && timer->clock.process == timer->process);
}

/* Has the timer looked at when its deadline can have come, but not before earliest_ns. */
static void posix_timer_arm(struct posix_timer *timer, uint64_t earliest_ns)
{
    uint64_t point_ns = max(timer->deadline_ns, earliest_ns);

    if (timer->base == TIMER_MONOTONIC)
        timer_start(&timer->timer, point_ns);
    else if (timer->base == TIMER_REAL)
        timer_start_real(&timer->timer, point_ns);
    else if (!posix_timer_has_ticks(timer))
        timer_start(&timer->timer, task_clock_look_ns(&timer->clock, point_ns));
}

/* The first deadline that lies ahead; returns how many of them have passed. */
static uint64_t posix_timer_forward(struct posix_timer *timer, uint64_t now_ns)
{
    uint64_t periods;

    if (timer->deadline_ns > now_ns)
        return 0;
    periods = (now_ns - timer->deadline_ns) / timer->interval_ns + 1;
    timer->deadline_ns += periods * timer->interval_ns;
    return periods;
}

void posix_timer_taken(struct posix_timer *timer, struct siginfo *info)
{
    uint64_t periods;

    timer->overrun = 0;
    if (timer->interval_ns != 0 && timer->deadline_ns != 0) {
        periods = posix_timer_forward(timer, posix_timer_now(timer));
        timer->overrun = (int)min_t(uint64_t, periods > 0 ? periods - 1 : 0, INT32_MAX);
        posix_timer_arm(timer, 0);
    }
    if (info != NULL && info->si_code == SI_TIMER)
        info->si_overrun = timer->overrun;
}

/* Fires the timer if its time has come. Between the deadline and here it or its clock may have been
 * set anew. */
static void posix_timer_check(struct posix_timer *timer, uint64_t now_ns)
{
    bool is_queued;

    if (timer->deadline_ns == 0 || timer->entry.is_queued || timer->sends_nothing)
        return;
    if (timer->deadline_ns > now_ns) {
        posix_timer_arm(timer, 0);
        return;
    }
    is_queued = signal_send_own_locked(timer->process, timer->target, &timer->entry);
    if (timer->interval_ns == 0 || (timer->target != NULL && timer->target->is_exiting)) {
        timer->deadline_ns = 0;
    } else if (!is_queued) {
        (void)posix_timer_forward(timer, now_ns);
        posix_timer_arm(timer, now_ns + IGNORED_INTERVAL_NS);
    }
}

/* In interrupt context. */
static void posix_timer_expire(struct timer *hardware)
{
    struct posix_timer *timer = container_of(hardware, struct posix_timer, timer);
    struct process *process = timer->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);

    posix_timer_check(timer, posix_timer_now(timer));
    spin_unlock_irqrestore(&process->lock, flags);
}

static void posix_timer_tick(struct posix_timer *timer, const struct cpu_time *time)
{
    if (timer->deadline_ns == 0 || !posix_timer_has_ticks(timer))
        return;
    posix_timer_check(timer, timer->base == TIMER_TASK_CLOCK ? posix_timer_now(timer)
                                                             : posix_timer_counts(timer, time));
}

/* All threads' use is summed up once: there may be many of them, and many timers. */
void posix_timers_tick_locked(struct process *process)
{
    struct posix_timer *timer;
    struct cpu_time time;

    process_cpu_time(process, &time);
    for (int i = 0; i < ITIMER_COUNT; i++)
        posix_timer_tick(&process->itimers[i], &time);
    list_for_each_entry (timer, &process->timers, node)
        posix_timer_tick(timer, &time);
}

/* --- Setting and asking, under the lock --- */

static void posix_timer_init(struct posix_timer *timer, struct process *process, int signal)
{
    timer->process = process;
    timer->entry.timer = timer;
    timer->entry.info.si_signo = signal;
    timer_init(&timer->timer, posix_timer_expire);
}

/* Stops it; a signal that waits is taken back. */
static void posix_timer_stop(struct posix_timer *timer)
{
    timer->deadline_ns = 0;
    (void)timer_cancel(&timer->timer);
    if (timer->entry.is_queued)
        signal_queue_remove_own(queue_of(timer), &timer->entry);
}

static void posix_timer_start(struct posix_timer *timer, uint64_t deadline_ns, uint64_t interval_ns)
{
    posix_timer_stop(timer);
    timer->interval_ns = interval_ns;
    timer->deadline_ns = deadline_ns;
    timer->overrun = 0;
    if (posix_timer_has_ticks(timer))
        timer->process->has_cpu_timers = true;
    else if (deadline_ns != 0 && !timer->sends_nothing)
        posix_timer_arm(timer, 0);
}

/* A deadline that has passed is that of a timer which waits for its signal to be taken, or has
 * nobody to send it to. */
static void posix_timer_ask(struct posix_timer *timer, struct timer_setting *setting)
{
    uint64_t now_ns = posix_timer_now(timer);

    setting->interval_ns = timer->interval_ns;
    if (timer->deadline_ns == 0)
        setting->value_ns = 0;
    else if (timer->deadline_ns > now_ns)
        setting->value_ns = timer->deadline_ns - now_ns;
    else if (timer->interval_ns != 0)
        setting->value_ns = timer->interval_ns - (now_ns - timer->deadline_ns) % timer->interval_ns;
    else
        setting->value_ns = timer->sends_nothing ? 0 : 1;
}

static struct posix_timer *posix_timer_find(struct process *process, int id)
{
    struct posix_timer *timer;

    list_for_each_entry (timer, &process->timers, node)
        if (timer->id == id)
            return timer;
    return NULL;
}

/* --- setitimer --- */

void itimer_set(int which, const struct timer_setting *setting, struct timer_setting *old)
{
    struct process *process = current_process();
    struct posix_timer *timer = &process->itimers[which];
    unsigned long flags = spin_lock_irqsave(&process->lock);
    uint64_t deadline_ns = setting->value_ns;

    if (deadline_ns != 0)
        deadline_ns += posix_timer_now(timer);
    posix_timer_ask(timer, old);
    posix_timer_start(timer, deadline_ns, setting->interval_ns);
    spin_unlock_irqrestore(&process->lock, flags);
}

void itimer_get(int which, struct timer_setting *setting)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);

    posix_timer_ask(&process->itimers[which], setting);
    spin_unlock_irqrestore(&process->lock, flags);
}

/* --- timer_create and its kin --- */

/* Who the signal is for. Threads that have ended are none. */
static int posix_timer_aim(struct posix_timer *timer, const struct sigevent *event)
{
    timer->sends_nothing = event->sigev_notify == SIGEV_NONE;
    if (event->sigev_notify != SIGEV_THREAD_ID)
        return 0;
    timer->target = task_find(event->sigev_notify_thread_id);
    if (timer->target == NULL || timer->target->process != timer->process)
        return -EINVAL;
    return 0;
}

static void posix_timer_free(struct posix_timer *timer)
{
    signal_uncharge(timer->entry.user);
    task_put(timer->target);
    if (timer->base == TIMER_TASK_CLOCK)
        task_clock_put(&timer->clock);
    slab_free(&posix_timer_cache, timer);
}

/* What it counts, by its clock. */
static int posix_timer_choose_base(struct posix_timer *timer, int clock)
{
    int err;

    timer->is_realtime = clock == CLOCK_REALTIME || clock == CLOCK_TAI;
    if (!clock_is_cpu_time(clock))
        return 0;
    err = task_clock_get(clock, false, &timer->clock);
    if (err == 0)
        timer->base = TIMER_TASK_CLOCK;
    return err;
}

long posix_timer_create(int clock, const struct sigevent *event, bool has_own_value)
{
    struct process *process = current_process();
    struct user *user = current_task()->user;
    struct posix_timer *timer;
    unsigned long flags;
    int err;

    if (signal_charge(user, true, process_limit(RLIMIT_SIGPENDING)) != 0)
        return -EAGAIN;
    timer = slab_alloc(&posix_timer_cache);
    if (timer == NULL) {
        signal_uncharge(user);
        return -EAGAIN;
    }
    posix_timer_init(timer, process, event->sigev_signo);
    timer->entry.user = user;
    timer->entry.info.si_code = SI_TIMER;
    timer->entry.info.si_value = event->sigev_value;
    err = posix_timer_aim(timer, event);
    if (err == 0)
        err = posix_timer_choose_base(timer, clock);
    if (err != 0) {
        posix_timer_free(timer);
        return err;
    }
    flags = spin_lock_irqsave(&process->lock);
    while (posix_timer_find(process, process->next_timer_id) != NULL)
        process->next_timer_id = (process->next_timer_id + 1) & INT32_MAX;
    timer->id = timer->entry.info.si_timerid = process->next_timer_id;
    process->next_timer_id = (process->next_timer_id + 1) & INT32_MAX;
    if (has_own_value)
        timer->entry.info.si_value.sival_int = timer->id;
    list_add_tail(&process->timers, &timer->node);
    spin_unlock_irqrestore(&process->lock, flags);
    return timer->id;
}

/* Takes the timer off its list, stopped, under the lock that is held, which it drops. */
static void posix_timer_unlink(struct posix_timer *timer, unsigned long flags)
{
    struct process *process = timer->process;

    list_del(&timer->node);
    posix_timer_stop(timer);
    spin_unlock_irqrestore(&process->lock, flags);
    (void)timer_cancel_sync(&timer->timer);
    posix_timer_free(timer);
}

int posix_timer_delete(int id)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct posix_timer *timer = posix_timer_find(process, id);

    if (timer != NULL) {
        posix_timer_unlink(timer, flags);
        return 0;
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return -EINVAL;
}

int posix_timer_set(int id, bool is_absolute, const struct timer_setting *setting,
                    struct timer_setting *old)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct posix_timer *timer = posix_timer_find(process, id);
    uint64_t deadline_ns = setting->value_ns;

    if (timer != NULL) {
        posix_timer_ask(timer, old);
        if (timer->is_realtime)
            timer->base = is_absolute ? TIMER_REAL : TIMER_MONOTONIC;
        if (deadline_ns != 0 && !is_absolute)
            deadline_ns += posix_timer_now(timer);
        posix_timer_start(timer, deadline_ns, setting->interval_ns);
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return timer != NULL ? 0 : -EINVAL;
}

int posix_timer_get(int id, struct timer_setting *setting)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct posix_timer *timer = posix_timer_find(process, id);

    if (timer != NULL)
        posix_timer_ask(timer, setting);
    spin_unlock_irqrestore(&process->lock, flags);
    return timer != NULL ? 0 : -EINVAL;
}

int posix_timer_overrun(int id)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct posix_timer *timer = posix_timer_find(process, id);
    int overrun = timer != NULL ? timer->overrun : -EINVAL;

    spin_unlock_irqrestore(&process->lock, flags);
    return overrun;
}

/* --- A process's life --- */

void posix_timers_init(struct process *process)
{
    static const struct {
        enum timer_base base;
        int signal;
    } itimers[ITIMER_COUNT] = {
        [ITIMER_REAL] = {TIMER_MONOTONIC, SIGALRM},
        [ITIMER_VIRTUAL] = {TIMER_PROCESS_USER, SIGVTALRM},
        [ITIMER_PROF] = {TIMER_PROCESS_CPU, SIGPROF},
    };

    list_init(&process->timers);
    for (int i = 0; i < ITIMER_COUNT; i++) {
        posix_timer_init(&process->itimers[i], process, itimers[i].signal);
        process->itimers[i].base = itimers[i].base;
        process->itimers[i].entry.info.si_code = SI_KERNEL;
    }
}

void posix_timers_delete_all(struct process *process)
{
    for (;;) {
        unsigned long flags = spin_lock_irqsave(&process->lock);

        if (list_empty(&process->timers)) {
            spin_unlock_irqrestore(&process->lock, flags);
            return;
        }
        posix_timer_unlink(list_first_entry(&process->timers, struct posix_timer, node), flags);
    }
}

void posix_timers_end(struct process *process)
{
    unsigned long flags;

    posix_timers_delete_all(process);
    flags = spin_lock_irqsave(&process->lock);
    for (int i = 0; i < ITIMER_COUNT; i++)
        posix_timer_stop(&process->itimers[i]);
    spin_unlock_irqrestore(&process->lock, flags);
    (void)timer_cancel_sync(&process->itimers[ITIMER_REAL].timer);
}
