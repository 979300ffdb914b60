/* Time zones as TZ writes them: std offset [dst [offset] [,start[/time],end[/time]]]. POSIX,
 * XBD 8.3. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "libc/time/calendar.h"
#include "libc/time/zone.h"

enum {
    NAME_MIN = 3,
    HOURS_MAX = 167, /* of a rule's time: that of the time zone database's files */
    OFFSET_HOURS_MAX = 24,
    HOUR_S = 3600
};

/* What holds where TZ names a summer time and no dates: the law of the United States. */
static const char default_dates[] = ",M3.2.0,M11.1.0";

static bool number_parse(const char **at, long least, long most, long *number)
{
    const char *start = *at;

    for (*number = 0; isdigit((unsigned char)**at) && *number <= most; (*at)++)
        *number = *number * 10 + (**at - '0');
    return *at > start && *number >= least && *number <= most;
}

/* [+-]hours[:minutes[:seconds]] */
static bool seconds_parse(const char **at, long hours_max, long *seconds)
{
    long part, unit = HOUR_S;
    int sign = **at == '-' ? -1 : 1;

    if (**at == '-' || **at == '+')
        (*at)++;
    if (!number_parse(at, 0, hours_max, &part))
        return false;
    *seconds = part * unit;
    while (**at == ':' && unit > 1) {
        (*at)++;
        unit /= 60;
        if (!number_parse(at, 0, 59, &part))
            return false;
        *seconds += part * unit;
    }
    *seconds *= sign;
    return true;
}

/* Letters, or anything within <>. */
static bool name_parse(const char **at, const char **name)
{
    bool quoted = **at == '<';
    const char *start = quoted ? *at + 1 : *at, *end = start;

    while (isalpha((unsigned char)*end) ||
           (quoted && (isdigit((unsigned char)*end) || *end == '+' || *end == '-')))
        end++;
    if (end - start < NAME_MIN || (quoted && *end != '>'))
        return false;
    *name = __zone_name(start, (size_t)(end - start));
    *at = quoted ? end + 1 : end;
    return true;
}

static bool week_parse(const char **at, struct zone_date *date)
{
    long month, week, day;

    if (!number_parse(at, 1, 12, &month) || *(*at)++ != '.' || !number_parse(at, 1, 5, &week) ||
        *(*at)++ != '.' || !number_parse(at, 0, 6, &day))
        return false;
    date->month = (int)month;
    date->week = (int)week;
    date->day = (int)day;
    return true;
}

/* ,date[/time] */
static bool date_parse(const char **at, struct zone_date *date)
{
    long day = 0;

    *date = (struct zone_date){.form = DATE_OF_YEAR, .seconds = 2 * HOUR_S};
    if (*(*at)++ != ',')
        return false;
    if (**at == 'M' || **at == 'J')
        date->form = *(*at)++ == 'M' ? DATE_OF_WEEK : DATE_NO_LEAP_DAY;
    if (date->form == DATE_OF_WEEK ? !week_parse(at, date)
                                   : !number_parse(at, date->form == DATE_NO_LEAP_DAY, 365, &day))
        return false;
    if (date->form != DATE_OF_WEEK)
        date->day = (int)day;
    if (**at != '/')
        return true;
    (*at)++;
    return seconds_parse(at, HOURS_MAX, &date->seconds);
}

bool __zone_rule_parse(const char *text, struct zone_rule *rule)
{
    long west;

    *rule = (struct zone_rule){.summer.is_summer = true};
    if (!name_parse(&text, &rule->standard.name) || !seconds_parse(&text, OFFSET_HOURS_MAX, &west))
        return false;
    rule->standard.offset = -west;
    rule->summer.offset = rule->standard.offset + HOUR_S;
    if (!*text)
        return true;
    rule->has_summer = true;
    if (!name_parse(&text, &rule->summer.name))
        return false;
    if (*text && *text != ',') {
        if (!seconds_parse(&text, OFFSET_HOURS_MAX, &west))
            return false;
        rule->summer.offset = -west;
    }
    if (!*text)
        text = default_dates;
    return date_parse(&text, &rule->begin) && date_parse(&text, &rule->end) && !*text;
}

/* When the date comes in a year, by clocks that don't change. */
static time_t date_in(const struct zone_date *date, long year)
{
    long first = __days_before(year, 0), next, weekday;

    switch (date->form) {
    case DATE_NO_LEAP_DAY:
        first += date->day - 1 + (date->day > 59 && __is_leap(year));
        break;
    case DATE_OF_YEAR:
        first += date->day;
        break;
    case DATE_OF_WEEK:
        first = __days_before(year, date->month - 1);
        next = date->month == 12 ? __days_before(year + 1, 0) : __days_before(year, date->month);
        weekday = ((first + 4) % 7 + 7) % 7; /* 1 January 1970 was a Thursday */
        first += (date->day - weekday + 7) % 7 + 7L * (date->week - 1);
        if (first >= next)
            first -= 7;
        break;
    }
    return first * SECONDS_PER_DAY + date->seconds;
}

const struct zone_kind *__zone_rule_at(const struct zone_rule *rule, time_t time)
{
    struct tm tm;
    time_t begin, end;
    bool is_summer;

    if (!rule->has_summer || __calendar_fill(time + rule->standard.offset, &tm) < 0)
        return &rule->standard;
    begin = date_in(&rule->begin, 1900L + tm.tm_year) - rule->standard.offset;
    end = date_in(&rule->end, 1900L + tm.tm_year) - rule->summer.offset;
    /* In the south summer spans the year's end. */
    is_summer = begin < end ? time >= begin && time < end : time >= begin || time < end;
    return is_summer ? &rule->summer : &rule->standard;
}
