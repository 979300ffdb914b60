/* fegetexceptflag: which of these exceptions have happened, to be put back. */
#include <fenv.h>

int fegetexceptflag(fexcept_t *flags, int exceptions)
{
    *flags = (fexcept_t)fetestexcept(exceptions);
    return 0;
}
