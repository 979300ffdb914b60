/* getpagesize: the size of a page. */
#include <sys/auxv.h>
#include <unistd.h>

int getpagesize(void)
{
    return (int)getauxval(AT_PAGESZ);
}
