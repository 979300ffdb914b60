/*
 * The screen: what a terminal emulator (kernel/lib/vt.h) shows, drawn by whichever hardware there
 * is, VGA text or a frame buffer. Console of the log, and output device of the terminal tty1, whose
 * input is the keyboard's.
 *
 * Only cells that look other than before are drawn, since writing to video memory is slow.
 */
#ifndef LIMEN_DRIVERS_SCREEN_H
#define LIMEN_DRIVERS_SCREEN_H

#include "kernel/lib/vt.h"

struct tty_device;

/* What a place on the screen looks like. */
struct screen_cell {
    uint32_t code;                  /* Unicode */
    uint8_t foreground, background; /* 0 .. 15, ANSI's order */
    bool is_underlined;
};

/* The hardware. Its functions take no lock, work with interrupts off, and aren't called twice at a
 * time (but perhaps in a panic). */
struct screen_hardware {
    const char *name;
    unsigned columns, rows;
    void (*draw)(unsigned row, unsigned column, const struct screen_cell *cell);
    /* Moves the cursor, row == rows: hides it. NULL: there is none, so screen.c draws one. */
    void (*move_cursor)(unsigned row, unsigned column);
};

/* Finds the hardware that the boot loader has set up; NULL: not this kind, or no memory. */
const struct screen_hardware *vga_text_find(void);
const struct screen_hardware *framebuffer_find(void);

/* Starts the screen, if there is one, and sends the log to it. The terminal device, or NULL. */
struct tty_device *screen_start(void);

/* In characters. */
void screen_size(unsigned short *columns, unsigned short *rows);

/* Shows what has scrolled off, by half screens: up, or below 0 down again. From any context. */
void screen_look(int pages);

/* Lets the screen answer programs that ask it something (where is the cursor?): only one device of
 * a terminal should. */
void screen_allow_answers(void);

/* How keys are to be coded now (DECCKM, LNM), as programs have asked the screen. */
bool screen_wants_application_cursor(void);
bool screen_wants_newline_mode(void);

#endif
