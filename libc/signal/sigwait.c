/* sigwait: sigwaitinfo that isn't interrupted. It returns the error number. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
    int result;

    do
        result = sigwaitinfo(set, NULL);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return errno;
    *sig = result;
    return 0;
}
