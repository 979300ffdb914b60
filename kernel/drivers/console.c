/*
 * Which terminals the machine has: ttyS0 on COM1, tty1 on screen and keyboard, and the system
 * console, /dev/console.
 *
 * The command line's console=ttyS0 or console=tty1 makes one of them the system console. Without it
 * they are one terminal: what is written appears on both, and both type into it. So a person finds
 * the shell wherever they sit.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/drivers/keyboard.h"
#include "kernel/drivers/screen.h"
#include "kernel/drivers/serial.h"
#include "kernel/drivers/tty.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"

#define DEV_TTY1 DEV_MAKE(4, 1)
#define DEV_TTYS0 DEV_MAKE(4, 64)
#define DEV_CONSOLE DEV_MAKE(5, 1)

#define CFLAG_SERIAL (B115200 | CS8 | CREAD | HUPCL | CLOCAL)
#define CFLAG_SCREEN (B38400 | CS8 | CREAD | HUPCL)

static struct tty serial_tty, screen_tty;

/* Adds a device to a terminal, which then has that number as well. */
static int console_attach(struct tty *tty, struct tty_device *device, dev_t dev, const char *name)
{
    if (device == NULL)
        return 0;
    tty_add_device(tty, device);
    return tty_register(tty, dev, name);
}

/* The terminal that the command line chooses, NULL if it leaves the choice to us. */
static struct tty *console_chosen(void)
{
    char name[16];

    if (cmdline_get(boot_command_line, "console", name, sizeof(name)) < 0)
        return NULL;
    if (strcmp(name, "ttyS0") == 0)
        return &serial_tty;
    if (strcmp(name, "tty1") == 0)
        return &screen_tty;
    pr_warn("console: %s is not there; ttyS0 and tty1 are", name);
    return NULL;
}

/* Makes the terminals out of the devices there are (NULL: missing), and the system console. */
static int console_make(struct tty_device *serial, struct tty_device *screen)
{
    struct tty *chosen = console_chosen();
    struct tty *console = chosen != NULL ? chosen : &serial_tty;
    int err;

    tty_init(&serial_tty, CFLAG_SERIAL, false);
    tty_init(&screen_tty, CFLAG_SCREEN, false);
    err = console_attach(&serial_tty, serial, DEV_TTYS0, "ttyS0");
    if (err == 0)
        err = console_attach(chosen != NULL ? &screen_tty : &serial_tty, screen, DEV_TTY1, "tty1");
    if (err == 0 && console->device_count == 0)
        console = console == &serial_tty ? &screen_tty : &serial_tty;
    if (err == 0)
        err = console->device_count > 0 ? tty_register(console, DEV_CONSOLE, "console") : -ENODEV;
    if (err == 0)
        err = tty_register_controlling();
    tty_announce(&serial_tty);
    tty_announce(&screen_tty);
    return err;
}

/* The screen's size and its answers to programs count only where the screen is the first device: on
 * a serial line sits a terminal of some other size, which answers too. */
static void console_start_screen(struct tty_device *screen)
{
    struct tty *tty = screen->tty;

    if (tty->devices[0] == screen) {
        screen_size(&tty->size.ws_col, &tty->size.ws_row);
        screen_allow_answers();
    }
    keyboard_start(screen);
}

static void console_init(void)
{
    struct tty_device *serial = serial_tty_device();
    struct tty_device *screen = screen_start();
    int err = console_make(serial, screen);

    if (err != 0)
        pr_err("console: no terminal (error %d)", -err);
    else if (screen != NULL)
        console_start_screen(screen);
}
INIT_CALL(3, console_init);
