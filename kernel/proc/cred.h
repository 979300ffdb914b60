/*
 * Changing credentials (credentials(7)). struct cred and its questions are in kernel/core/cred.h.
 *
 * The running thread's cred is changed as a whole: cred_prepare, edit the copy, cred_commit. Only
 * the thread itself replaces its cred, under its process's signal lock; others look at it under
 * that lock and take a reference to keep it.
 */
#ifndef LIMEN_PROC_CRED_H
#define LIMEN_PROC_CRED_H

#include "kernel/core/cred.h"

struct task;

const struct cred *cred_get(const struct cred *cred);
void cred_put(const struct cred *cred); /* NULL is fine; from any context */

/* The real user of any task. */
uid_t task_uid(struct task *task);

/* A copy of the running thread's cred, to be changed and committed, or dropped. NULL: no memory. */
struct cred *cred_prepare(void);
void cred_drop(struct cred *cred);

/* Puts the copy in place of the running thread's cred and charges the task to its new real user.
 * -EAGAIN (no memory; the copy is dropped, nothing changed), else 0. */
int cred_commit(struct cred *cred);

#endif
