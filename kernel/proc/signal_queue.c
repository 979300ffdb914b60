/*
 * Queues of pending signals (sigqueue(3), signal(7) "Real-time signals"). See signal_internal.h.
 *
 * A queue is a set of signals, and entries with the siginfo of each. The set is what counts: for a
 * signal in the set without an entry there was no memory, and its siginfo says nothing.
 * Everything here runs under the signal lock of the process that the queue belongs to.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/posix_timer.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"

/* Exceptions come before what others have sent: their siginfo belongs to the frame at hand. */
#define SIGNALS_SYNCHRONOUS                                                                \
    (SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | \
     SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))

static SLAB_CACHE(signal_entry_cache, struct signal_entry);

void signal_queue_init(struct signal_queue *queue)
{
    queue->set = 0;
    list_init(&queue->entries);
}

int signal_charge(struct user *user, bool is_limited, unsigned long limit)
{
    if (atomic_add(&user->signal_count, 1) > limit && is_limited) {
        atomic_sub(&user->signal_count, 1);
        return -EAGAIN;
    }
    user_get(user);
    return 0;
}

void signal_uncharge(struct user *user)
{
    atomic_sub(&user->signal_count, 1);
    user_put(user);
}

/* The entry has left its queue. info: what the receiver learns; NULL: there is none. */
static void signal_entry_end(struct signal_entry *entry, struct siginfo *info)
{
    if (entry->timer != NULL) {
        entry->is_queued = false;
        posix_timer_taken(entry->timer, info);
        return;
    }
    signal_uncharge(entry->user);
    slab_free(&signal_entry_cache, entry);
}

/* An entry at the user's expense; NULL: no memory, or RLIMIT_SIGPENDING is reached. What the kernel
 * and kill(2) send, below SIGRTMIN, is exempt from the limit. */
static struct signal_entry *signal_entry_create(struct user *user, bool is_limited,
                                                unsigned long limit)
{
    struct signal_entry *entry;

    if (signal_charge(user, is_limited, limit) != 0)
        return NULL;
    entry = slab_alloc(&signal_entry_cache);
    if (entry == NULL)
        signal_uncharge(user);
    else
        entry->user = user;
    return entry;
}

int signal_queue_add(struct signal_queue *queue, int signal, const struct siginfo *info,
                     struct user *user, unsigned long limit)
{
    bool is_queued = signal >= SIGRTMIN;
    bool is_limited = is_queued || (info != NULL && info->si_code < 0);
    struct signal_entry *entry;

    if (!is_queued && (queue->set & SIGNAL_BIT(signal)))
        return 0;
    entry = signal_entry_create(user, is_limited, limit);
    if (entry != NULL) {
        if (info != NULL)
            entry->info = *info;
        else
            entry->info = (struct siginfo){.si_code = SI_KERNEL};
        entry->info.si_signo = signal;
        list_add_tail(&queue->entries, &entry->node);
    } else if (is_queued && info != NULL && info->si_code != SI_USER) {
        return -EAGAIN;
    }
    queue->set |= SIGNAL_BIT(signal);
    return 0;
}

void signal_queue_add_own(struct signal_queue *queue, struct signal_entry *entry)
{
    list_add_tail(&queue->entries, &entry->node);
    entry->is_queued = true;
    queue->set |= SIGNAL_BIT(entry->info.si_signo);
}

void signal_queue_remove_own(struct signal_queue *queue, struct signal_entry *entry)
{
    struct signal_entry *other;

    list_del(&entry->node);
    entry->is_queued = false;
    list_for_each_entry (other, &queue->entries, node)
        if (other->info.si_signo == entry->info.si_signo)
            return;
    queue->set &= ~SIGNAL_BIT(entry->info.si_signo);
}

static int signal_queue_first(const struct signal_queue *queue, signal_set wanted)
{
    signal_set ready = queue->set & wanted;

    if (ready & SIGNALS_SYNCHRONOUS)
        ready &= SIGNALS_SYNCHRONOUS;
    return ready != 0 ? __builtin_ctzll(ready) + 1 : 0;
}

int signal_queue_take(struct signal_queue *queue, signal_set wanted, struct siginfo *info)
{
    int signal = signal_queue_first(queue, wanted);
    struct signal_entry *entry, *found = NULL;
    bool has_more = false;

    if (signal == 0)
        return 0;
    list_for_each_entry (entry, &queue->entries, node) {
        if (entry->info.si_signo != signal)
            continue;
        has_more = found != NULL;
        if (has_more)
            break;
        found = entry;
    }
    if (!has_more)
        queue->set &= ~SIGNAL_BIT(signal);
    if (found == NULL) {
        *info = (struct siginfo){.si_signo = signal, .si_code = SI_USER};
        return signal;
    }
    *info = found->info;
    list_del(&found->node);
    signal_entry_end(found, info);
    return signal;
}

void signal_queue_remove(struct signal_queue *queue, signal_set signals)
{
    struct signal_entry *entry, *ahead;

    if ((queue->set & signals) == 0)
        return;
    queue->set &= ~signals;
    list_for_each_entry_safe (entry, ahead, &queue->entries, node) {
        if (signals & SIGNAL_BIT(entry->info.si_signo)) {
            list_del(&entry->node);
            signal_entry_end(entry, NULL);
        }
    }
}

void signal_flush(struct process *process, signal_set signals)
{
    struct task *task;

    signal_queue_remove(&process->pending, signals);
    list_for_each_entry (task, &process->threads, thread_node)
        signal_queue_remove(&task->pending, signals);
}
