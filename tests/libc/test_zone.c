/* Time zones: rules in TZ, and a file of the time zone database that this program writes itself. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void show(time_t time)
{
    struct tm *tm = localtime(&time), copy;
    char text[64];

    if (!tm) {
        printf("%ld: none\n", (long)time);
        return;
    }
    copy = *tm;
    strftime(text, sizeof(text), "%F %T %Z %z %s", tm);
    printf("%ld: %s %d %ld\n", (long)time, text, tm->tm_isdst, (long)mktime(&copy));
}

static void zone_set(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
    printf("%s: %s %s %ld %d\n", name[0] == '/' ? "file" : name, tzname[0], tzname[1], timezone,
           daylight != 0);
}

/* Each side of the changes of 2024, and the same days in a year without a leap day. */
static void rules(void)
{
    static const char *const zones[] = {
        "UTC0",
        "ABC3",
        "<-03>3",
        "<+0545>-5:45",
        "XXX5:30:15",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0,M11.1.0",
        "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "IST-2IDT,M3.4.4/26,M10.5.0",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "AAA3BBB2:30,J60,J300/25",
        "AAA3BBB,59,299/1:2:3",
    };

    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        zone_set(zones[i]);
        for (time_t day = 1704067200; day < 1704067200 + 2 * 366 * 86400L; day += 23 * 86400 + 4567)
            show(day);
        for (time_t hour = 1711843200; hour < 1711843200 + 36 * 3600; hour += 3600)
            show(hour);
        show(0);
        show(4102444800);
    }
}

static time_t made(int year, int month, int day, int hour, int minute, int is_summer)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_isdst = is_summer};
    time_t time = mktime(&tm);

    printf("%d-%d-%d %d:%d %d: %ld, %d:%02d %d %ld\n", year, month, day, hour, minute, is_summer,
           (long)time, tm.tm_hour, tm.tm_min, tm.tm_isdst, tm.tm_gmtoff);
    return time;
}

static void dates(void)
{
    zone_set("CET-1CEST,M3.5.0,M10.5.0/3");
    for (int is_summer = -1; is_summer <= 1; is_summer++) {
        made(2024, 1, 15, 12, 0, is_summer);
        made(2024, 7, 15, 12, 0, is_summer);
        made(2024, 19, -3, 30, 100, is_summer);
        made(1969, 12, 31, 23, 59, is_summer);
    }
    made(2024, 3, 31, 1, 59, -1);
    made(2024, 3, 31, 3, 0, -1);
    made(2024, 10, 27, 1, 59, -1);
    made(2024, 10, 27, 2, 30, 0);
    made(2024, 10, 27, 2, 30, 1);
    made(2024, 10, 27, 3, 0, -1);
    zone_set("UTC0");
    made(2024, 7, 15, 12, 0, 1);
    made(1969, 12, 31, 23, 59, 0);
    printf("%ld\n", (long)made(1970, 1, 1, 0, -1, 0));
    made(2147485547, 12, 31, 23, 59, 0);
}

/* A block of a TZif file; version 2 has another, with 64 bits, behind that of 32. */
static size_t block(unsigned char *to, size_t time_bytes, const int64_t *changes, int count)
{
    static const unsigned char kinds[] = {0,    0,    0x0d, 0x8c, 0, 0, /* LMT, 3468 s east */
                                          0,    0,    0x0e, 0x10, 0, 4, /* CET */
                                          0,    0,    0x1c, 0x20, 1, 8, /* CEST */
                                          0xff, 0xff, 0xf1, 0xf0, 0, 13};
    static const char names[] = "LMT\0CET\0CEST\0-01";
    unsigned char *at = to;

    memset(at, 0, 44);
    memcpy(at, "TZif2", 5);
    at[35] = (unsigned char)count;
    at[39] = 4;
    at[43] = sizeof(names);
    at += 44;
    for (int i = 0; i < count; i++)
        for (size_t byte = time_bytes; byte-- > 0;)
            *at++ = (unsigned char)(changes[i] >> (8 * byte));
    for (int i = 0; i < count; i++)
        *at++ = (unsigned char)(i % 3 + 1);
    memcpy(at, kinds, sizeof(kinds));
    memcpy(at + sizeof(kinds), names, sizeof(names));
    return (size_t)(at - to) + sizeof(kinds) + sizeof(names);
}

static void file_show(const char *path, const unsigned char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    static const time_t times[] = {-3000000000, -2422054409, -2422054408, 0,
                                   99999999,    100000000,   299999999,   300000000,
                                   1711846799,  1711846800,  1720000000,  4000000000};

    write(fd, bytes, size);
    close(fd);
    setenv("TZ", "UTC0", 1);
    tzset();
    setenv("TZ", path, 1);
    tzset();
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        show(times[i]);
}

static void files(void)
{
    static const int64_t changes[] = {-2422054408, 100000000, 200000000, 300000000};
    static const char rule[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    unsigned char bytes[1024];
    char folder[512], path[600];
    size_t size = block(bytes, 4, changes + 1, 3);

    size += block(bytes + size, 8, changes, 4);
    memcpy(bytes + size, rule, sizeof(rule) - 1);
    size += sizeof(rule) - 1;
    snprintf(path, sizeof(path), "%s/zone", getcwd(folder, sizeof(folder)));
    file_show(path, bytes, size);
}

int main(void)
{
    rules();
    dates();
    files();
    return 0;
}
