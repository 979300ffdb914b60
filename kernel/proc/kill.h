/*
 * Sending signals by number, with permission (kill(2), tkill(2), rt_sigqueueinfo(2)).
 */
#ifndef LIMEN_PROC_KILL_H
#define LIMEN_PROC_KILL_H

#include "kernel/proc/signal.h"

/* kill(2)'s forms: a process (by the number of any of its threads), 0 the own group, -1 everybody
 * else, -n group n. Signal 0 only asks. 0, -ESRCH, -EPERM, -EINVAL (no such signal), -EAGAIN. */
long signal_kill(pid_t pid, int signal);

/* The process that has this thread, with a siginfo of the caller's. */
long signal_kill_process(pid_t pid, int signal, const struct siginfo *info);

/* This very process. */
long signal_kill_exactly(struct process *process, int signal, const struct siginfo *info);

/* One thread; tgid 0: of whichever process. */
long signal_kill_thread(pid_t tgid, pid_t tid, int signal, const struct siginfo *info);

/* Takes a pending signal of the set, blocked or not; 0: none. */
int signal_take_now(signal_set wanted, struct siginfo *info);

/* sigtimedwait(2): takes a pending signal of the set, waiting for one until deadline_ns. The
 * signal, -EAGAIN (none in time), -EINTR. */
long signal_wait(signal_set wanted, uint64_t deadline_ns, struct siginfo *info);

#endif
