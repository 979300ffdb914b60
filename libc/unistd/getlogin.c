/* getlogin: whose process this is. (There are no records of who logged in.) */
#include <pwd.h>
#include <unistd.h>

char *getlogin(void)
{
    struct passwd *entry = getpwuid(getuid());

    return entry ? entry->pw_name : NULL;
}
