/*
 * What Linux implements and Limen doesn't (yet) is refused with an error and one line in the log,
 * the first time that it is asked for in this place.
 */
#ifndef LIMEN_PROC_REFUSE_H
#define LIMEN_PROC_REFUSE_H

#include "kernel/core/atomic.h"
#include "kernel/core/log.h"
#include "kernel/sched/thread.h"

#define log_refusal(fmt, ...)                                                              \
    do {                                                                                   \
        static bool _is_logged;                                                            \
        if (!atomic_swap(&_is_logged, true))                                               \
            pr_notice("%s[%d] asks for " fmt ", which Limen does not have", current->name, \
                      current->tid, __VA_ARGS__);                                          \
    } while (0)

#endif
