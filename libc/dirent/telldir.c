/* telldir: the place of the entry to be read next. */
#include "libc/dirent/dir.h"

long telldir(DIR *dir)
{
    return dir->position;
}
