/* signal: a handler that stays and lets calls go on, as BSD and glibc have it. */
#include <signal.h>

sighandler_t signal(int sig, sighandler_t handler)
{
    struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction old;

    return sigaction(sig, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}
