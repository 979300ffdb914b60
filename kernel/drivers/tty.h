/*
 * Terminals: a line discipline between the programs' files and one or two devices, and the tie
 * between a terminal and a session (ioctl_tty(2), credentials(7)).
 *
 * Device drivers call tty_device_* from their interrupt handlers; that only fills a ring and wakes
 * the terminals' thread, ttyd, which does the rest (echo, signals, waking readers) where it may
 * sleep.
 *
 * Locking, outermost first:
 *   read_lock, write_lock  mutexes (RANK_TTY): one read(2), one write(2) at a time, as a whole
 *   lock                   mutex (RANK_DEVICE): line discipline, window size, output to the devices
 *   process_tree_lock      session and foreground of all terminals
 *   tty_device.lock        spin lock (RANK_TTY_INPUT): the device's input ring
 */
#ifndef LIMEN_DRIVERS_TTY_H
#define LIMEN_DRIVERS_TTY_H

#include "kernel/abi/termios.h"
#include "kernel/core/spinlock.h"
#include "kernel/drivers/ldisc.h"
#include "kernel/lib/ring.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/wait.h"
#include "kernel/vfs/file.h"

struct pid;
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
    struct tty_device *devices[TTY_DEVICES_MAX]; /* the first one sets the pace */
    unsigned device_count;

    struct mutex read_lock, write_lock;
    struct wait_queue input_wait;  /* something to read */
    struct wait_queue output_wait; /* room to write, or all written */

    dev_t number; /* under which /proc/PID/stat names it: the first that was registered */

    struct mutex lock;
    struct ldisc ldisc;
    struct winsize size;

    /* Under process_tree_lock */
    struct pid *session;    /* whose controlling terminal this is, with a reference; NULL: none */
    struct pid *foreground; /* that session's foreground process group, likewise */
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

/* write would take bytes again. */
void tty_device_writable(struct tty_device *device);

/* --- For who makes terminals (console.c) --- */

/* A terminal without devices; `cflag` describes the line. */
void tty_init(struct tty *tty, unsigned cflag);
void tty_add_device(struct tty *tty, struct tty_device *device);

/* Lets ttyd serve it: once it has its devices, at boot. At most TTY_COUNT_MAX terminals. */
void tty_announce(struct tty *tty);

/* Makes it the device `dev`. 0, -EBUSY, -ENOMEM. Several numbers may be one terminal. */
int tty_register(struct tty *tty, dev_t dev, const char *name);

/* Makes /dev/tty, which is whatever terminal controls the opener's session. 0 or -errno. */
int tty_register_controlling(void);

/* --- What tty.c, tty_file.c, tty_ioctl.c and tty_job.c share --- */

/* The terminals there are, from 0 on; NULL behind the last one. */
struct tty *tty_at(uint32_t index);

/* Lets ttyd look at all terminals. From any context that holds no lock from RANK_WAIT up. */
void ttyd_wake(void);

/* Sends what waits in the line discipline to the devices, as far as they take it. Under lock. */
void tty_flush(struct tty *tty);

/* Sends the signals that the line discipline left; `signals` was taken under lock. */
void tty_send_signals(struct tty *tty, uint32_t signals);

/* Waits until all output has left. 0, -ERESTARTSYS. */
int tty_drain(struct tty *tty);

long tty_ioctl(struct file *file, unsigned request, unsigned long argument);

/*
 * May the running process do what only the foreground may? 0; else it was sent `signal` (SIGTTIN,
 * SIGTTOU): -ERESTARTSYS, or it can't be: -EIO.
 */
int tty_check_foreground(struct tty *tty, int signal);

/* The controlling terminal of the running process; NULL: none. */
struct tty *tty_controlling(void);

/* On opening: if the running process leads a session that has no terminal, and this one is
 * nobody's, they belong together from now on. */
void tty_adopt(struct tty *tty);

/* TIOCSCTTY, TIOCNOTTY, TIOCGPGRP, TIOCSPGRP, TIOCGSID; -ENOTTY for others. */
long tty_job_ioctl(struct file *file, unsigned request, unsigned long argument);

static inline struct tty *tty_of(struct file *file)
{
    return file->private;
}

/* Sends a signal to the foreground group, if there is one. */
void tty_signal_foreground(struct tty *tty, int signal);

#endif
