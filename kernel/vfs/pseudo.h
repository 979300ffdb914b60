/*
 * Registration of the pseudo-files below /proc (proc(5)): who owns what they show registers them,
 * kernel/fs/procfs.c makes them visible. Register at INIT_CALL(2, ...) or before; entries are
 * static and stay for ever.
 */
#ifndef LIMEN_VFS_PSEUDO_H
#define LIMEN_VFS_PSEUDO_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/vfs/path.h"

struct process;

/* Text that grows as it is written; memory that runs out is remembered in `error`. */
struct text {
    char *bytes; /* not NUL-terminated */
    size_t length, capacity;
    int error; /* 0 or -ENOMEM */
};

void text_init(struct text *text);
void text_free(struct text *text);
void text_printf(struct text *text, const char *fmt, ...) __printf(2, 3);
void text_append(struct text *text, const void *bytes, size_t size);

/* One name in /proc, or (in every process's folder) in /proc/PID. Which functions are set decides
 * what it is. `process` is NULL for entries of /proc itself. Functions may sleep. */
struct pseudo_entry {
    const char *name;
    mode_t mode; /* S_IFREG | 0444, S_IFLNK | 0777 */
    /* S_IFREG: writes the whole content, as of now. 0 or an error for who reads. */
    int (*show)(struct process *process, struct text *text);
    /* S_IFLNK that leads to an object: where to, with references (path_get). -ENOENT: nowhere. */
    int (*follow)(struct process *process, struct path *target);
    /* S_IFLNK that leads to a name: its text. */
    int (*link)(struct process *process, struct text *text);
    struct list node; /* kernel/vfs/pseudo.c's */
};

void pseudo_register(struct pseudo_entry *entries, size_t count);         /* /proc/NAME */
void pseudo_register_process(struct pseudo_entry *entries, size_t count); /* /proc/PID/NAME */

/* How procfs finds processes; kernel/proc registers one. */
struct pseudo_processes {
    struct process *(*find)(pid_t pid); /* a reference, or NULL */
    void (*get)(struct process *process);
    void (*put)(struct process *process);
    pid_t (*next)(pid_t after); /* smallest pid > after, 0: none */
    pid_t (*self)(void);        /* of the running thread; 0: a kernel thread */
    void (*owner)(struct process *process, uid_t *uid, gid_t *gid); /* of its files */
};

void pseudo_register_processes(const struct pseudo_processes *processes);

/* For procfs. NULL before registration. */
const struct pseudo_processes *pseudo_processes(void);
struct list *pseudo_entries(bool of_process);

#endif
