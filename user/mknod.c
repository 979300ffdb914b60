/* mknod: makes a device node (b, c) or a FIFO (p). mknod(2), makedev(3). */
#include <sys/sysmacros.h>

#include "user/tool.h"

static const char usage[] = "mknod NAME b|c MAJOR MINOR, or mknod NAME p";

int main(int argc, char **argv)
{
    unsigned long major_number = 0, minor_number = 0;
    mode_t type;

    if (argc == 5 && (strcmp(argv[2], "b") == 0 || strcmp(argv[2], "c") == 0)) {
        type = argv[2][0] == 'b' ? S_IFBLK : S_IFCHR;
        if (!number_parse(argv[3], 10, 0xfff, &major_number) ||
            !number_parse(argv[4], 10, 0xfffff, &minor_number))
            tool_usage(usage);
    } else if (argc == 3 && strcmp(argv[2], "p") == 0) {
        type = S_IFIFO;
    } else {
        tool_usage(usage);
    }
    if (mknod(argv[1], type | 0666, makedev(major_number, minor_number)) < 0)
        return tool_fail("mknod", argv[1]);
    return 0;
}
