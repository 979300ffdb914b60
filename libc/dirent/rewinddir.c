/* rewinddir: back to the first entry. */
#include <dirent.h>

void rewinddir(DIR *dir)
{
    seekdir(dir, 0);
}
