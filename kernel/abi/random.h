/*
 * Flags of getrandom.
 *
 * See `man 2 getrandom`.
 */
#ifndef LIMEN_ABI_RANDOM_H
#define LIMEN_ABI_RANDOM_H

#define GRND_NONBLOCK 1
#define GRND_RANDOM 2
#define GRND_INSECURE 4

#endif
