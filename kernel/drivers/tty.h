/*
 * Terminals: a line discipline between the programs' files and one or two devices, and the tie
 * between a terminal and a session (ioctl_tty(2), credentials(7)). A device is hardware, or the
 * master's end of a pseudo-terminal (pty.c).
 *
 * Device drivers call tty_device_* from their interrupt handlers; that only fills a ring and wakes
 * the terminals' thread, ttyd, which does the rest (echo, signals, waking readers) where it may
 * sleep. A pseudo-terminal is served by whoever uses it.
 *
 * A terminal that is hung up goes on existing, but what was opened before is dead: it counts its
 * hang-ups, and each file knows how many there had been when it was opened (vhangup(2)).
 *
 * Locking, outermost first:
 *   read_lock, write_lock  mutexes (RANK_TTY): one read(2), one write(2) at a time, as a whole
 *   lock                   mutex (RANK_DEVICE): line discipline, window size, output to the
 * devices, who has it open process_tree_lock      session and foreground of all terminals, hang-ups
 *   tty_device.lock        spin lock (RANK_TTY_INPUT): the device's input ring
 */
#ifndef LIMEN_DRIVERS_TTY_H
#define LIMEN_DRIVERS_TTY_H

#include "kernel/abi/termios.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/drivers/ldisc.h"
#include "kernel/lib/ring.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/wait.h"
#include "kernel/vfs/file.h"

struct inode;
struct pid;
struct process;
struct tty_device;

#define TTY_COUNT_MAX 4
#define TTY_DEVICES_MAX 2
#define TTY_INPUT_BYTES 1024

struct tty_device_ops {
    /* Takes as many bytes as it can now, returns how many; fewer than `count`: it will call
     * tty_device_writable. Never sleeps; calls are serialized by the terminal. */
    size_t (*write)(struct tty_device *device, const uint8_t *bytes, size_t count);
    /* Input that was held back finds room again (see tty_device_hold). NULL: never held back. */
    void (*resume)(struct tty_device *device);
    /* True when all that write took has left the machine. NULL: always. */
    bool (*is_idle)(struct tty_device *device);
    /* What the device has left to a thread. NULL: nothing ever. As write. */
    void (*serve)(struct tty_device *device);
    /* What the line discipline noted in `changes`. NULL: it doesn't matter. As write. */
    void (*note)(struct tty_device *device, uint32_t changes);
};

struct tty_device {
    const struct tty_device_ops *ops;
    struct tty *tty; /* where its input goes; NULL: nowhere. Set at boot */

    struct spinlock lock;
    struct ring input;
    uint8_t input_bytes[TTY_INPUT_BYTES];

    bool is_held;    /* input waits in the hardware; atomic */
    bool break_seen; /* a break condition; atomic */
};

struct tty {
    struct refcount
        ref; /* files, and a pseudo-terminal's master; the machine's own stay for ever */
    void (*free)(struct tty *tty);   /* NULL: never freed */
    void (*closed)(struct tty *tty); /* the last file has been closed. NULL: the session loses it */
    bool is_pty;

    struct tty_device *devices[TTY_DEVICES_MAX]; /* the first one sets the pace */
    unsigned device_count;

    struct mutex read_lock, write_lock;
    struct wait_queue input_wait;  /* something to read */
    struct wait_queue output_wait; /* room to write, or all written */

    dev_t number; /* under which /proc/PID/stat names it: the first that was registered */

    struct mutex lock;
    struct ldisc ldisc;
    unsigned cflag_mask; /* what of c_cflag programs may change */
    struct winsize size;
    unsigned open_count; /* files */
    bool is_exclusive;   /* TIOCEXCL */
    bool is_locked;      /* a pseudo-terminal's TIOCSPTLCK: can't be opened */
    bool is_cut_off;     /* a pseudo-terminal whose master is closed; atomic */

    /* Under process_tree_lock */
    struct pid *session;    /* whose controlling terminal this is, with a reference; NULL: none */
    struct pid *foreground; /* that session's foreground process group, likewise */
    uint64_t hangups;       /* atomic */
};

/* --- For device drivers --- */

void tty_device_init(struct tty_device *device, const struct tty_device_ops *ops);

/* Bytes that tty_device_receive would take now. */
size_t tty_device_room(struct tty_device *device);

/* Hands in what was typed; what finds no room is lost. From any context. */
void tty_device_receive(struct tty_device *device, const uint8_t *bytes, size_t count);
void tty_device_break(struct tty_device *device);

