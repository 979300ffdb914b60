/* sleep: waits so many seconds, which may have a fraction. nanosleep(2), restarted by hand. */
#include <time.h>

#include "user/tool.h"

/* Reads "12", "0.25" or ".5". Digits after the ninth of the fraction are below a nanosecond. */
static bool duration_parse(const char *text, struct timespec *duration)
{
    long unit_ns = 100000000;
    const char *digit = text;

    duration->tv_sec = 0;
    duration->tv_nsec = 0;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        if (duration->tv_sec > (LONG_MAX - 9) / 10)
            return false;
        duration->tv_sec = duration->tv_sec * 10 + (*digit - '0');
    }
    if (*digit == '.') {
        for (digit++; *digit >= '0' && *digit <= '9'; digit++, unit_ns /= 10)
            duration->tv_nsec += (*digit - '0') * unit_ns;
    }
    return *digit == '\0' && digit > text && strcmp(text, ".") != 0;
}

int main(int argc, char **argv)
{
    struct timespec left;

    if (argc != 2 || !duration_parse(argv[1], &left))
        tool_usage("sleep SECONDS[.FRACTION]");
    while (nanosleep(&left, &left) < 0) {
        if (errno != EINTR)
            return tool_fail("sleep", argv[1]);
    }
    return 0;
}
