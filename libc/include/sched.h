/* Tasks and CPUs. */
#ifndef LIMEN_LIBC_SCHED_H
#define LIMEN_LIBC_SCHED_H

#include <stddef.h>
#include <sys/types.h>

#include "kernel/abi/sched.h"
#include "kernel/abi/time.h"

#define CPU_SETSIZE 1024

struct limen_cpu_set {
    unsigned long words[CPU_SETSIZE / 64];
};
typedef struct limen_cpu_set cpu_set_t;

#define CPU_ZERO(set) ((void)__builtin_memset((set), 0, sizeof(cpu_set_t)))
#define CPU_SET(cpu, set) ((void)((set)->words[(cpu) / 64] |= 1UL << ((cpu) % 64)))
#define CPU_CLR(cpu, set) ((void)((set)->words[(cpu) / 64] &= ~(1UL << ((cpu) % 64))))
#define CPU_ISSET(cpu, set) ((int)((set)->words[(cpu) / 64] >> ((cpu) % 64) & 1))
#define CPU_COUNT(set) __sched_cpucount(sizeof(cpu_set_t), (set))

/* Runs function(arg) in a new task on the stack that ends below `stack`. */
int clone(int (*function)(void *), void *stack, int flags, void *arg, ...
          /* pid_t *parent_tid, void *tls, pid_t *child_tid */);
int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int sched_getcpu(void);
int sched_getparam(pid_t pid, struct sched_param *param);
int sched_getscheduler(pid_t pid);
int sched_rr_get_interval(pid_t pid, struct timespec *interval);
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int sched_setparam(pid_t pid, const struct sched_param *param);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param);
int sched_yield(void);
int __sched_cpucount(size_t size, const cpu_set_t *set);

#endif
