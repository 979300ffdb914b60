/*
 * timerfd_create(2). A timer that repeats and has fired stands still until it is read or asked for:
 * only then the periods that have passed meanwhile are counted. So a short interval that nobody
 * reads costs nothing.
 *
 * A point of the real clock stays that point however the clock is set meanwhile; what comes after a
 * time goes by the monotonic clock. Who asks for it (TFD_TIMER_CANCEL_ON_SET) is told that the real
 * clock was set.
 *
 * Locking: timerfd->lock, which the timer's function takes as well; inside cancelable_lock.
 */
#include "kernel/ipc/timerfd.h"

#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/timer.h"
#include "kernel/sched/wait.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

struct timerfd {
    struct spinlock lock; /* RANK_TIMER_FILE */
    int clock;            /* CLOCK_*; constant */
    unsigned flags;       /* of the last timerfd_settime */
    bool is_real;         /* deadline_ns is the real clock's, else the monotonic one's */
    uint64_t deadline_ns; /* 0: it doesn't run */
    uint64_t interval_ns;
    uint64_t ticks;    /* expirations that nobody has read yet */
    bool has_expired;  /* and stands still until somebody looks */
    bool is_cancelled; /* the clock was set, and nobody has been told of it */
    struct timer timer;
    struct wait_queue wait;
    struct list cancelable_node; /* under cancelable_lock; empty: it isn't to be cancelled */
};

static SLAB_CACHE(timerfd_cache, struct timerfd);

static struct spinlock cancelable_lock = SPINLOCK_INIT(RANK_TIMER_FILE_LIST);
static struct list cancelable = LIST_INIT(cancelable);

static uint64_t timerfd_now(const struct timerfd *timerfd)
{
    return timerfd->is_real ? clock_realtime_ns() : clock_monotonic_ns();
}

/* Lets the timer run. Under the lock. */
static void timerfd_start(struct timerfd *timerfd)
{
    if (timerfd->is_real)
        timer_start_real(&timerfd->timer, timerfd->deadline_ns);
    else
        timer_start(&timerfd->timer, timerfd->deadline_ns);
}

/* In interrupt context. It or its clock may have been set anew since the deadline. */
static void timerfd_expire(struct timer *timer)
{
    struct timerfd *timerfd = container_of(timer, struct timerfd, timer);
    unsigned long flags = spin_lock_irqsave(&timerfd->lock);

    if (timerfd->deadline_ns != 0 && !timerfd->has_expired) {
        if (timerfd->deadline_ns <= timerfd_now(timerfd)) {
            timerfd->has_expired = true;
            timerfd->ticks++;
        } else {
            timerfd_start(timerfd);
        }
    }
    spin_unlock_irqrestore(&timerfd->lock, flags);
    wake_up(&timerfd->wait);
}

void timerfd_clock_was_set(void)
{
    unsigned long flags = spin_lock_irqsave(&cancelable_lock);
    struct timerfd *timerfd;

    list_for_each_entry (timerfd, &cancelable, cancelable_node) {
        spin_lock(&timerfd->lock);
        timerfd->is_cancelled = true;
        timerfd->ticks++;
        spin_unlock(&timerfd->lock);
        wake_up(&timerfd->wait);
    }
    spin_unlock_irqrestore(&cancelable_lock, flags);
}

/* Lets a timer that repeats go on, the periods counted that have passed. Under the lock. */
static void timerfd_forward(struct timerfd *timerfd)
{
    uint64_t now_ns = timerfd_now(timerfd), periods;

    if (!timerfd->has_expired || timerfd->interval_ns == 0)
        return;
    if (now_ns < timerfd->deadline_ns) /* the clock was set back */
        now_ns = timerfd->deadline_ns;
    periods = (now_ns - timerfd->deadline_ns) / timerfd->interval_ns + 1;
    timerfd->deadline_ns += periods * timerfd->interval_ns;
    timerfd->ticks += periods - 1;
    timerfd->has_expired = false;
    timerfd_start(timerfd);
}

static uint64_t timerfd_left(const struct timerfd *timerfd)
{
    uint64_t now_ns = timerfd_now(timerfd);

    return timerfd->deadline_ns > now_ns ? timerfd->deadline_ns - now_ns : 0;
}

/* Under the lock. */
static void timerfd_ask(struct timerfd *timerfd, struct timer_setting *setting)
{
    timerfd_forward(timerfd);
    setting->interval_ns = timerfd->interval_ns;
    setting->value_ns = timerfd_left(timerfd);
}

/* Under the lock. */
static void timerfd_put(struct timerfd *timerfd, bool is_real, unsigned flags,
                        const struct timer_setting *setting)
{
    (void)timer_cancel(&timerfd->timer);
    timerfd->flags = flags;
    timerfd->is_real = is_real;
    timerfd->ticks = 0;
    timerfd->has_expired = false;
    timerfd->interval_ns = setting->interval_ns;
    timerfd->deadline_ns = setting->value_ns;
    if (setting->value_ns == 0)
        return;
    if (!(flags & TFD_TIMER_ABSTIME))
        timerfd->deadline_ns += timerfd_now(timerfd);
    timerfd_start(timerfd);
}

/* Whether it is to be cancelled when the clock is set. Under both locks. */
static void timerfd_set_cancelable(struct timerfd *timerfd, bool value)
{
    bool is = !list_empty(&timerfd->cancelable_node);

    if (value && !is) {
        list_add_tail(&cancelable, &timerfd->cancelable_node);
    } else if (!value) {
        list_del_init(&timerfd->cancelable_node);
        timerfd->is_cancelled = false;
    }
}

