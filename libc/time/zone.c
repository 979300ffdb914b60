/*
 * tzset: the time zone that TZ names (zone.h), and what was or is known of it: tzname, timezone,
 * daylight.
 *
 * It is read anew when TZ has changed. A program that runs with another user's rights (AT_SECURE)
 * reads no files that the other one chooses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "libc/thread/lock.h"
#include "libc/time/zone.h"

static char utc_name[] = "UTC";

char *tzname[2] = {utc_name, utc_name};
long timezone;
int daylight;

struct name {
    struct name *next;
    char text[];
};

static const char database[] = "/usr/share/zoneinfo/";
static const struct zone_rule utc = {.standard.name = utc_name};

static struct limen_lock lock;
static struct name *names;
static struct zone zone = {.has_rule = true, .rule.standard.name = utc_name};
static char *setting; /* TZ when the zone was read; "" while it isn't set */
static bool is_read;

void __zone_lock(void)
{
    __lock(&lock);
}

void __zone_unlock(void)
{
    __unlock(&lock);
}

const char *__zone_name(const char *text, size_t length)
{
    struct name *name;

    for (name = names; name; name = name->next)
        if (strlen(name->text) == length && memcmp(name->text, text, length) == 0)
            return name->text;
    name = malloc(sizeof(*name) + length + 1);
    if (!name)
        return utc_name;
    memcpy(name->text, text, length);
    name->text[length] = '\0';
    name->next = names;
    names = name;
    return name->text;
}

/* The file that TZ names, which may begin with a colon. */
static bool named_file_read(const char *name)
{
    char path[256];
    bool is_secure = getauxval(AT_SECURE) != 0;

    if (*name == ':')
        name++;
    if (!*name || (is_secure && (*name == '/' || strstr(name, ".."))))
        return false;
    if (*name == '/')
        return __zone_file_read(name, &zone);
    if (strlen(database) + strlen(name) >= sizeof(path))
        return false;
    strcpy(stpcpy(path, database), name);
    return __zone_file_read(path, &zone);
}

static void zone_read(const char *name)
{
    int error = errno;
    bool found;

    __zone_free(&zone);
    found = name ? named_file_read(name) : __zone_file_read("/etc/localtime", &zone);
    if (!found) {
        zone.has_rule = true;
        if (!name || !__zone_rule_parse(name, &zone.rule))
            zone.rule = utc;
    }
    errno = error;
}

/* The names and the offset that hold last. */
static void variables_set(void)
{
    const struct zone_kind *standard = NULL, *summer = NULL;

    if (zone.has_rule) {
        standard = &zone.rule.standard;
        summer = zone.rule.has_summer ? &zone.rule.summer : NULL;
    }
    for (size_t i = zone.change_count; i-- > 0 && (!standard || !summer);) {
        const struct zone_kind *kind = &zone.kinds[zone.kind_after[i]];

        if (kind->is_summer && !summer)
            summer = kind;
        else if (!kind->is_summer && !standard)
            standard = kind;
    }
    if (!standard)
        standard = &zone.kinds[0];
    tzname[0] = (char *)standard->name;
    tzname[1] = (char *)(summer ? summer->name : standard->name);
    timezone = -standard->offset;
    daylight = summer != NULL;
}

void tzset(void)
{
    const char *name = getenv("TZ");

    __zone_lock();
    if (!is_read || !setting != !name || (name && strcmp(setting, name) != 0)) {
        free(setting);
        setting = name ? strdup(name) : NULL;
        zone_read(name);
        variables_set();
        is_read = setting || !name;
    }
    __zone_unlock();
}

const struct zone_kind *__zone_at(time_t time)
{
    size_t low = 0, high = zone.change_count;

    if (zone.has_rule && (high == 0 || time >= zone.changes[high - 1]))
        return __zone_rule_at(&zone.rule, time);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone.changes[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &zone.kinds[zone.kind_after[low - 1]] : &zone.kinds[0];
}

const struct zone_kind *__zone_near(time_t time, bool is_summer)
{
    enum {
        HALF_YEAR_S = 183 * 86400
    };
    static const int steps[] = {-1, 1, -2, 2};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        const struct zone_kind *kind = __zone_at(time + steps[i] * (time_t)HALF_YEAR_S);

        if (kind->is_summer == is_summer)
            return kind;
    }
    return NULL;
}
