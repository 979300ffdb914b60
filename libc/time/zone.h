/*
 * Time zones: which offset from UTC holds when. TZ names one, as a rule
 * ("CET-1CEST,M3.5.0,M10.5.0/3") or as a file of the time zone database; without TZ it is that of
 * /etc/localtime, and UTC if there is none. `man 3 tzset`, `man 5 tzfile`.
 */
#ifndef LIMEN_LIBC_TIME_ZONE_H
#define LIMEN_LIBC_TIME_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* A time by the clocks of a place. Names are never freed: struct tm points to them. */
struct zone_kind {
    long offset; /* seconds east of UTC */
    bool is_summer;
    const char *name;
};

/* A day of each year, and seconds from its start. */
struct zone_date {
    enum {
        DATE_NO_LEAP_DAY, /* Jn: day 1 to 365, 29 February is none */
        DATE_OF_YEAR,     /* n: day 0 to 365 */
        DATE_OF_WEEK /* Mm.w.d: of the week-th day-of-the-week in a month; the 5th is the last */
    } form;
    int month, week, day;
    long seconds;
};

struct zone_rule {
    struct zone_kind standard, summer;
    bool has_summer;
    struct zone_date begin, end; /* of summer time */
};

/* At changes[i] the clocks become kinds[kind_after[i]]; the rule, if there is one, holds after the
 * last of them. */
struct zone {
    struct zone_kind *kinds;
    time_t *changes;
    unsigned char *kind_after;
    size_t kind_count, change_count;
    bool has_rule;
    struct zone_rule rule;
};

/* A name that stays: the first `length` characters of text. */
const char *__zone_name(const char *text, size_t length);

/* Parses a rule, all of it. */
bool __zone_rule_parse(const char *text, struct zone_rule *rule);
const struct zone_kind *__zone_rule_at(const struct zone_rule *rule, time_t time);

/* Fills a zone from a file; __zone_free empties it again. */
bool __zone_file_read(const char *path, struct zone *zone);
void __zone_free(struct zone *zone);

/* With the zones held: which clocks a place had, and the kind of time that was or is next to it. */
void __zone_lock(void);
void __zone_unlock(void);
const struct zone_kind *__zone_at(time_t time);
const struct zone_kind *__zone_near(time_t time, bool is_summer);

#endif
