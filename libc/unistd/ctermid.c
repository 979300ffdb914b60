/* ctermid: the controlling terminal's name. */
#include <paths.h>
#include <stdio.h>
#include <string.h>

char *ctermid(char *buf)
{
    static char own[L_ctermid];

    return strcpy(buf ? buf : own, _PATH_TTY);
}
