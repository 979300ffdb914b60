/* nl_langinfo: what POSIX says of its locale ("POSIX Locale"). What isn't known is "". */
#include <langinfo.h>

#include "libc/time/calendar.h"

static const char *const texts[] = {
    [CODESET] = "UTF-8",
    [RADIXCHAR] = ".",
    [THOUSEP] = "",
    [D_T_FMT] = "%a %b %e %H:%M:%S %Y",
    [D_FMT] = "%m/%d/%y",
    [T_FMT] = "%H:%M:%S",
    [T_FMT_AMPM] = "%I:%M:%S %p",
    [AM_STR] = "AM",
    [PM_STR] = "PM",
    [ERA] = "",
    [ERA_D_FMT] = "",
    [ERA_D_T_FMT] = "",
    [ERA_T_FMT] = "",
    [ALT_DIGITS] = "",
    [YESEXPR] = "^[yY]",
    [NOEXPR] = "^[nN]",
    [CRNCYSTR] = "-",
    [ABDAY_1] = "Sun",
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    [ABMON_1] = "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
};

char *nl_langinfo(nl_item item)
{
    const char *text = "";

    if (item >= DAY_1 && item <= DAY_7)
        text = __day_names[item - DAY_1];
    else if (item >= MON_1 && item <= MON_12)
        text = __month_names[item - MON_1];
    else if (item >= CODESET && item <= ABMON_12)
        text = texts[item];
    return (char *)text;
}
