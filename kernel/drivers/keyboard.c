/*
 * The PS/2 keyboard. See keyboard.h. (Intel 8042; IBM, "PS/2 Hardware Interface Technical
 * Reference: Keyboard and Auxiliary Device Controller".)
 *
 * The state of the keys belongs to the interrupt handler, which runs on one CPU only.
 */
#include "kernel/drivers/keyboard.h"

#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "kernel/core/clock.h"
#include "kernel/core/log.h"
#include "kernel/drivers/keymap.h"
#include "kernel/drivers/power.h"
#include "kernel/drivers/screen.h"
#include "kernel/drivers/tty.h"

#define I8042_DATA 0x60
#define I8042_STATUS 0x64  /* reading */
#define I8042_COMMAND 0x64 /* writing */
#define KEYBOARD_IRQ 1

#define STATUS_OUTPUT_FULL 0x01 /* a byte for us */
#define STATUS_INPUT_FULL 0x02  /* our last byte isn't taken yet */
#define STATUS_MOUSE 0x20       /* the byte for us is the mouse's */
#define STATUS_ABSENT 0xff      /* what an empty bus reads */

#define COMMAND_READ_CONFIG 0x20
#define COMMAND_WRITE_CONFIG 0x60
#define COMMAND_DISABLE_MOUSE 0xa7
#define COMMAND_SELF_TEST 0xaa
#define COMMAND_DISABLE_KEYBOARD 0xad
#define COMMAND_ENABLE_KEYBOARD 0xae
#define SELF_TEST_PASSED 0x55

#define CONFIG_KEYBOARD_INTERRUPT 0x01
#define CONFIG_MOUSE_INTERRUPT 0x02
#define CONFIG_KEYBOARD_OFF 0x10
#define CONFIG_TRANSLATE 0x40 /* scan code set 2 to set 1 */

#define KEYBOARD_ENABLE_SCANNING 0xf4

/* How long the controller may take to answer. */
#define ANSWER_NS (200 * NSEC_PER_MSEC)
/* So many old bytes may lie in it, at most; more: it isn't there. */
#define STALE_BYTES_MAX 64

static struct keymap keymap;
static struct tty_device *keyboard_device;

/* Waits until the bits of the status are as wanted; false: too long. */
static bool i8042_wait(uint8_t mask, uint8_t wanted)
{
    uint64_t deadline_ns = cpu_clock_ns() + ANSWER_NS;

    while ((io_read8(I8042_STATUS) & mask) != wanted) {
        if (cpu_clock_ns() >= deadline_ns)
            return false;
        cpu_relax();
    }
    return true;
}

static bool i8042_write(uint16_t port, uint8_t byte)
{
    if (!i8042_wait(STATUS_INPUT_FULL, 0))
        return false;
    io_write8(port, byte);
    return true;
}

static bool i8042_read(uint8_t *byte)
{
    if (!i8042_wait(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL))
        return false;
    *byte = io_read8(I8042_DATA);
    return true;
}

/* A command that is answered by a byte. */
static bool i8042_ask(uint8_t command, uint8_t *answer)
{
    return i8042_write(I8042_COMMAND, command) && i8042_read(answer);
}

static bool i8042_configure(uint8_t config)
{
    return i8042_write(I8042_COMMAND, COMMAND_WRITE_CONFIG) && i8042_write(I8042_DATA, config);
}

/* Throws away what lies in the controller; false: there is no end of it. */
static bool i8042_empty(void)
{
    for (unsigned i = 0; i < STALE_BYTES_MAX; i++) {
        if (!(io_read8(I8042_STATUS) & STATUS_OUTPUT_FULL))
            return true;
        io_read8(I8042_DATA);
    }
    return false;
}

/* Finds the controller and makes it quiet; its configuration in *config. */
static bool i8042_find(uint8_t *config)
{
    uint8_t verdict;

    if (io_read8(I8042_STATUS) == STATUS_ABSENT)
        return false;
    if (!i8042_write(I8042_COMMAND, COMMAND_DISABLE_KEYBOARD) ||
        !i8042_write(I8042_COMMAND, COMMAND_DISABLE_MOUSE) || !i8042_empty())
        return false;
    if (!i8042_ask(COMMAND_READ_CONFIG, config))
        return false;
    return i8042_ask(COMMAND_SELF_TEST, &verdict) && verdict == SELF_TEST_PASSED;
}

/* The self test may have reset the configuration, so all of it is written. */
static bool i8042_start(uint8_t config)
{
    uint8_t acknowledgement;

    config &= (uint8_t) ~(CONFIG_MOUSE_INTERRUPT | CONFIG_KEYBOARD_OFF | CONFIG_KEYBOARD_INTERRUPT);
    config |= CONFIG_TRANSLATE;
    if (!i8042_configure(config) || !i8042_write(I8042_COMMAND, COMMAND_ENABLE_KEYBOARD))
        return false;
    /* A controller without a keyboard doesn't acknowledge; one may be plugged in later. */
    if (i8042_write(I8042_DATA, KEYBOARD_ENABLE_SCANNING) && !i8042_read(&acknowledgement))
        pr_info("keyboard: none answers");
    return i8042_configure(config | CONFIG_KEYBOARD_INTERRUPT);
}

static void keyboard_take(uint8_t code)
{
    uint8_t bytes[KEYMAP_BYTES_MAX];
    size_t count;

    keymap.application_cursor = screen_wants_application_cursor();
    keymap.newline_mode = screen_wants_newline_mode();
    switch (keymap_decode(&keymap, code, bytes, &count)) {
    case KEYMAP_CTRL_ALT_DEL:
        power_ctrl_alt_del();
        break;
    case KEYMAP_LOOK_UP:
        screen_look(1);
        break;
    case KEYMAP_LOOK_DOWN:
        screen_look(-1);
        break;
    case KEYMAP_BYTES:
        if (count > 0 && tty_device_room(keyboard_device) >= count)
            tty_device_receive(keyboard_device, bytes, count);
        break;
    }
}

static void keyboard_interrupt(void *unused)
{
    uint8_t status;

    (void)unused;
    for (unsigned i = 0; i < STALE_BYTES_MAX; i++) {
        uint8_t code;

        status = io_read8(I8042_STATUS);
        if (!(status & STATUS_OUTPUT_FULL))
            return;
        code = io_read8(I8042_DATA);
        if (!(status & STATUS_MOUSE))
            keyboard_take(code);
    }
}

void keyboard_start(struct tty_device *device)
{
    uint8_t config;

    keyboard_device = device;
    if (!i8042_find(&config)) {
        pr_info("keyboard: no controller");
        return;
    }
    if (irq_register_isa(KEYBOARD_IRQ, keyboard_interrupt, NULL, "keyboard") != 0 ||
        !i8042_start(config))
        pr_warn("keyboard: the controller does not work");
}
