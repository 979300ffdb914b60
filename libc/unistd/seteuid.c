/* seteuid: the effective user alone. */
#include <unistd.h>

int seteuid(uid_t uid)
{
    return setresuid((uid_t)-1, uid, (uid_t)-1);
}
