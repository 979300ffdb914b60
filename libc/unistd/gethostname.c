/* gethostname: the name of this machine in its network. */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int gethostname(char *name, size_t size)
{
    struct utsname names;

    if (uname(&names) < 0)
        return -1;
    if (strlcpy(name, names.nodename, size) < size)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}
