/*
 * umount: takes away what is mounted on folders; with -l also while it is used. umount(2).
 */
#include <sys/mount.h>

#include "user/tool.h"

int main(int argc, char **argv)
{
    unsigned lazy;
    char **folders = tool_options(argv, "l", &lazy, "umount [-l] FOLDER...");
    int status = 0;

    (void)argc;
    if (!*folders)
        tool_usage("umount [-l] FOLDER...");
    for (; *folders; folders++)
        if (umount2(*folders, lazy ? MNT_DETACH : 0) < 0)
            status = tool_fail("umount", *folders);
    return status;
}
