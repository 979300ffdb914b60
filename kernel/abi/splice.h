/*
 * Moving bytes through pipes.
 *
 * See `man 2 splice`, `man 2 tee`, `man 2 vmsplice`.
 */
#ifndef LIMEN_ABI_SPLICE_H
#define LIMEN_ABI_SPLICE_H

#define SPLICE_F_MOVE 0x01 /* a hint */
#define SPLICE_F_NONBLOCK 0x02
#define SPLICE_F_MORE 0x04 /* a hint */
#define SPLICE_F_GIFT 0x08 /* a hint */

#endif
