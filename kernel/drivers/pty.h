/*
 * Pseudo-terminals (pty(7)): a terminal whose device is another program, which holds the master's
 * end. pty.c is that end; devpts.c gives the other one its name in /dev/pts.
 *
 * Locking: read_lock, write_lock: one read, one write of the master at a time (RANK_TTY);
 * device.lock, which guards the input ring too: what waits for the master; the directory's inode
 * mutex: number and name.
 */
#ifndef LIMEN_DRIVERS_PTY_H
#define LIMEN_DRIVERS_PTY_H

#include "kernel/drivers/tty.h"
#include "kernel/vfs/path.h"

#define PTY_OUTPUT_BYTES 4096

struct pty {
    struct tty tty;           /* the slave */
    struct tty_device device; /* the master, as that sees it */

    struct mutex read_lock, write_lock;
    struct wait_queue wait; /* the master's: bytes, room, changes, the last slave's close */
    bool was_open;          /* a slave has been closed; atomic */

    /* Under device.lock */
    struct ring output;
    uint8_t output_bytes[PTY_OUTPUT_BYTES];
    bool is_packet;   /* TIOCPKT */
    uint32_t changes; /* TIOCPKT_* that the master hasn't read */

    /* devpts.c's, constant while the master is open */
    unsigned number;
    struct path place;   /* the root of its file system, with references */
    struct dentry *name; /* in it, with a reference */
};

/* The operations of /dev/ptmx: each opening makes a pseudo-terminal and holds its master. */
extern const struct file_ops pty_master_ops;

/* Finds the file system that goes with a ptmx that is being opened: that which it is in, or what is
 * mounted on `pts` beside it. 0 and its root, with references; -ENODEV. */
int devpts_find(struct inode *inode, struct file *file, struct path *place);

/* Gives a new pseudo-terminal its number and name; takes over the references of pty->place, also on
 * failure. -ENOSPC, -ENOMEM. */
int devpts_add(struct pty *pty);

/* Takes them away. */
void devpts_remove(struct pty *pty);

/* TIOCGPTPEER: opens the slave by no name. A descriptor or -errno. */
int devpts_open_peer(struct pty *pty, unsigned flags);

#endif
