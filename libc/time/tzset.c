/* tzset: nothing to set, the only zone is UTC. */
#include <time.h>

void tzset(void)
{
}
