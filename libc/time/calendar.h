/* Days of the Gregorian calendar, counted from 1 January 1970. */
#ifndef LIMEN_LIBC_TIME_CALENDAR_H
#define LIMEN_LIBC_TIME_CALENDAR_H

#include <time.h>

#define SECONDS_PER_DAY 86400

extern const char *const __day_names[7];
extern const char *const __month_names[12];

/* The day on which a month (0 to 11) begins. */
long __days_before(long year, int month);

int __is_leap(long year);

/* Fills tm; -1 if the year doesn't fit. */
int __calendar_fill(time_t time, struct tm *tm);

#endif
