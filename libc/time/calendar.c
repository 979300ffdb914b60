/*
 * The Gregorian calendar. It repeats after 400 years, 146097 days; a year that begins in March has
 * its leap day at the end, and its months' lengths follow (153 * month + 2) / 5.
 */
#include "libc/time/calendar.h"

#include <limits.h>

#define DAYS_PER_ERA 146097L
/* From 1 March of year 0 to 1 January 1970. */
#define DAYS_TO_EPOCH 719468L

const char *const __day_names[7] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
};

const char *const __month_names[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

static long floor_div(long a, long b)
{
    return a / b - (a % b < 0);
}

int __is_leap(long year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

long __days_before(long year, int month)
{
    long march_year = month < 2 ? year - 1 : year;
    long march_month = (month + 10) % 12;
    long era = floor_div(march_year, 400);
    long year_of_era = march_year - era * 400;
    long day =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * march_month + 2) / 5;

    return era * DAYS_PER_ERA + day - DAYS_TO_EPOCH;
}

int __calendar_fill(time_t time, struct tm *tm)
{
    long days = floor_div(time, SECONDS_PER_DAY);
    int seconds = (int)(time - days * SECONDS_PER_DAY);
    long since_march = days + DAYS_TO_EPOCH;
    long era = floor_div(since_march, DAYS_PER_ERA);
    long day = since_march - era * DAYS_PER_ERA;
    long year = (day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) / 365;
    int month;

    day -= year * 365 + year / 4 - year / 100;
    month = (int)((5 * day + 2) / 153);
    tm->tm_mday = (int)(day - (153 * month + 2) / 5) + 1;
    tm->tm_mon = (month + 2) % 12;
    year += era * 400 + (tm->tm_mon < 2);
    if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
        return -1;
    tm->tm_year = (int)(year - 1900);
    tm->tm_yday = (int)(days - __days_before(year, 0));
    tm->tm_wday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
    tm->tm_hour = seconds / 3600;
    tm->tm_min = seconds / 60 % 60;
    tm->tm_sec = seconds % 60;
    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    return 0;
}
