/*
 * Looking into other tasks, for /proc. What is got is NULL when the task has ended, and is to be
 * given back.
 */
#ifndef LIMEN_PROC_PROCESS_LOOK_H
#define LIMEN_PROC_PROCESS_LOOK_H

#include "kernel/proc/task.h"
#include "kernel/vfs/pseudo.h"

/* May the running thread look into the task? Whose ids it has, if it lets itself be looked into,
 * and who is privileged. By a file what counts are the file-system ids, by a system call the real
 * ones. */
bool task_may_look(struct task *task);
bool task_may_look_by_call(struct task *task);

/* For pseudo_entry.permission: only who may look, and he as the mode says. */
int pseudo_look_permission(const struct pseudo_subject *of, struct inode *inode,
                           const struct cred *cred, unsigned access);

struct mm *task_mm_get(struct task *task);         /* mm_put */
struct files *task_files_get(struct task *task);   /* files_put */
struct fs_context *task_fs_get(struct task *task); /* fs_context_put */

/* The memory of a task that may be looked into: 0 or -EACCES. */
int task_mm_look(struct task *task, struct mm **out);

#endif
