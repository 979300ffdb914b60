/*
 * Steering the real clock.
 *
 * See `man 2 adjtimex`.
 */
#ifndef LIMEN_ABI_TIMEX_H
#define LIMEN_ABI_TIMEX_H

#include "kernel/abi/time.h"

struct timex {
    unsigned int modes;
    long offset;
    long freq;
    long maxerror;
    long esterror;
    int status;
    long constant;
    long precision;
    long tolerance;
    struct timeval time; /* tv_usec holds nanoseconds with STA_NANO or, on the way in, ADJ_NANO */
    long tick;
    long ppsfreq;
    long jitter;
    int shift;
    long stabil;
    long jitcnt;
    long calcnt;
    long errcnt;
    long stbcnt;
    int tai;
    int unused[11];
};
_Static_assert(sizeof(struct timex) == 208, "struct timex");

#define ADJ_OFFSET 0x0001
#define ADJ_FREQUENCY 0x0002
#define ADJ_MAXERROR 0x0004
#define ADJ_ESTERROR 0x0008
#define ADJ_STATUS 0x0010
#define ADJ_TIMECONST 0x0020
#define ADJ_TAI 0x0080
#define ADJ_SETOFFSET 0x0100
#define ADJ_MICRO 0x1000
#define ADJ_NANO 0x2000
#define ADJ_TICK 0x4000
#define ADJ_OFFSET_SINGLESHOT 0x8001
#define ADJ_OFFSET_SS_READ 0xa001

#define STA_UNSYNC 0x0040
#define STA_NANO 0x2000

#define TIME_ERROR 5 /* what adjtimex returns as long as nobody keeps the clock right */

#endif
