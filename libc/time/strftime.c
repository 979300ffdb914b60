/* strftime: a date as text, after a format. See `man 3 strftime`; the locale is C. */
#include <stdio.h>
#include <string.h>

#include "libc/time/calendar.h"

/* Conversions that stand for a format of their own. */
static const char *format_behind(char conversion)
{
    switch (conversion) {
    case 'c':
        return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x':
        return "%m/%d/%y";
    case 'F':
        return "%Y-%m-%d";
    case 'r':
        return "%I:%M:%S %p";
    case 'R':
        return "%H:%M";
    case 'T':
    case 'X':
        return "%H:%M:%S";
    default:
        return NULL;
    }
}

static const char *name_of(char conversion, const struct tm *tm)
{
    switch (conversion) {
    case 'a':
    case 'A':
        return tm->tm_wday >= 0 && tm->tm_wday < 7 ? __day_names[tm->tm_wday] : "?";
    case 'b':
    case 'B':
    case 'h':
        return tm->tm_mon >= 0 && tm->tm_mon < 12 ? __month_names[tm->tm_mon] : "?";
    case 'p':
        return tm->tm_hour >= 12 ? "PM" : "AM";
    case 'P':
        return tm->tm_hour >= 12 ? "pm" : "am";
    case 'Z':
        return tm->tm_zone ? tm->tm_zone : "";
    case 'n':
        return "\n";
    case 't':
        return "\t";
    case '%':
        return "%";
    default:
        return NULL;
    }
}

/* ISO 8601: week 1 has the year's first Thursday. In *year the year to which the week belongs. */
static int iso_week(const struct tm *tm, long *year)
{
    int weekday = (tm->tm_wday + 6) % 7;
    int week = (tm->tm_yday - weekday + 10) / 7;

    *year = 1900L + tm->tm_year;
    if (week == 0) {
        *year -= 1;
        return (tm->tm_yday + 365 + __is_leap(*year) - weekday + 10) / 7;
    }
    if (week == 53 && tm->tm_yday - weekday + 3 >= 365 + __is_leap(*year)) {
        *year += 1;
        return 1;
    }
    return week;
}

static long floor_mod(long a, long b)
{
    return (a % b + b) % b;
}

/* How a number looks: its least width (0: there is no such conversion), and with what it is filled.
 */
struct shape {
    char width;
    char pad;
};

static const struct shape shapes[128] = {
    ['C'] = {2, '0'}, ['d'] = {2, '0'}, ['e'] = {2, ' '}, ['g'] = {2, '0'}, ['G'] = {1, '0'},
    ['H'] = {2, '0'}, ['I'] = {2, '0'}, ['j'] = {3, '0'}, ['k'] = {2, ' '}, ['l'] = {2, ' '},
    ['m'] = {2, '0'}, ['M'] = {2, '0'}, ['s'] = {1, '0'}, ['S'] = {2, '0'}, ['u'] = {1, '0'},
    ['U'] = {2, '0'}, ['V'] = {2, '0'}, ['w'] = {1, '0'}, ['W'] = {2, '0'}, ['y'] = {2, '0'},
    ['Y'] = {1, '0'},
};

static long number_of(char conversion, const struct tm *tm)
{
    struct tm copy = *tm;
    long year = 1900L + tm->tm_year;
    long iso_year;
    int week = iso_week(tm, &iso_year);
    int twelve = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
    int monday_based = (tm->tm_wday + 6) % 7;
    const long numbers[128] = {
        ['C'] = (year - floor_mod(year, 100)) / 100,
        ['d'] = tm->tm_mday,
        ['e'] = tm->tm_mday,
        ['g'] = floor_mod(iso_year, 100),
        ['G'] = iso_year,
        ['H'] = tm->tm_hour,
        ['I'] = twelve,
        ['j'] = tm->tm_yday + 1,
        ['k'] = tm->tm_hour,
        ['l'] = twelve,
        ['m'] = tm->tm_mon + 1,
        ['M'] = tm->tm_min,
        ['s'] = conversion == 's' ? timegm(&copy) - tm->tm_gmtoff : 0,
        ['S'] = tm->tm_sec,
        ['u'] = monday_based + 1,
        ['U'] = (tm->tm_yday + 7 - tm->tm_wday) / 7,
        ['V'] = week,
        ['w'] = tm->tm_wday,
        ['W'] = (tm->tm_yday + 7 - monday_based) / 7,
        ['y'] = floor_mod(year, 100),
        ['Y'] = year,
    };

    return numbers[(unsigned char)conversion];
}

/* Text that is filled from the left; `left` is 0 once something didn't fit. */
struct output {
    char *place;
    size_t left;
};

static void put_text(struct output *out, const char *text, size_t length)
{
    if (length >= out->left) {
        out->left = 0;
        return;
    }
    memcpy(out->place, text, length);
    out->place += length;
    out->left -= length;
}

static void put_number(struct output *out, char conversion, char flag, const struct tm *tm)
{
    struct shape shape = shapes[(unsigned char)conversion];
    long number = number_of(conversion, tm);
    char text[32];
    int length;

    if (flag == '-')
        shape.width = 1;
    else if (flag)
        shape.pad = flag == '_' ? ' ' : '0';
    length = snprintf(text, sizeof(text), shape.pad == '0' ? "%0*ld" : "%*ld", shape.width, number);
    put_text(out, text, (size_t)length);
}

static void put_zone(struct output *out, const struct tm *tm)
{
    long minutes = tm->tm_gmtoff / 60;
    char text[16];
    int length =
        snprintf(text, sizeof(text), "%c%02ld%02ld", tm->tm_gmtoff < 0 ? '-' : '+',
                 (minutes < 0 ? -minutes : minutes) / 60, (minutes < 0 ? -minutes : minutes) % 60);

    put_text(out, text, (size_t)length);
}

static void put_format(struct output *out, const char *format, const struct tm *tm);

/* One conversion; the names of %a, %b and %h are cut to three letters. */
static void put_conversion(struct output *out, char conversion, char flag, const struct tm *tm)
{
    const char *text = name_of(conversion, tm);

    if (text)
        put_text(out, text, strchr("abh", conversion) ? strnlen(text, 3) : strlen(text));
    else if (format_behind(conversion))
        put_format(out, format_behind(conversion), tm);
    else if (conversion == 'z')
        put_zone(out, tm);
    else if ((unsigned char)conversion < 128 && shapes[(unsigned char)conversion].width)
        put_number(out, conversion, flag, tm);
}

static void put_format(struct output *out, const char *format, const struct tm *tm)
{
    while (*format && out->left) {
        const char *percent = strchrnul(format, '%');
        char flag = 0;

        put_text(out, format, (size_t)(percent - format));
        format = percent;
        if (!*format++)
            break;
        if (*format && strchr("-_0", *format))
            flag = *format++;
        /* The locale's other era and other digits: C has neither. */
        if (*format == 'E' || *format == 'O')
            format++;
        if (*format)
            put_conversion(out, *format++, flag, tm);
    }
}

size_t strftime(char *restrict buf, size_t size, const char *restrict format,
                const struct tm *restrict tm)
{
    struct output out = {buf, size};

    put_format(&out, format, tm);
    if (out.left == 0)
        return 0;
    *out.place = '\0';
    return (size_t)(out.place - buf);
}
