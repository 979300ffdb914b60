/*
 * strptime: the inverse of strftime. Fields that the format doesn't name stay as they are; where
 * year, month and day are named, the day of the week and of the year follow from them.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "libc/time/calendar.h"

struct parse {
    const char *text;
    struct tm *tm;
    int century; /* -1: none */
    bool is_pm;
    bool has_hour_12;
    bool has_date; /* a field of it */
};

static bool parse(struct parse *parse, const char *format);

/* Up to so many digits, after blanks; between the bounds. */
static bool number(struct parse *parse, int digits, int least, int most, int *value)
{
    int result = 0;

    while (isspace((unsigned char)*parse->text))
        parse->text++;
    if (!isdigit((unsigned char)*parse->text))
        return false;
    for (; digits > 0 && isdigit((unsigned char)*parse->text); digits--)
        result = result * 10 + (*parse->text++ - '0');
    *value = result;
    return result >= least && result <= most;
}

/* One of so many names, or its first three letters. */
static bool name(struct parse *parse, const char *const *names, int count, int *value)
{
    for (int i = 0; i < count; i++) {
        size_t length = strlen(names[i]);

        if (strncasecmp(parse->text, names[i], length) != 0) {
            length = 3;
            if (strncasecmp(parse->text, names[i], length) != 0)
                continue;
        }
        parse->text += length;
        *value = i;
        return true;
    }
    return false;
}

static bool parse_half(struct parse *parse)
{
    bool pm = strncasecmp(parse->text, "PM", 2) == 0;

    if (!pm && strncasecmp(parse->text, "AM", 2) != 0)
        return false;
    parse->is_pm = pm;
    parse->text += 2;
    return true;
}

static bool parse_zone(struct parse *parse)
{
    int sign = *parse->text == '-' ? -1 : 1;
    int hours, minutes = 0;

    if (*parse->text == 'Z') {
        parse->text++;
        parse->tm->tm_gmtoff = 0;
        return true;
    }
    if (*parse->text != '+' && *parse->text != '-')
        return false;
    parse->text++;
    if (!number(parse, 2, 0, 24, &hours))
        return false;
    if (*parse->text == ':')
        parse->text++;
    if (isdigit((unsigned char)*parse->text) && !number(parse, 2, 0, 59, &minutes))
        return false;
    parse->tm->tm_gmtoff = sign * (hours * 3600L + minutes * 60L);
    return true;
}

static bool parse_seconds_since_1970(struct parse *parse)
{
    time_t seconds = 0;

    if (!isdigit((unsigned char)*parse->text))
        return false;
    while (isdigit((unsigned char)*parse->text)) {
        if (__builtin_mul_overflow(seconds, 10, &seconds) ||
            __builtin_add_overflow(seconds, *parse->text++ - '0', &seconds))
            return false;
    }
    return localtime_r(&seconds, parse->tm) != NULL;
}

static bool parse_date_field(struct parse *parse, char letter)
{
    struct tm *tm = parse->tm;
    bool good;

    parse->has_date = true;
    switch (letter) {
    case 'b':
        return name(parse, __month_names, 12, &tm->tm_mon);
    case 'C':
        return number(parse, 2, 0, 99, &parse->century);
    case 'd':
        return number(parse, 2, 1, 31, &tm->tm_mday);
    case 'm':
        good = number(parse, 2, 1, 12, &tm->tm_mon);
        tm->tm_mon--;
        return good;
    case 'Y':
        good = number(parse, 4, 0, 9999, &tm->tm_year);
        tm->tm_year -= 1900;
        return good;
    default:
        good = number(parse, 2, 0, 99, &tm->tm_year);
        tm->tm_year += tm->tm_year < 69 ? 100 : 0;
        return good;
    }
}

static bool parse_time_field(struct parse *parse, char letter)
{
    struct tm *tm = parse->tm;

    switch (letter) {
    case 'H':
        parse->has_hour_12 = false;
        return number(parse, 2, 0, 23, &tm->tm_hour);
    case 'I':
        parse->has_hour_12 = true;
        return number(parse, 2, 1, 12, &tm->tm_hour);
    case 'M':
        return number(parse, 2, 0, 59, &tm->tm_min);
    default:
        return number(parse, 2, 0, 61, &tm->tm_sec);
    }
}

static bool parse_day_of_year(struct parse *parse)
{
    bool good = number(parse, 3, 1, 366, &parse->tm->tm_yday);

    parse->tm->tm_yday--;
    return good;
}

static bool parse_specification(struct parse *parse_now, char letter)
{
    struct tm *tm = parse_now->tm;

    switch (letter) {
    case '%':
        return *parse_now->text++ == '%';
    case 'n':
    case 't':
        return parse(parse_now, " ");
    case 'a':
    case 'A':
        return name(parse_now, __day_names, 7, &tm->tm_wday);
    case 'B':
    case 'h':
        return parse_date_field(parse_now, 'b');
    case 'e':
        return parse_date_field(parse_now, 'd');
    case 'b':
    case 'C':
    case 'd':
    case 'm':
    case 'y':
    case 'Y':
        return parse_date_field(parse_now, letter);
    case 'k':
        return parse_time_field(parse_now, 'H');
    case 'l':
        return parse_time_field(parse_now, 'I');
    case 'H':
    case 'I':
    case 'M':
    case 'S':
        return parse_time_field(parse_now, letter);
    case 'c':
        return parse(parse_now, "%a %b %e %H:%M:%S %Y");
    case 'D':
    case 'x':
        return parse(parse_now, "%m/%d/%y");
    case 'F':
        return parse(parse_now, "%Y-%m-%d");
    case 'R':
        return parse(parse_now, "%H:%M");
    case 'r':
        return parse(parse_now, "%I:%M:%S %p");
    case 'T':
    case 'X':
        return parse(parse_now, "%H:%M:%S");
    case 'j':
        return parse_day_of_year(parse_now);
    case 'p':
        return parse_half(parse_now);
    case 's':
        return parse_seconds_since_1970(parse_now);
    case 'w':
        return number(parse_now, 1, 0, 6, &tm->tm_wday);
    case 'z':
        return parse_zone(parse_now);
    default:
        return false;
    }
}

static bool parse(struct parse *parse, const char *format)
{
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            while (isspace((unsigned char)*parse->text))
                parse->text++;
        } else if (*format != '%') {
            if (*parse->text++ != *format)
                return false;
        } else {
            /* %E and %O stand for other alphabets, which C doesn't have. */
            format += format[1] == 'E' || format[1] == 'O' ? 2 : 1;
            if (!parse_specification(parse, *format))
                return false;
        }
    }
    return true;
}

/* What follows from what was named. */
static void complete(struct parse *parse)
{
    struct tm *tm = parse->tm;
    struct tm day;
    time_t noon;

    if (parse->has_hour_12)
        tm->tm_hour = tm->tm_hour % 12 + (parse->is_pm ? 12 : 0);
    if (parse->century >= 0)
        tm->tm_year = parse->century * 100 - 1900 + tm->tm_year % 100;
    if (!parse->has_date)
        return;
    day = (struct tm){.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday};
    noon = timegm(&day);
    if (tm->tm_mday > 0 && gmtime_r(&noon, &day)) {
        tm->tm_wday = day.tm_wday;
        tm->tm_yday = day.tm_yday;
    }
}

char *strptime(const char *restrict text, const char *restrict format, struct tm *restrict tm)
{
    struct parse now = {.text = text, .tm = tm, .century = -1};

    if (!parse(&now, format))
        return NULL;
    complete(&now);
    return (char *)now.text;
}
