/* dmesg: what the kernel has said since it started. syslog(2), as klogctl(3). */
#include <sys/klog.h>

#include "user/tool.h"

enum {
    SYSLOG_READ_ALL = 3,
    SYSLOG_SIZE = 10
};

/* Each line of the log opens with its level, as <6>: a reader doesn't need it. */
static void line_print(const char *line, const char *end)
{
    const char *text = line;

    if (*text == '<') {
        while (text < end && *text != '>')
            text++;
        text = text < end ? text + 1 : line;
    }
    fwrite(text, 1, (size_t)(end - text), stdout);
}

int main(void)
{
    int size = klogctl(SYSLOG_SIZE, NULL, 0);
    char *log = size > 0 ? malloc((size_t)size) : NULL;

    if (!log)
        return tool_fail("dmesg", "kernel log");

    int length = klogctl(SYSLOG_READ_ALL, log, size);

    if (length < 0)
        return tool_fail("dmesg", "kernel log");
    for (const char *line = log; line < log + length;) {
        const char *newline = memchr(line, '\n', (size_t)(log + length - line));
        const char *end = newline ? newline + 1 : log + length;

        line_print(line, end);
        line = end;
    }
    free(log);
    return tool_finish("dmesg", 0);
}
