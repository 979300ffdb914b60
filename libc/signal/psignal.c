/* psignal: what a signal is called, on stderr. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

void psignal(int sig, const char *prefix)
{
    if (prefix && *prefix)
        fprintf(stderr, "%s: %s\n", prefix, strsignal(sig));
    else
        fprintf(stderr, "%s\n", strsignal(sig));
}
