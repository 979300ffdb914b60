/* setegid: the effective group alone. */
#include <unistd.h>

int setegid(gid_t gid)
{
    return setresgid((gid_t)-1, gid, (gid_t)-1);
}
