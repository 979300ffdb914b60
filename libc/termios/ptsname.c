/* ptsname: the path of a master's slave, in memory that the next call uses again. */
#include <errno.h>
#include <stdlib.h>

char *ptsname(int fd)
{
    static char name[sizeof("/dev/pts/") + 10];
    int error = ptsname_r(fd, name, sizeof(name));

    if (error == 0)
        return name;
    errno = error;
    return NULL;
}
