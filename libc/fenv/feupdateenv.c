/* feupdateenv: fesetenv, and what has happened since is raised in it. */
#include <fenv.h>

int feupdateenv(const fenv_t *environment)
{
    int exceptions = fetestexcept(FE_ALL_EXCEPT);

    fesetenv(environment);
    return feraiseexcept(exceptions);
}
