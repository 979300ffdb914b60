/* setlocale: there is C, also called POSIX, "" and C.UTF-8, which its characters are anyway. */
#include <locale.h>
#include <string.h>

char *setlocale(int category, const char *name)
{
    static char only[] = "C";

    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (name && *name && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0 &&
        strcmp(name, "C.UTF-8") != 0)
        return NULL;
    return only;
}
