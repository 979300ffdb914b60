/*
 * The PS/2 keyboard behind an i8042 controller.
 */
#ifndef LIMEN_DRIVERS_KEYBOARD_H
#define LIMEN_DRIVERS_KEYBOARD_H

struct tty_device;

/* Sets the controller up and types into this device from then on. A machine without one (of UEFI's
 * kind) is fine: nothing happens. */
void keyboard_start(struct tty_device *device);

#endif