/* The driver leaves input in the hardware, for want of room, and is to be resumed. False: there is
 * room again already, and it won't be. */
bool tty_device_hold(struct tty_device *device);

/* write would take bytes again, or serve is to be called. */
void tty_device_writable(struct tty_device *device);

/* --- For who makes terminals (console.c) --- */

/* A terminal without devices; `cflag` describes the line. */
void tty_init(struct tty *tty, unsigned cflag, bool is_pty);
void tty_add_device(struct tty *tty, struct tty_device *device);

static inline struct tty *tty_get(struct tty *tty)
{
    refcount_get(&tty->ref);
    return tty;
}

void tty_put(struct tty *tty);

/* Lets ttyd serve it: once it has its devices, at boot. At most TTY_COUNT_MAX terminals. */
void tty_announce(struct tty *tty);

/* For who opens `file`: it becomes one of the terminal, with a reference. -EIO: a pseudo-terminal
 * that can't be opened; -EBUSY: somebody else's alone. */
int tty_open_as(struct inode *inode, struct file *file, struct tty *tty);

/* Hangs up (vhangup(2)): open files are dead, what was typed is gone, the session's leader gets
 * SIGHUP and SIGCONT, and if the leader ends by itself (session_ends) the foreground SIGHUP. */
void tty_hang_up(struct tty *tty, bool session_ends);

/* vhangup(2) of the running process's terminal, if it has one. */
void tty_hang_up_own(void);

/* Makes it the device `dev`. 0, -EBUSY, -ENOMEM. Several numbers may be one terminal. */
int tty_register(struct tty *tty, dev_t dev, const char *name);

/* Makes /dev/tty, which is whatever terminal controls the opener's session. 0 or -errno. */
int tty_register_controlling(void);

/* --- What tty.c, tty_file.c, tty_ioctl.c and tty_job.c share --- */

/* Input in, echo and output out, signals and readers off: what ttyd does for a terminal. */
void tty_serve(struct tty *tty);
/* The same soon, or for a pseudo-terminal at once. No lock of the terminal held. */
void tty_kick(struct tty *tty);

/* Sends what waits in the line discipline to the devices, as far as they take it. Under lock. */
void tty_flush(struct tty *tty);

/* Sends the signals that the line discipline left; `signals` was taken under lock. */
void tty_send_signals(struct tty *tty, uint32_t signals);

/* Takes one of the locks that make a read or write whole; doesn't wait for it if the file says so:
 * -EAGAIN. */
int tty_enter(struct file *file, struct mutex *lock);

/* Waits until all output has left. 0, -ERESTARTSYS. */
int tty_drain(struct tty *tty);

long tty_ioctl(struct file *file, unsigned request, unsigned long argument);
/* Those that a pseudo-terminal's master passes on; -ENOTTY for others. */
long tty_common_ioctl(struct tty *tty, unsigned request, unsigned long argument);

/*
 * May the running process do what only the foreground may? 0; else it was sent `signal` (SIGTTIN,
 * SIGTTOU): -ERESTARTSYS, or it can't be: -EIO.
 */
int tty_check_foreground(struct tty *tty, int signal);

/* The controlling terminal of the running process, with a reference; NULL: none. */
struct tty *tty_controlling(void);

/* On opening: if the running process leads a session that has no terminal, and this one is
 * nobody's, they belong together from now on. */
void tty_adopt(struct tty *tty);

/* The last file has closed: the session has lost its terminal. */
void tty_forget_session(struct tty *tty);

/* The part of a hang-up that is about sessions. */
void tty_cut(struct tty *tty, bool session_ends);

/* TIOCSCTTY, TIOCNOTTY, TIOCGPGRP, TIOCSPGRP, TIOCGSID; -ENOTTY for others. by_master: the file is
 * that of a pseudo-terminal's master. */
long tty_job_ioctl(struct file *file, struct tty *tty, bool by_master, unsigned request,
                   unsigned long argument);

static inline struct tty *tty_of(struct file *file)
{
    return file->private;
}

/* Of a file that outlives all hang-ups: the system console's, as on Linux. */
#define TTY_NEVER_HUNG UINT64_MAX

/* Was the terminal hung up since the file was opened? */
static inline bool tty_is_hung(struct file *file)
{
    return file->cookie != TTY_NEVER_HUNG && file->cookie != atomic_load(&tty_of(file)->hangups);
}

/* Sends a signal to the foreground group, if there is one. */
void tty_signal_foreground(struct tty *tty, int signal);

#endif
