/*
 * Waiting for children (wait4(2), waitid(2)).
 */
#ifndef LIMEN_PROC_WAIT_H
#define LIMEN_PROC_WAIT_H

#include "kernel/abi/wait.h"
#include "kernel/proc/task.h"

struct wait_request {
    int type;            /* P_ALL, P_PID, P_PGID */
    struct pid *pid;     /* which process or group; NULL: a number that stands for none */
    int options;         /* WNOHANG and the like; WEXITED wanted for ends */
    bool is_nonblocking; /* a descriptor's, not WNOHANG of the caller's: nothing found is -EAGAIN */

    /* What was found; number 0: nothing (WNOHANG) */
    pid_t number;
    int status;                 /* wait(2)'s encoding */
    struct siginfo info;        /* waitid's */
    struct process_usage usage; /* of the child and the children that it has waited for */

    struct task *reaped; /* inside wait.c */
};

/* Waits for a child of the running process: 0 with the results filled in, -ECHILD, -ERESTARTSYS. */
long process_wait(struct wait_request *request);

#endif
