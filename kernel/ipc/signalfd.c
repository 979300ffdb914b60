/*
 * signalfd(2). The file holds nothing but a set of signals; what is read are signals of the thread
 * that reads and of its process, whoever made the file. So what poll joins is a queue of the
 * process's, which outlives it (signal_arrivals).
 *
 * Locking: signalfd->signals is one word.
 */
#include "kernel/ipc/signalfd.h"

#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/kill.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

struct signalfd {
    signal_set signals; /* atomic */
};

static SLAB_CACHE(signalfd_cache, struct signalfd);

static const struct file_ops signalfd_ops;

/* Is this an exception's siginfo, which has an address? */
static bool info_is_fault(const struct siginfo *info)
{
    switch (info->si_signo) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
        return info->si_code > 0 && info->si_code != SI_KERNEL;
    default:
        return false;
    }
}

/* What a siginfo holds depends on who sent it. */
static void info_copy(struct signalfd_siginfo *to, const struct siginfo *from)
{
    *to = (struct signalfd_siginfo){
        .ssi_signo = (unsigned)from->si_signo,
        .ssi_errno = from->si_errno,
        .ssi_code = from->si_code,
    };
    if (from->si_code == SI_TIMER) {
        to->ssi_tid = (unsigned)from->si_timerid;
        to->ssi_overrun = (unsigned)from->si_overrun;
    } else if (info_is_fault(from)) {
        to->ssi_addr = (unsigned long)from->si_addr;
        return;
    } else {
        to->ssi_pid = (unsigned)from->si_pid;
        to->ssi_uid = from->si_uid;
    }
    if (from->si_signo == SIGCHLD && from->si_code > 0 && from->si_code != SI_KERNEL) {
        to->ssi_status = from->si_status;
        to->ssi_utime = (unsigned long)from->si_utime;
        to->ssi_stime = (unsigned long)from->si_stime;
    } else if (from->si_code < 0 && from->si_code != SI_TKILL) {
        to->ssi_ptr = (unsigned long)from->si_value.sival_ptr;
        to->ssi_int = from->si_value.sival_int;
    }
}

/* Takes one of the signals; waits for it only if it is to be the first. 0: there is none. */
static int signalfd_take(struct file *file, struct siginfo *info, bool may_wait)
{
    struct signalfd *signalfd = file->private;
    int signal = signal_take_now(atomic_load(&signalfd->signals), info);
    int err;

    if (signal != 0 || !may_wait)
        return signal;
    if (file_is_nonblocking(file))
        return -EAGAIN;
    err = wait_event(signal_arrivals(current_process()),
                     (signal = signal_take_now(atomic_load(&signalfd->signals), info)) != 0);
    return err ? err : signal;
}

/* A signal that was taken is gone, be the buffer good or not. */
static ssize_t signalfd_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct signalfd_siginfo copy;
    struct siginfo info;
    ssize_t done = 0;
    int signal;

    (void)pos;
    if (iter_count(to) < sizeof(copy))
        return -EINVAL;
    while (iter_count(to) >= sizeof(copy)) {
        signal = signalfd_take(file, &info, done == 0);
        if (signal <= 0)
            return done ? done : signal;
        info_copy(&copy, &info);
        if (iter_copy_to(to, &copy, sizeof(copy)) != sizeof(copy))
            return done ? done : -EFAULT;
        done += (ssize_t)sizeof(copy);
    }
    return done;
}

static unsigned signalfd_poll(struct file *file, struct poll_table *table)
{
    const struct signalfd *signalfd = file->private;

    poll_wait_for(table, signal_arrivals(current_process()), POLLIN);
    return signal_pending_of_current() & atomic_load(&signalfd->signals) ? POLLIN : 0;
}

static void signalfd_info(struct file *file, struct text *text)
{
    const struct signalfd *signalfd = file->private;

    text_printf(text, "sigmask:\t%016lx\n", atomic_load(&signalfd->signals));
}

static void signalfd_release(struct file *file)
{
    slab_free(&signalfd_cache, file->private);
}

static const struct file_ops signalfd_ops = {
    .release = signalfd_release,
    .read = signalfd_read,
    .poll = signalfd_poll,
    .info = signalfd_info,
};

static struct anonymous_kind signalfd_kind = {.name = "[signalfd]", .ops = &signalfd_ops};

int signalfd_open(signal_set signals, unsigned flags)
{
    struct signalfd *signalfd = slab_alloc(&signalfd_cache);
    int fd;

    if (!signalfd)
        return -ENOMEM;
    signalfd->signals = signals;
    fd = anonymous_open(&signalfd_kind, O_RDWR | flags, signalfd);
    if (fd < 0)
        slab_free(&signalfd_cache, signalfd);
    return fd;
}

int signalfd_set(struct file *file, signal_set signals)
{
    struct signalfd *signalfd = file->private;

    if (file->ops != &signalfd_ops)
        return -EINVAL;
    atomic_store(&signalfd->signals, signals);
    wake_up(signal_arrivals(current_process()));
    return 0;
}

static void signalfd_init(void)
{
    anonymous_register(&signalfd_kind);
}
INIT_CALL(2, signalfd_init);
