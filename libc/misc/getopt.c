/* getopt: the short options of a command line. See getopt_long.c, which does the work. */
#include <getopt.h>
#include <stddef.h>

int getopt(int argc, char *const argv[], const char *letters)
{
    return getopt_long(argc, argv, letters, NULL, NULL);
}