/* Has it been cancelled? This tells its owner so. Under the lock. */
static bool timerfd_take_cancel(struct timerfd *timerfd)
{
    bool is_cancelled = timerfd->is_cancelled;

    timerfd->is_cancelled = false;
    return is_cancelled;
}

static const struct file_ops timerfd_ops;

int timerfd_set(struct file *file, unsigned flags, const struct timer_setting *setting,
                struct timer_setting *old)
{
    struct timerfd *timerfd = file->private;
    bool is_real, is_cancelled;
    unsigned long irq;

    if (file->ops != &timerfd_ops)
        return -EINVAL;
    is_real = (timerfd->clock == CLOCK_REALTIME || timerfd->clock == CLOCK_REALTIME_ALARM) &&
              (flags & TFD_TIMER_ABSTIME);
    irq = spin_lock_irqsave(&cancelable_lock);
    spin_lock(&timerfd->lock);
    timerfd_ask(timerfd, old);
    timerfd_put(timerfd, is_real, flags, setting);
    timerfd_set_cancelable(timerfd, is_real && (flags & TFD_TIMER_CANCEL_ON_SET));
    is_cancelled = setting->value_ns != 0 && timerfd_take_cancel(timerfd);
    spin_unlock(&timerfd->lock);
    spin_unlock_irqrestore(&cancelable_lock, irq);
    return is_cancelled ? -ECANCELED : 0;
}

int timerfd_get(struct file *file, struct timer_setting *setting)
{
    struct timerfd *timerfd = file->private;
    unsigned long irq;

    if (file->ops != &timerfd_ops)
        return -EINVAL;
    irq = spin_lock_irqsave(&timerfd->lock);
    timerfd_ask(timerfd, setting);
    spin_unlock_irqrestore(&timerfd->lock, irq);
    return 0;
}

/* The expirations since the last read; 0: none. -ECANCELED: the clock was set, and the timer stands
 * still. */
static int timerfd_take(struct timerfd *timerfd, uint64_t *ticks)
{
    unsigned long irq = spin_lock_irqsave(&timerfd->lock);
    bool is_cancelled = timerfd->ticks != 0 && timerfd_take_cancel(timerfd);

    if (is_cancelled)
        timerfd->has_expired = false;
    else
        timerfd_forward(timerfd);
    *ticks = timerfd->ticks;
    timerfd->ticks = 0;
    spin_unlock_irqrestore(&timerfd->lock, irq);
    return is_cancelled ? -ECANCELED : 0;
}

/* What was taken is gone, be the buffer good or not. */
static ssize_t timerfd_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct timerfd *timerfd = file->private;
    uint64_t ticks;
    int err;

    (void)pos;
    if (iter_count(to) < sizeof(ticks))
        return -EINVAL;
    while ((err = timerfd_take(timerfd, &ticks)) == 0 && ticks == 0) {
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&timerfd->wait, READ_ONCE(timerfd->ticks) != 0);
        if (err)
            return err;
    }
    if (err)
        return err;
    return iter_copy_to(to, &ticks, sizeof(ticks)) == sizeof(ticks) ? (ssize_t)sizeof(ticks)
                                                                    : -EFAULT;
}

static unsigned timerfd_poll(struct file *file, struct poll_table *table)
{
    struct timerfd *timerfd = file->private;

    poll_wait_for(table, &timerfd->wait, POLLIN);
    return READ_ONCE(timerfd->ticks) != 0 ? POLLIN : 0;
}

static void timerfd_info(struct file *file, struct text *text)
{
    struct timerfd *timerfd = file->private;
    struct timespec value, interval;
    unsigned long irq = spin_lock_irqsave(&timerfd->lock);
    uint64_t ticks = timerfd->ticks;
    unsigned flags = timerfd->flags;

    value = timespec_of_ns(timerfd_left(timerfd));
    interval = timespec_of_ns(timerfd->interval_ns);
    spin_unlock_irqrestore(&timerfd->lock, irq);
    text_printf(text, "clockid: %d\nticks: %lu\nsettime flags: 0%o\n", timerfd->clock, ticks,
                flags);
    text_printf(text, "it_value: (%ld, %ld)\nit_interval: (%ld, %ld)\n", value.tv_sec,
                value.tv_nsec, interval.tv_sec, interval.tv_nsec);
}

static void timerfd_release(struct file *file)
{
    struct timerfd *timerfd = file->private;
    unsigned long irq = spin_lock_irqsave(&cancelable_lock);

    list_del(&timerfd->cancelable_node);
    spin_unlock_irqrestore(&cancelable_lock, irq);
    (void)timer_cancel_sync(&timerfd->timer);
    slab_free(&timerfd_cache, timerfd);
}

static const struct file_ops timerfd_ops = {
    .release = timerfd_release,
    .read = timerfd_read,
    .poll = timerfd_poll,
    .info = timerfd_info,
};

static struct anonymous_kind timerfd_kind = {.name = "[timerfd]", .ops = &timerfd_ops};

int timerfd_open(int clock, unsigned flags)
{
    struct timerfd *timerfd = slab_alloc(&timerfd_cache);
    int fd;

    if (!timerfd)
        return -ENOMEM;
    spin_lock_init(&timerfd->lock, RANK_TIMER_FILE);
    timerfd->clock = clock;
    timer_init(&timerfd->timer, timerfd_expire);
    wait_queue_init(&timerfd->wait);
    list_init(&timerfd->cancelable_node);
    fd = anonymous_open(&timerfd_kind, O_RDWR | flags, timerfd);
    if (fd < 0)
        slab_free(&timerfd_cache, timerfd);
    return fd;
}

static void timerfd_init(void)
{
    anonymous_register(&timerfd_kind);
}
INIT_CALL(2, timerfd_init);
