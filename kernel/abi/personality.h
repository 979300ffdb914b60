/*
 * Personalities: what of another system's ways a program wants.
 *
 * See `man 2 personality`.
 */
#ifndef LIMEN_ABI_PERSONALITY_H
#define LIMEN_ABI_PERSONALITY_H

#define PER_LINUX 0x0000000u
#define ADDR_NO_RANDOMIZE 0x0040000u

#endif
